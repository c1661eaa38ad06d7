#include "admin/import/bulk_batch.h"

#include <utility>

#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

constexpr int kPositionBits = 40;
constexpr std::uint64_t kPositionMask = (std::uint64_t{1} << kPositionBits) - 1;

}  // namespace

BulkBatch::BulkBatch(Store* store, BulkOptions options, TellRefused refused)
    : store_(*store), options_(std::move(options)), refused_(std::move(refused)) {
  options_.on_refused = [this](const BulkRefusal& refusal) {
    stop_ = refused_(OriginOf(refusal.tag), refusal);
    return stop_.ok();
  };
}

Status BulkBatch::Begin() {
  ADMIN_ASSIGN_OR_RETURN(BulkLoader loader, store_.BulkLoader(options_));
  loader_.emplace(std::move(loader));
  return {};
}

Status BulkBatch::Add(const NewMessage& message, const Origin& origin, IdCollision collision) {
  if (!loader_) ADMIN_TRY(Begin());
  return loader_->Add(message, {.id_collision = collision, .tag = TagOf(origin)});
}

Result<BulkReport> BulkBatch::Finish() {
  if (!loader_) return BulkReport{};
  Result<BulkReport> report = loader_->Finish();
  loader_.reset();
  if (!report && !stop_.ok()) return stop_;
  return report;
}

std::uint64_t BulkBatch::TagOf(const Origin& origin) {
  if (files_.empty() || files_.back().path != origin.path || files_.back().unit != origin.position.unit) {
    files_.push_back({origin.path, origin.position.unit});
  }
  return static_cast<std::uint64_t>(files_.size() - 1) << kPositionBits | (origin.position.number & kPositionMask);
}

Origin BulkBatch::OriginOf(std::uint64_t tag) const {
  const File& file = files_[tag >> kPositionBits];
  return {file.path, {tag & kPositionMask, file.unit}};
}

}  // namespace rookery::admin
