// Walks those rows of one shard that are of certain channels, in order, at one state of the store.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "rookery/status.h"
#include "store/context.h"

namespace rookery::store {

/// Owned by one thread.
class SomeRows {
 public:
  using Wanted = std::function<bool(std::string_view channel)>;

  /// From the first key at or after `from`. Context and snapshot outlive it, and `stop` if it is not null: once that is
  /// set the walk ends with kInterrupted, as it may have to pass over many rows that are not wanted.
  SomeRows(const Context& context, ShardId shard, const engine::Snapshot& snapshot, std::string_view from,
           Wanted wanted, const std::atomic<bool>* stop = nullptr);

  bool valid() const { return ended_.ok() && cursor_->valid(); }
  std::string_view key() const { return cursor_->key(); }      // REQUIRES: valid()
  std::string_view value() const { return cursor_->value(); }  // REQUIRES: valid()
  /// Of the row. REQUIRES: valid()
  const std::string& channel() const { return channel_; }
  void Next();  // REQUIRES: valid()
  /// What all keys of this row's kind and channel begin with. REQUIRES: valid()
  const std::string& prefix() const { return prefix_; }
  /// To the first row that is of another channel, or of another kind. REQUIRES: valid()
  void SkipRun();
  /// When not valid(): OK at the end; kCorruption: a key that is none, or what the engine says.
  Status status() const { return ended_.ok() ? cursor_->status() : ended_; }

 private:
  void Settle();

  ShardId shard_;
  Wanted wanted_;
  std::unique_ptr<engine::Cursor> cursor_;
  std::string prefix_;  // of the run at hand
  std::string channel_;
  const std::atomic<bool>* stop_;
  Status ended_;  // why it ended before its end
};

}  // namespace rookery::store
