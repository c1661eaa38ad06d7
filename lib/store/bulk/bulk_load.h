// A bulk load: takes messages, spills them sorted, does its parts shard by shard and publishes them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

#include "rookery/bulk_loader.h"
#include "store/bulk/new_entries.h"
#include "store/bulk/publisher.h"
#include "store/bulk/shard_load.h"
#include "store/bulk/spiller.h"
#include "store/store_impl.h"

namespace rookery::store::bulk {

/// Used by one thread at a time. Ended by Finish and by its destructor.
class BulkLoad final : public StoreImpl::Work {
 public:
  /// kPermission, kUnavailable: the store is not to be written. kBusy: it has another load.
  static Result<std::unique_ptr<BulkLoad>> Start(StoreImpl* store, const BulkOptions& options,
                                                 const ThreadStarter& start_thread = StartThread);
  BulkLoad(StoreImpl* store, const BulkOptions& options, std::unique_ptr<engine::Intake> intake,
           const ThreadStarter& start_thread);
  ~BulkLoad() override;

  /// What Add would find wrong with them.
  Status Check(std::span<const NewMessage> messages) const { return entries_->Check(messages); }
  Status Add(std::span<const NewMessage> messages, const BulkMessageOptions& options);
  Result<BulkReport> Finish();
  const BulkOptions& options() const { return options_; }
  std::uint64_t memory_bytes() const override { return used_.load(std::memory_order_relaxed); }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// Tells progress. False: to be stopped.
  bool Tell(BulkPhase phase) const;
  /// The same if it is time.
  bool Tick(BulkPhase phase);
  /// Tells those that were not told yet. kAlreadyExists: they are to end the load, unless it is published.
  Status TellRefusals();
  BulkReport Count();

  const BulkOptions options_;
  const StoreImpl::WriteParts store_;
  const std::size_t memory_bytes_;                // that it may take
  std::atomic<std::uint64_t> used_{0};            // of it
  const std::unique_ptr<engine::Intake> intake_;  // first of those that make files, so the last to go
  Runs runs_;
  std::optional<Spiller> spiller_;
  std::optional<NewEntries> entries_;
  std::size_t threads_ = 1;
  LoadContext load_;
  std::vector<std::unique_ptr<ShardLoad>> parts_;
  SteadyTime last_tick_{};
  std::uint64_t adds_until_look_ = 1;
  std::unordered_set<std::uint64_t> told_refusals_;  // messages, by index
  bool published_ = false;
};

}  // namespace rookery::store::bulk
