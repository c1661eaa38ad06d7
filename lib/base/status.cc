#include "rookery/status.h"

#include <array>

namespace rookery {
namespace {

struct Row {
  std::string_view name;
  int exit_code;
  bool retryable;
  std::string_view advice;
};

constexpr auto kRows = std::to_array<Row>({
#define ROOKERY_STATUS_CODE(enumerator, number, name, exit_code, retryable, advice) \
  {name, exit_code, retryable, advice},
#include "rookery/status_codes.def"
#undef ROOKERY_STATUS_CODE
});

constexpr bool NumbersAreIndexes() {
  std::size_t index = 0;
#define ROOKERY_STATUS_CODE(enumerator, number, name, exit_code, retryable, advice) \
  if (index++ != (number)) return false;
#include "rookery/status_codes.def"
#undef ROOKERY_STATUS_CODE
  return true;
}
static_assert(NumbersAreIndexes());

const Row& RowOf(StatusCode code) { return kRows.at(static_cast<std::size_t>(code)); }

}  // namespace

std::string_view StatusCodeName(StatusCode code) { return RowOf(code).name; }
std::string_view StatusCodeAdvice(StatusCode code) { return RowOf(code).advice; }
int StatusCodeExitCode(StatusCode code) { return RowOf(code).exit_code; }

Status::Status(StatusCode code, std::string message) {
  if (code == StatusCode::kOk) return;
  rep_ = std::make_unique<Rep>(Rep{code, std::move(message), std::nullopt, std::nullopt});
}

Status::Status(const Status& other) : rep_(other.rep_ ? std::make_unique<Rep>(*other.rep_) : nullptr) {}

Status& Status::operator=(const Status& other) {
  if (this != &other) rep_ = other.rep_ ? std::make_unique<Rep>(*other.rep_) : nullptr;
  return *this;
}

bool Status::retryable() const noexcept { return RowOf(code()).retryable; }

std::optional<std::uint64_t> Status::current_version() const noexcept {
  return ok() ? std::nullopt : rep_->current_version;
}

std::optional<std::chrono::milliseconds> Status::retry_after() const noexcept {
  return ok() ? std::nullopt : rep_->retry_after;
}

Status&& Status::WithCurrentVersion(std::uint64_t version) && {
  if (!ok()) rep_->current_version = version;
  return std::move(*this);
}

Status&& Status::WithRetryAfter(std::chrono::milliseconds delay) && {
  if (!ok()) rep_->retry_after = delay;
  return std::move(*this);
}

Status&& Status::WithContext(std::string_view context) && {
  if (!ok()) rep_->message.insert(0, std::string(context) + ": ");
  return std::move(*this);
}

std::string Status::ToString() const {
  std::string text{StatusCodeName(code())};
  if (!ok()) text.append(": ").append(message());
  return text;
}

std::ostream& operator<<(std::ostream& out, const Status& status) { return out << status.ToString(); }

}  // namespace rookery
