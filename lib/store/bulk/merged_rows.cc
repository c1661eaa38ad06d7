#include "store/bulk/merged_rows.h"

#include <algorithm>

#include "base/big_endian.h"

namespace rookery::store::bulk {
namespace {

constexpr std::size_t kLeastBuffer = std::size_t{4} << 10;
constexpr std::size_t kMostBuffer = std::size_t{256} << 10;

}  // namespace

MergedRows::MergedRows(const engine::ScratchFile* file, std::span<const Extent> extents, std::size_t buffer_bytes) {
  readers_.reserve(extents.size());
  const std::size_t each =
      std::clamp(buffer_bytes / std::max<std::size_t>(1, extents.size()), kLeastBuffer, kMostBuffer);
  for (const Extent& extent : extents) readers_.emplace_back(file, extent, each);
}

Status MergedRows::Begin() {
  begun_ = true;
  for (std::size_t i = 0; i < readers_.size(); ++i) RK_TRY(Rejoin(i));
  return {};
}

Status MergedRows::Rejoin(std::size_t reader) {
  RK_ASSIGN_OR_RETURN(const bool more, readers_[reader].NextGroup());
  if (!more) return {};
  channels_.push_back(reader);
  std::push_heap(channels_.begin(), channels_.end(),
                 [this](std::size_t a, std::size_t b) { return readers_[a].prefix() > readers_[b].prefix(); });
  return {};
}

Result<bool> MergedRows::NextChannel() {
  if (!begun_) RK_TRY(Begin());
  if (channels_.empty()) return false;
  const auto greater = [this](std::size_t a, std::size_t b) { return readers_[a].prefix() > readers_[b].prefix(); };
  prefix_ = readers_[channels_.front()].prefix();
  rows_.clear();
  on_row_ = false;
  while (!channels_.empty() && readers_[channels_.front()].prefix() == prefix_) {
    std::pop_heap(channels_.begin(), channels_.end(), greater);
    const std::size_t reader = channels_.back();
    channels_.pop_back();
    RK_TRY(readers_[reader].NextRow().status());
    rows_.push_back({base::HeadOf(readers_[reader].entry().rest), reader});
  }
  std::make_heap(rows_.begin(), rows_.end(), [this](const Head& a, const Head& b) { return Less(b, a); });
  return true;
}

Result<bool> MergedRows::NextRow() {
  if (on_row_) {
    RunReader& reader = readers_[rows_.front().reader];
    RK_ASSIGN_OR_RETURN(const bool more, reader.NextRow());
    if (more) {
      rows_.front().head = base::HeadOf(reader.entry().rest);
    } else {
      RK_TRY(Rejoin(rows_.front().reader));
      rows_.front() = rows_.back();
      rows_.pop_back();
    }
    SiftDown();
  }
  on_row_ = !rows_.empty();
  return on_row_;
}

bool MergedRows::Less(const Head& a, const Head& b) const {
  if (a.head != b.head) return a.head < b.head;
  const Entry& first = readers_[a.reader].entry();
  const Entry& second = readers_[b.reader].entry();
  if (first.rest != second.rest) return first.rest < second.rest;
  return first.rank() < second.rank();
}

void MergedRows::SiftDown() {
  std::size_t at = 0;
  for (;;) {
    std::size_t child = 2 * at + 1;
    if (child >= rows_.size()) return;
    if (child + 1 < rows_.size() && Less(rows_[child + 1], rows_[child])) ++child;
    if (!Less(rows_[child], rows_[at])) return;
    std::swap(rows_[at], rows_[child]);
    at = child;
  }
}

}  // namespace rookery::store::bulk
