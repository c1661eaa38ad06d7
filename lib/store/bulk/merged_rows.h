// All rows of a shard and kind in the order of their keys, merged from the runs.
//
// Idea: prefixes are compared only when a channel ends; within a channel rows are compared by number. Runs that were
// added one after the other seldom mix within a channel, so the heap's first stays first for long.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rookery/status.h"
#include "store/bulk/run_reader.h"

namespace rookery::store::bulk {

/// Used by one thread.
class MergedRows {
 public:
  /// `buffer_bytes`: for all runs together, but each gets 4 KiB at least, and what its next row needs.
  MergedRows(const engine::ScratchFile* file, std::span<const Extent> extents, std::size_t buffer_bytes);

  /// Goes to the next channel. False at the end. REQUIRES: the channel before was read to its end.
  Result<bool> NextChannel();
  const std::string& prefix() const { return prefix_; }
  /// Goes to the next row of the channel, by its rest and then its rank. False at its end.
  Result<bool> NextRow();
  /// Valid until the next call that goes further.
  const Entry& row() const { return readers_[rows_.front().reader].entry(); }

 private:
  struct Head {
    std::uint64_t head;
    std::size_t reader;
  };

  Status Begin();
  /// Gives the reader to the channels' heap, if it has one more.
  Status Rejoin(std::size_t reader);
  bool Less(const Head& a, const Head& b) const;
  void SiftDown();

  std::vector<RunReader> readers_;
  std::vector<std::size_t> channels_;  // heap of readers, by their prefix
  std::vector<Head> rows_;             // heap of the readers that are in this channel
  std::string prefix_;
  bool begun_ = false;
  bool on_row_ = false;  // rows_.front() was handed out
};

}  // namespace rookery::store::bulk
