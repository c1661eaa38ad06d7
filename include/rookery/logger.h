// Where the store's log lines go: nowhere, unless the application injects a Logger.
#pragma once

#include <cstdint>
#include <string_view>

#include "rookery/export.h"

namespace rookery {

enum class LogLevel : std::uint8_t { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

/// Receives log lines, from any thread, also from background threads of the engine. Must not call into the store.
class ROOKERY_EXPORT Logger {
 public:
  virtual ~Logger() = default;
  /// `component` is a short static name such as "engine" or "store". The views are valid during the call only.
  virtual void Log(LogLevel level, std::string_view component, std::string_view message) noexcept = 0;
};

}  // namespace rookery
