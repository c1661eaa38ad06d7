// Walks those rows of one shard that are of certain channels or parts of them, in order, at one state of the store.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/engine.h"
#include "rookery/status.h"
#include "store/context.h"
#include "store/reshard/mirror.h"

namespace rookery::store {

/// Owned by one thread.
class SomeRows {
 public:
  /// `wanted` is asked for each part of a channel that is_spread, and else for the channel.
  struct Filter {
    std::function<bool(std::string_view channel)> is_spread;
    std::function<bool(const routing::Part& part)> wanted;

    /// Parts as a reshard job moves them. `mirror` outlives it.
    static Filter Of(const Mirror& mirror, std::function<bool(const routing::Part& part)> wanted) {
      return {[&mirror](std::string_view channel) { return mirror.spreads(channel); }, std::move(wanted)};
    }
    /// Parts as `router` finds them, which outlives it.
    static Filter Of(const routing::Router& router, std::function<bool(const routing::Part& part)> wanted) {
      return {[&router](std::string_view channel) { return router.SpreadOf(channel) != nullptr; }, std::move(wanted)};
    }
  };

  /// From the first key at or after `from`. Context and snapshot outlive it, and `stop` if it is not null: once that is
  /// set the walk ends with kInterrupted, as it may have to pass over many rows that are not wanted.
  SomeRows(const Context& context, ShardId shard, const engine::Snapshot& snapshot, std::string_view from,
           Filter filter, const std::atomic<bool>* stop = nullptr);

  bool valid() const { return ended_.ok() && cursor_->valid(); }
  std::string_view key() const { return cursor_->key(); }      // REQUIRES: valid()
  std::string_view value() const { return cursor_->value(); }  // REQUIRES: valid()
  void Next();                                                 // REQUIRES: valid()
  /// The first key behind all rows of this row's kind and part. REQUIRES: valid()
  const std::string& end_of_run() const { return end_of_run_; }
  /// To the first row that is of another part, or of another kind. REQUIRES: valid()
  void SkipRun();
  /// When not valid(): OK at the end; kCorruption: a key that is none, or what the engine says.
  Status status() const { return ended_.ok() ? cursor_->status() : ended_; }

 private:
  void Settle();
  /// False: the key is none, or the walk is to stop.
  bool EnterRun(std::string_view key);

  ShardId shard_;
  const BucketRule rule_;
  Filter filter_;
  std::unique_ptr<engine::Cursor> cursor_;
  std::string prefix_;  // kind and channel of the run at hand
  std::string channel_;
  bool is_spread_ = false;
  std::optional<std::uint64_t> bucket_;
  std::string end_of_run_;
  const std::atomic<bool>* stop_;
  Status ended_;  // why it ended before its end
};

}  // namespace rookery::store
