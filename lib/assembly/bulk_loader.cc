// The handle of a bulk load. The load itself belongs to its store, which ends it when it is closed.
#include "rookery/bulk_loader.h"

#include <utility>

#include "assembly/bulk_loader_state.h"
#include "base/macros.h"

namespace rookery {
namespace {

constexpr std::size_t kLeastMemory = std::size_t{8} << 20;
constexpr std::size_t kMostMemory = std::size_t{1} << 40;

Status Ended() { return {StatusCode::kInvalidArgument, "the bulk load has ended; begin another one"}; }

}  // namespace

std::string_view BulkPhaseName(BulkPhase phase) {
  switch (phase) {
    case BulkPhase::kAdding:
      return "adding";
    case BulkPhase::kWriting:
      return "writing";
    case BulkPhase::kPublishing:
      return "publishing";
  }
  return "unknown";
}

Status BulkOptions::Validate() const {
  if (memory_bytes && *memory_bytes < kLeastMemory) {
    return {StatusCode::kInvalidArgument, "memory_bytes is " + std::to_string(*memory_bytes) + "; at least 8 MiB"};
  }
  if (memory_bytes && *memory_bytes > kMostMemory) {
    return {StatusCode::kInvalidArgument, "memory_bytes is " + std::to_string(*memory_bytes) + "; at most 1 TiB"};
  }
  if (id_collision != IdCollision::kFail && id_collision != IdCollision::kNextFreeId) {
    return {StatusCode::kInvalidArgument, "id_collision is none of the values there are"};
  }
  if (packing != BulkPacking::kFast && packing != BulkPacking::kSmall) {
    return {StatusCode::kInvalidArgument, "packing is none of the values there are"};
  }
  return {};
}

BulkLoader::BulkLoader(std::unique_ptr<State> state) : state_(std::move(state)) {}
BulkLoader::BulkLoader(BulkLoader&&) noexcept = default;
BulkLoader& BulkLoader::operator=(BulkLoader&& other) noexcept {
  if (this != &other) {
    Cancel();
    state_ = std::move(other.state_);
  }
  return *this;
}
BulkLoader::~BulkLoader() { Cancel(); }

Status BulkLoader::State::Add(std::span<const NewMessage> messages, const BulkMessageOptions& options) {
  RK_TRY(CheckOpen());
  Status status = loads->Add(messages, options);
  // A bad message is the caller's to leave out; ids that ran ahead are to be waited for. Nothing else heals.
  const bool goes_on = status.ok() || status.code() == StatusCode::kInvalidArgument ||
                       status.code() == StatusCode::kUnsupported || status.code() == StatusCode::kBusy;
  if (!goes_on) {
    loads.reset();
    failure = status;
  }
  return status;
}

Status BulkLoader::State::CheckOpen() const {
  if (loads != nullptr && loads->store_closed()) return {StatusCode::kClosed, "the store is closed; open it again"};
  if (loads != nullptr) return {};
  return failure.ok() ? Ended() : failure;
}

Status BulkLoader::Add(const NewMessage& message) { return Add(std::span(&message, 1)); }

Status BulkLoader::Add(const NewMessage& message, const BulkMessageOptions& options) {
  return state_ ? state_->Add({&message, 1}, options) : Ended();
}

Status BulkLoader::Add(std::span<const NewMessage> messages) {
  return state_ ? state_->Add(messages, {.id_collision = state_->id_collision}) : Ended();
}

Result<BulkReport> BulkLoader::Finish() {
  if (!state_) return Ended();
  RK_TRY(state_->CheckOpen());
  Result<BulkReport> report = state_->loads->Finish();
  state_->loads.reset();
  if (!report) state_->failure = report.error();
  return report;
}

void BulkLoader::Cancel() {
  if (state_) state_->loads.reset();
}

}  // namespace rookery
