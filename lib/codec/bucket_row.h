// Rows of the bucket map: what is alive in one bucket of one channel. Bytes: docs/format/values.md.
//
// Invariant: no live message of the bucket lies outside `ids` or inside one of `gaps`; a row that is not counted says
// only that its bucket may hold something.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/id_range.h"
#include "rookery/types.h"

namespace rookery::codec {

struct BucketRow {
  bool counted = true;        // false: it must be counted before `live` means anything
  std::uint64_t live = 0;     // messages
  std::uint64_t bytes = 0;    // of the keys and values of these
  std::uint64_t deleted = 0;  // messages deleted since the bucket was last cut: about how many tombstones lie there
  IdRange ids;
  std::vector<IdRange> gaps = {};  // newest first, apart from each other

  friend bool operator==(const BucketRow&, const BucketRow&) = default;
};

/// The most gaps that a row keeps.
inline constexpr std::size_t kMaxStoredGaps = 64;

std::string EncodeBucket(const BucketRow& row);
/// nullopt if the bytes are not a row of a format that this version reads.
std::optional<BucketRow> DecodeBucket(std::string_view value);

/// The value of a mark: the bucket's row does not yet know of all writes.
std::string EncodeBucketMark();

}  // namespace rookery::codec
