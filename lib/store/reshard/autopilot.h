// Autopilot: looks at the shards now and then, and begins the one change that routing::Decide names.
//
// It only ever begins a job. What becomes of it is the Resharder's, and one that pauses is the operator's to resume or
// revert. What cannot be begun pauses autopilot itself, until the store is opened again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "rookery/autopilot.h"
#include "rookery/logger.h"
#include "rookery/status.h"
#include "routing/reshard/autopilot.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/reshard/autopilot_row.h"
#include "store/reshard/resharder.h"

namespace rookery::store {

/// Thread-safe, but for Load and Start.
class Autopilot {
 public:
  /// `logger` may be null.
  Autopilot(Context* context, const Catalog* catalog, Committer* committer, Resharder* resharder,
            std::shared_ptr<Logger> logger)
      : context_(*context),
        catalog_(*catalog),
        committer_(*committer),
        resharder_(*resharder),
        logger_(std::move(logger)) {}
  ~Autopilot() { Stop(); }
  Autopilot(const Autopilot&) = delete;
  Autopilot& operator=(const Autopilot&) = delete;

  Status Load();
  /// Lets a thread run it.
  void Start(const AutopilotOptions& options);
  /// Ends the thread. What it may be at is the resharder's, which is stopped before.
  void Stop();

  // As in Store.
  Result<AutopilotPlan> Plan(const AutopilotOptions& options) const;
  Result<AutopilotPlan> Run(const AutopilotOptions& options);
  AutopilotLog Log() const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  void Work(const AutopilotOptions& options);
  /// What a look of the thread comes to; looks at nothing while something is in the way.
  Status LookOnce(const AutopilotOptions& options);
  Status Begin(const AutopilotOptions& options, const AutopilotPlan& plan);
  void Pause(std::string reason);

  routing::AutopilotPast Past() const;
  /// Bytes written in a second, by shard, since the thread's last look.
  std::vector<std::uint64_t> LoadsLocked() const;
  void NoteLoads();
  /// With what became of the last decision.
  AutopilotRow RowLocked() const;
  /// Stores that, before another job hides it.
  Status Settle();
  Status StoreLocked(AutopilotRow row);
  void Say(LogLevel level, std::string_view text) const;

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  Resharder& resharder_;
  const std::shared_ptr<Logger> logger_;

  mutable std::mutex mutex_;  // before the resharder's
  std::condition_variable wake_;
  // Guarded by mutex_.
  bool stopping_ = false;
  std::string paused_reason_;
  AutopilotRow row_;
  std::vector<std::uint64_t> loads_;    // as of the last look
  std::vector<std::uint64_t> written_;  // by then
  Timestamp looked_at_;
  std::thread thread_;
};

}  // namespace rookery::store
