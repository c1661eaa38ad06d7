#include "engine/rocksdb/error_listener.h"

#include <rocksdb/listener.h>

#include <string>
#include <string_view>
#include <utility>

#include "engine/rocksdb/failure_relay.h"
#include "engine/rocksdb/stall_monitor.h"
#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {
namespace {

StallState StateOf(rocksdb::WriteStallCondition condition) {
  switch (condition) {
    case rocksdb::WriteStallCondition::kDelayed:
      return StallState::kDelayed;
    case rocksdb::WriteStallCondition::kStopped:
      return StallState::kStopped;
    default:
      return StallState::kNone;
  }
}

std::string_view ActionOf(rocksdb::BackgroundErrorReason reason) {
  switch (reason) {
    case rocksdb::BackgroundErrorReason::kFlush:
    case rocksdb::BackgroundErrorReason::kFlushNoWAL:
      return "flush to";
    case rocksdb::BackgroundErrorReason::kCompaction:
      return "compact";
    case rocksdb::BackgroundErrorReason::kManifestWrite:
    case rocksdb::BackgroundErrorReason::kManifestWriteNoWAL:
      return "write the manifest of";
    default:
      return "write to";
  }
}

class ErrorListener final : public rocksdb::EventListener {
 public:
  ErrorListener(std::shared_ptr<Logger> logger, std::shared_ptr<StallMonitor> stalls,
                std::shared_ptr<FailureRelay> failures)
      : logger_(std::move(logger)), stalls_(std::move(stalls)), failures_(std::move(failures)) {}

  void OnFlushCompleted(rocksdb::DB* /*database*/, const rocksdb::FlushJobInfo& /*info*/) override {
    stalls_->Notify();
  }
  void OnStallConditionsChanged(const rocksdb::WriteStallInfo& info) override {
    stalls_->Set(info.cf_name, StateOf(info.condition.cur));
  }

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override {
    if (logger_ != nullptr) {
      logger_->Log(LogLevel::kError, "engine", "writes stop until the store is reopened: " + error->ToString());
    }
    failures_->Tell(Translate(*error, ActionOf(reason), "the engine's files"));
  }

  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* recover) override {
    *recover = false;
  }

 private:
  const std::shared_ptr<Logger> logger_;
  const std::shared_ptr<StallMonitor> stalls_;
  const std::shared_ptr<FailureRelay> failures_;
};

}  // namespace

std::shared_ptr<rocksdb::EventListener> NewErrorListener(std::shared_ptr<Logger> logger,
                                                         std::shared_ptr<StallMonitor> stalls,
                                                         std::shared_ptr<FailureRelay> failures) {
  return std::make_shared<ErrorListener>(std::move(logger), std::move(stalls), std::move(failures));
}

}  // namespace rookery::engine
