// Sorted runs in one scratch file, and where in them the rows of each shard lie.
//
//   section = group...               rows of one shard and kind, sorted
//   group   = 2 bytes length of prefix, 4 bytes number of rows, prefix, entry...
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/intake.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/bulk/sort_buffer.h"

namespace rookery::store::bulk {

/// A section of a run: bytes of the file.
struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// The sections of one shard, a run each, in the order of the runs.
struct ShardRuns {
  std::vector<Extent> messages;
  std::vector<Extent> nonces;
};

/// Used by one thread at a time, until it is sealed; immutable then.
class Runs {
 public:
  explicit Runs(engine::Intake* intake) : intake_(*intake) {}

  /// Appends a sorted buffer as a run. kNoSpace, kIoError.
  Status Write(const SortBuffer& buffer);
  Status Seal();

  const std::map<ShardId, ShardRuns>& shards() const { return shards_; }
  /// Null if nothing was written.
  const engine::ScratchFile* file() const { return file_.get(); }

 private:
  Status Append(std::string_view bytes);
  Status FlushPending();

  engine::Intake& intake_;
  std::unique_ptr<engine::ScratchFile> file_;
  std::map<ShardId, ShardRuns> shards_;
  std::uint64_t size_ = 0;  // of the file, with what is pending
  std::string pending_;
};

}  // namespace rookery::store::bulk
