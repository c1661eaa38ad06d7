#include "engine/rocksdb/error_listener.h"

#include <rocksdb/listener.h>

#include <string>
#include <utility>

namespace rookery::engine {
namespace {

class ErrorListener final : public rocksdb::EventListener {
 public:
  explicit ErrorListener(std::shared_ptr<Logger> logger) : logger_(std::move(logger)) {}

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
};

}  // namespace

std::shared_ptr<rocksdb::EventListener> NewErrorListener(std::shared_ptr<Logger> logger) {
  return std::make_shared<ErrorListener>(std::move(logger));
}

}  // namespace rookery::engine
