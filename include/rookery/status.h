// Status and Result<T>: how every fallible call of Rookery answers. No call throws.
//
// A code exists to tell the caller what to do (see status_codes.def); the message names the thing that is wrong and
// what helps. Absence is not an error: reads return std::optional.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "rookery/export.h"

namespace rookery {

enum class StatusCode : std::uint8_t {
#define ROOKERY_STATUS_CODE(enumerator, number, name, exit_code, retryable, advice) enumerator = number,
#include "rookery/status_codes.def"
#undef ROOKERY_STATUS_CODE
};

/// The code's name in upper case, such as "NOT_FOUND". The same word is used by the CLI's JSON and by Python.
ROOKERY_EXPORT std::string_view StatusCodeName(StatusCode code);
/// One sentence: what a caller who gets this code should do.
ROOKERY_EXPORT std::string_view StatusCodeAdvice(StatusCode code);
/// The CLI's exit code for an error of this kind (docs/cli-contract.md).
ROOKERY_EXPORT int StatusCodeExitCode(StatusCode code);

/// The outcome of a call: OK, or a code and a message. One pointer wide; OK is null and costs nothing.
/// A value type: copies are deep and independent. Thread-compatible.
class [[nodiscard]] ROOKERY_EXPORT Status {
 public:
  Status() noexcept = default;
  Status(StatusCode code, std::string message);
  Status(const Status& other);
  Status& operator=(const Status& other);
  Status(Status&&) noexcept = default;
  Status& operator=(Status&&) noexcept = default;
  ~Status() = default;

  static Status Ok() noexcept { return {}; }

  bool ok() const noexcept { return rep_ == nullptr; }
  StatusCode code() const noexcept { return ok() ? StatusCode::kOk : rep_->code; }
  /// The text for a person: names the thing and what to do. Empty when OK. Lives as long as this Status.
  std::string_view message() const noexcept { return ok() ? std::string_view{} : std::string_view{rep_->message}; }
  /// True if the same call may succeed later without a change by the caller.
  bool retryable() const noexcept;

  /// kConflict only: the version that is stored now; 0 says that nothing is stored.
  std::optional<std::uint64_t> current_version() const noexcept;
  /// kBusy only: how long to wait before trying again.
  std::optional<std::chrono::milliseconds> retry_after() const noexcept;

  Status&& WithCurrentVersion(std::uint64_t version) &&;
  Status&& WithRetryAfter(std::chrono::milliseconds delay) &&;
  /// Puts "context: " in front of the message. No effect when OK.
  Status&& WithContext(std::string_view context) &&;

  /// "NOT_FOUND: message", or "OK".
  std::string ToString() const;

  friend bool operator==(const Status& a, const Status& b) noexcept {
    return a.code() == b.code() && a.message() == b.message();
  }

 private:
  struct Rep {
    StatusCode code;
    std::string message;
    std::optional<std::uint64_t> current_version;
    std::optional<std::chrono::milliseconds> retry_after;
  };
  std::unique_ptr<Rep> rep_;
};

ROOKERY_EXPORT std::ostream& operator<<(std::ostream& out, const Status& status);

/// A T, or the Status that says why there is none. Has the names of std::expected<T, Status> (C++23).
/// `value()` on an error prints the status and aborts: check has_value() first where an error can happen.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = Status;

  template <typename U = T>
  requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           // NOLINTNEXTLINE(google-explicit-constructor)
           !std::is_same_v<std::remove_cvref_t<U>, Status>) Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Status error) : state_(std::in_place_index<1>, std::move(error)) {  // NOLINT(google-explicit-constructor)
    if (std::get<1>(state_).ok()) Die("Result made from an OK status");
  }

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return Checked(), std::get<0>(state_); }
  const T& value() const& { return Checked(), std::get<0>(state_); }
  T&& value() && { return Checked(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// REQUIRES: !has_value(). To read the status of either outcome, call status().
  const Status& error() const& { return std::get<1>(state_); }
  Status&& error() && { return std::get<1>(std::move(state_)); }
  /// OK if there is a value, else the error.
  Status status() const { return has_value() ? Status{} : std::get<1>(state_); }

  template <typename U>
  T value_or(U&& fallback) const& {
    return has_value() ? std::get<0>(state_) : static_cast<T>(std::forward<U>(fallback));
  }
  template <typename U>
  T value_or(U&& fallback) && {
    return has_value() ? std::get<0>(std::move(state_)) : static_cast<T>(std::forward<U>(fallback));
  }

  /// Calls f(value) and returns its Result, or passes the error on.
  template <typename F>
  auto and_then(F&& f) && -> std::invoke_result_t<F, T&&> {
    if (has_value()) return std::forward<F>(f)(std::get<0>(std::move(state_)));
    return std::get<1>(std::move(state_));
  }
  /// Calls f(value) and wraps what it returns, or passes the error on.
  template <typename F>
  auto transform(F&& f) && -> Result<std::invoke_result_t<F, T&&>> {
    if (has_value()) return std::forward<F>(f)(std::get<0>(std::move(state_)));
    return std::get<1>(std::move(state_));
  }
  /// Calls f(status) on an error and returns its Result, or passes the value on.
  template <typename F>
  Result or_else(F&& f) && {
    if (has_value()) return std::move(*this);
    return std::forward<F>(f)(std::get<1>(std::move(state_)));
  }

 private:
  void Checked() const {
    if (!has_value()) Die(std::get<1>(state_).ToString().c_str());
  }
  [[noreturn]] static void Die(const char* why) {
    std::fprintf(stderr, "rookery: Result::value() called on an error: %s\n", why);
    std::abort();
  }

  std::variant<T, Status> state_;
};

}  // namespace rookery
