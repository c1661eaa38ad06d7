// Keeps the two places of a channel, or of a bucket of a spread one, equal while a reshard job moves it: what a batch
// writes to one of them goes to the other in the same batch.
//
// Idea: every key says which channel it is of, so there is one place that doubles, where batches are committed, and
// none that writes need know of a job. What is copied in the background could overwrite newer rows; so for as long as
// somebody copies, the mirror remembers what was written meanwhile.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "engine/engine.h"
#include "rookery/types.h"
#include "routing/router.h"
#include "store/buckets/bucket_rule.h"
#include "store/catalog.h"
#include "store/routes.h"

namespace rookery::store {

/// Thread-safe.
class Mirror {
 public:
  /// Routes and catalog outlive it, and no shard is added any more.
  Mirror(const Routes& routes, const Catalog& catalog, BucketRule rule, std::shared_ptr<routing::Router> before,
         std::shared_ptr<routing::Router> after);

  routing::Router& before() const { return *before_; }
  const std::shared_ptr<routing::Router>& after() const { return after_; }

  /// Whether one of the maps spreads the channel, so that it has more than one part.
  bool spreads(std::string_view channel) const {
    return before_->SpreadOf(channel) != nullptr || after_->SpreadOf(channel) != nullptr;
  }
  /// Where a part is by the one map and by the other; a directory places a channel that it has not seen.
  struct Places {
    ShardId before;
    ShardId after;
    bool moves() const { return before != after; }
  };
  /// `batch` gets the entries that are to be remembered, and `placed` the channels that they are of.
  Places Place(const routing::Part& part, engine::Batch* batch, std::vector<std::string>* placed) const;
  /// The same for who does not write. nullopt: a directory has not seen it.
  std::optional<Places> FindPlaces(const routing::Part& part) const;
  /// Whether the part moves and `shard` is one of its places.
  bool IsPlace(const routing::Part& part, ShardId shard) const;

  // --- Writers -----------------------------------------------------------------------------------------------------
  bool writing() const { return writing_.load(std::memory_order_acquire); }
  /// REQUIRES: no batch is being committed.
  void SetWriting(bool writing) { writing_.store(writing, std::memory_order_release); }
  /// What a shard holds that copying has not come to needs no twin: it will be found there. So rows that leave one of
  /// the first so many shards are doubled, at first those of all. REQUIRES: no batch is being committed.
  std::uint32_t copied_from() const { return copied_from_.load(std::memory_order_relaxed); }
  void SetCopiedFrom(std::uint32_t shards) { copied_from_.store(shards, std::memory_order_release); }
  /// What Double added, to be told to Written.
  struct Twins {
    std::vector<std::string> keys = {};
    std::vector<std::pair<std::string, std::string>> ranges = {};
    std::vector<std::string> placed = {};  // channels
  };
  /// Puts into `doubled` what `batch` holds, and its twins.
  Twins Double(const engine::Batch& batch, engine::Batch* doubled) const;
  /// The batch with the twins is committed, and still no other one could be alone with the engine.
  void Written(const Twins& twins);

  /// The entries of these channels are stored.
  void Remembered(const std::vector<std::string>& placed);

  // --- Who copies --------------------------------------------------------------------------------------------------
  /// From now on remembers what is written, until the next call.
  void OpenWindow();
  void CloseWindow();
  /// How many batches of others were doubled so far.
  std::uint64_t batches() const { return batches_.load(std::memory_order_relaxed); }
  /// Whether nothing was written to a moving channel since the window was opened.
  bool untouched() const;
  /// Puts into `rest` what `copies` holds, but for the rows that were written or deleted since.
  void KeepUntouched(const engine::Batch& copies, engine::Batch* rest) const;

  // --- Who reads ---------------------------------------------------------------------------------------------------
  /// Whether both places hold the same, so that reads can be compared.
  bool complete() const { return complete_.load(std::memory_order_acquire); }
  void SetComplete(bool complete) { complete_.store(complete, std::memory_order_release); }
  /// Whether a read is one of the few that are.
  bool TakesSample() { return reads_.fetch_add(1, std::memory_order_relaxed) % kReadsPerSample == 0; }
  void NoteComparison(bool same) { (same ? same_ : differing_).fetch_add(1, std::memory_order_relaxed); }
  void ForgetComparisons() { same_ = differing_ = 0; }
  std::uint64_t reads_compared() const { return same_.load() + differing_.load(); }
  std::uint64_t reads_differing() const { return differing_.load(); }

 private:
  static constexpr std::uint32_t kAllShards = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint64_t kReadsPerSample = 256;  // so few that the slowest hundredth of reads stays as it is
  class Doubler;
  class Filter;

  std::optional<ShardId> ShardOf(engine::KeyspaceId keyspace) const;
  /// `home`, but for a bucket that a map spreads.
  Places OfPart(const Places& home, const routing::Part& part) const;

  const Routes& routes_;
  const Catalog& catalog_;
  const BucketRule rule_;
  const std::shared_ptr<routing::Router> before_;
  const std::shared_ptr<routing::Router> after_;
  std::vector<std::optional<ShardId>> shard_of_keyspace_;  // by KeyspaceId
  std::atomic<bool> writing_{false};
  std::atomic<std::uint32_t> copied_from_{kAllShards};
  std::atomic<bool> complete_{false};
  std::atomic<std::uint64_t> batches_{0};
  std::atomic<std::uint64_t> reads_{0};
  std::atomic<std::uint64_t> same_{0};
  std::atomic<std::uint64_t> differing_{0};
  mutable base::Mutex mutex_;
  bool window_open_ RK_GUARDED_BY(mutex_) = false;
  std::unordered_set<std::string> keys_ RK_GUARDED_BY(mutex_);
  std::vector<std::pair<std::string, std::string>> ranges_ RK_GUARDED_BY(mutex_);
};

}  // namespace rookery::store
