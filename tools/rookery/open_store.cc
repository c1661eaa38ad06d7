#include "open_store.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "admin/message_json.h"
#include "rookery/logger.h"
#include "text.h"

namespace rookery::cli {
namespace {

/// For who does not want a file; --key-file comes first.
constexpr const char* kKeyVariable = "ROOKERY_KEY";

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "log";
}

/// For --verbose. The store logs from several threads.
class StderrLogger final : public Logger {
 public:
  explicit StderrLogger(std::ostream& error) : error_(error) {}

  void Log(LogLevel level, std::string_view component, std::string_view message) noexcept override {
    const std::lock_guard lock(mutex_);
    error_ << fmt::format("{} {}: {}\n", LevelName(level), component, TerminalText(message)) << std::flush;
  }

 private:
  std::mutex mutex_;
  std::ostream& error_;
};

}  // namespace

Result<std::optional<EncryptionOptions>> GivenKeys(const Context& context) {
  std::vector<EncryptionKey> keys = context.settings().keys;
  if (const char* const given = std::getenv(kKeyVariable); keys.empty() && given != nullptr && *given != '\0') {
    Result<EncryptionKey> key = EncryptionKey::FromEnvironment(kKeyVariable);
    if (!key) return key.error();
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return std::optional<EncryptionOptions>();
  return std::optional(EncryptionOptions{.keys = std::move(keys)});
}

Result<std::optional<EncryptionOptions>> GivenKeys(const Context& context, const std::string& store) {
  if (context.settings().keys.empty()) {
    const auto needed = ReadKeysInUse(store);
    if (needed && needed->empty()) return std::optional<EncryptionOptions>();
  }
  return GivenKeys(context);
}

std::shared_ptr<Logger> NewLogger(Context& context) {
  return context.settings().verbose ? std::make_shared<StderrLogger>(context.error()) : nullptr;
}

namespace {

/// From when what is read is, unless it is the store itself.
void TellView(Context& context, const Store& store) {
  const Result<ViewInfo> view = store.View();
  if (!view || view->source == ViewSource::kLive) return;
  const std::string at = admin::FormatTimestamp(view->at);
  const double seconds = std::chrono::duration<double>(view->age).count();
  context.Warn(fmt::format("rookery: as of {}, {:.1f} s old (a checkpoint, as another process writes)", at, seconds),
               {{"view", {{"source", "checkpoint"}, {"as_of", at}, {"age_ms", view->age.count()}}}});
}

Result<Store> Open(Context& context, const std::string& path, StoreOptions options) {
  options.logger = NewLogger(context);
  options.memory = context.settings().memory;
  options.recovery = context.settings().recovery;
  Result<std::optional<EncryptionOptions>> keys = GivenKeys(context, path);
  if (!keys) return keys.error();
  options.encryption = *std::move(keys);
  // A command does what it is told: rules are enforced by `retention run`, a job goes on by `reshard resume`, and both
  // by the applications that open the store.
  options.retention_interval = std::chrono::milliseconds{0};
  options.resume_reshard = false;
  Result<Store> store = Store::Open(path, options);
  if (!store) return store;
  if (const auto recovery = store->LastRecovery(); recovery && recovery->lost > 0) {
    context.Warn(recovery->Summary(), {{"lost", {{"rows", recovery->lost}, {"synced", recovery->lost_synced}}}});
  }
  TellView(context, *store);
  return store;
}

/// Who writes sees the store as it is.
Status CheckNoMaxAge(const Context& context) {
  if (!context.settings().max_age) return Status::Ok();
  return {StatusCode::kInvalidArgument, "--max-view-age is for commands that read a store, and this one writes to it"};
}

}  // namespace

Result<Store> OpenForReading(Context& context, const std::string& path) {
  return Open(context, path, {.mode = OpenMode::kReadBeside, .beside = {.max_age = context.settings().max_age}});
}

Result<Store> OpenItself(Context& context, const std::string& path) {
  return Open(context, path, {.mode = OpenMode::kReadOnly});
}

Result<Store> OpenForWriting(Context& context, const std::string& path) {
  if (Status checked = CheckNoMaxAge(context); !checked.ok()) return checked;
  return Open(context, path, {.mode = OpenMode::kOpen});
}

Result<Store> CreateStore(Context& context, const std::string& path, StoreOptions options) {
  if (Status checked = CheckNoMaxAge(context); !checked.ok()) return checked;
  options.mode = OpenMode::kCreate;
  return Open(context, path, std::move(options));
}

}  // namespace rookery::cli
