// What rows of the catalog about resharding are made of besides numbers: texts behind their length, and times.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/big_endian.h"
#include "base/byte_reader.h"
#include "rookery/types.h"

namespace rookery::store {

inline void AppendText(std::string* out, std::string_view text) {
  base::AppendBigEndian(out, static_cast<std::uint32_t>(text.size()));
  out->append(text);
}

inline std::string_view ReadText(base::ByteReader* reader) { return reader->Bytes(reader->Number<std::uint32_t>()); }

/// 0 for what is absent: nothing is that old.
inline void AppendTime(std::string* out, const std::optional<Timestamp>& time) {
  base::AppendBigEndian(out, static_cast<std::uint64_t>(time ? time->time_since_epoch().count() : 0));
}

inline std::optional<Timestamp> ReadTime(base::ByteReader* reader) {
  const auto ms = reader->Number<std::uint64_t>();
  if (ms == 0) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{static_cast<std::int64_t>(ms)}};
}

}  // namespace rookery::store
