// The handle that applications hold: passes every call on.
#include "rookery/ingestor.h"

#include <utility>

#include "ingest/ingestor_state.h"

namespace rookery {
namespace {

Status MovedFrom() { return {StatusCode::kClosed, "this ingestor was moved from; use the one it was moved to"}; }

}  // namespace

Ingestor::Ingestor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ingestor::Ingestor(Ingestor&&) noexcept = default;

Ingestor& Ingestor::operator=(Ingestor&& other) noexcept {
  if (this != &other) {
    static_cast<void>(Stop());
    state_ = std::move(other.state_);
  }
  return *this;
}

Ingestor::~Ingestor() { static_cast<void>(Stop()); }

Status Ingestor::PostThen(const NewMessage& message, PostDone done, const IngestPostOptions& options) {
  return state_ ? state_->taker->Post(message, std::move(done), options) : MovedFrom();
}

std::future<Result<Posted>> Ingestor::Post(const NewMessage& message, const IngestPostOptions& options) {
  // A std::function has to be copyable, and a promise is not.
  auto promise = std::make_shared<std::promise<Result<Posted>>>();
  std::future<Result<Posted>> answer = promise->get_future();
  Status status = PostThen(
      message, [promise](const Result<Posted>& posted) { promise->set_value(posted); }, options);
  if (!status.ok()) promise->set_value(std::move(status));
  return answer;
}

Status Ingestor::Flush(std::chrono::milliseconds timeout) { return state_ ? state_->taker->Flush(timeout) : Status(); }
Status Ingestor::Stop() { return state_ ? state_->taker->Stop() : Status(); }
IngestStats Ingestor::Stats() const { return state_ ? state_->taker->Stats() : IngestStats(); }

}  // namespace rookery
