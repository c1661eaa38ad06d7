#include "engine/rocksdb/info_log.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <string_view>
#include <utility>

namespace rookery::engine {
namespace {

class InfoLog final : public rocksdb::Logger {
 public:
  explicit InfoLog(std::shared_ptr<rookery::Logger> logger)
      : rocksdb::Logger(logger == nullptr ? rocksdb::FATAL_LEVEL : rocksdb::WARN_LEVEL), logger_(std::move(logger)) {}

  // Untagged lines are of the level "header": how RocksDB was built and set up.
  void Logv(const char* /*format*/, std::va_list /*arguments*/) override {}

  void Logv(const rocksdb::InfoLogLevel level, const char* format, std::va_list arguments) override {
    if (logger_ == nullptr || level < GetInfoLogLevel() || level >= rocksdb::HEADER_LEVEL) return;
    std::array<char, 1024> line;  // a longer line is cut
    const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
    if (length <= 0) return;
    const std::size_t kept = std::min(static_cast<std::size_t>(length), line.size() - 1);
    logger_->Log(level == rocksdb::WARN_LEVEL ? LogLevel::kWarning : LogLevel::kError, "engine",
                 std::string_view(line.data(), kept));
  }

 private:
  const std::shared_ptr<rookery::Logger> logger_;
};

}  // namespace

std::shared_ptr<rocksdb::Logger> NewInfoLog(std::shared_ptr<Logger> logger) {
  return std::make_shared<InfoLog>(std::move(logger));
}

}  // namespace rookery::engine
