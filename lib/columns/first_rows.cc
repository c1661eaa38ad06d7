#include "columns/first_rows.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rookery::columns {
namespace {

constexpr std::size_t kMostBytes = std::size_t{32} << 20;

}  // namespace

FirstRows::FirstRows(Order order, std::size_t rows, std::optional<RowPlace> behind)
    : order_(order), room_(rows), behind_(std::move(behind)) {}

ScanStep FirstRows::Take(const MessageView& message) {
  const MessageId id = message.id();
  if (behind_ && !Before(behind_->id, behind_->channel, id, channel_)) return ScanStep::kNext;
  // What follows in this channel comes later still.
  if (last_ && !Before(id, channel_, last_->id, last_->channel)) return ScanStep::kNextChannel;
  rows_.push_back({{id, std::string(channel_)}, Message::CopyOf(message)});
  bytes_ += message.encoded().size();
  if (bytes_ > kMostBytes && rows_.size() > 1) room_ = std::min(room_, rows_.size() / 2);
  if (rows_.size() > room_ + room_ / 4) Cut();
  return ScanStep::kNext;
}

void FirstRows::Cut() {
  const auto before = [this](const KeptRow& a, const KeptRow& b) { return RowBefore(a, b); };
  const auto last = rows_.begin() + static_cast<std::ptrdiff_t>(room_ - 1);
  std::nth_element(rows_.begin(), last, rows_.end(), before);
  last_ = last->place;
  for (auto row = last + 1; row != rows_.end(); ++row) bytes_ -= row->message.encoded().size();
  rows_.erase(last + 1, rows_.end());
  left_out_ = true;
}

std::vector<KeptRow> FirstRows::TakeInOrder() {
  if (rows_.size() > room_) Cut();
  std::sort(rows_.begin(), rows_.end(), [this](const KeptRow& a, const KeptRow& b) { return RowBefore(a, b); });
  return std::move(rows_);
}

}  // namespace rookery::columns
