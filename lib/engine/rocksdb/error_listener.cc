#include "engine/rocksdb/error_listener.h"

#include <rocksdb/listener.h>

#include <string>
#include <utility>

#include "engine/rocksdb/stall_monitor.h"

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

class ErrorListener final : public rocksdb::EventListener {
 public:
  ErrorListener(std::shared_ptr<Logger> logger, std::shared_ptr<StallMonitor> stalls)
      : logger_(std::move(logger)), stalls_(std::move(stalls)) {}

  void OnFlushCompleted(rocksdb::DB* /*database*/, const rocksdb::FlushJobInfo& /*info*/) override {
    stalls_->Notify();
  }
  void OnStallConditionsChanged(const rocksdb::WriteStallInfo& info) override {
    stalls_->Set(info.cf_name, StateOf(info.condition.cur));
  }

  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* error) override {
    if (logger_ == nullptr) return;
    logger_->Log(LogLevel::kError, "engine", "writes stop until the store is reopened: " + error->ToString());
  }

  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* recover) override {
    *recover = false;
  }

 private:
  const std::shared_ptr<Logger> logger_;
  const std::shared_ptr<StallMonitor> stalls_;
};

}  // namespace

std::shared_ptr<rocksdb::EventListener> NewErrorListener(std::shared_ptr<Logger> logger,
                                                         std::shared_ptr<StallMonitor> stalls) {
  return std::make_shared<ErrorListener>(std::move(logger), std::move(stalls));
}

}  // namespace rookery::engine
