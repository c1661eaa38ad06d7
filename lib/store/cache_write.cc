#include "store/cache_write.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

namespace rookery::store {

void CacheWrite::Stores(std::string_view channel, MessageId id, std::string_view row) {
  if (cache_ != nullptr) changes_.push_back({channel, id, /*deletes=*/false, std::string(row), {}});
}

void CacheWrite::Deletes(std::string_view channel, MessageId id) {
  if (cache_ != nullptr) changes_.push_back({channel, id, /*deletes=*/true, {}, {}});
}

void CacheWrite::Begin() {
  if (cache_ == nullptr) return;
  begun_ = true;
  std::stable_sort(changes_.begin(), changes_.end(),
                   [](const Change& a, const Change& b) { return a.channel < b.channel; });
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    Change& change = changes_[i];
    const auto message = CacheKeyBytes::OfMessage(change.channel, change.id);
    change.ticket = cache_->core().BeginWrite(cache_->KeyOf(message.bytes()));
    if (i > 0 && change.channel == changes_[i - 1].channel) {
      groups_.back().end = i + 1;
      continue;
    }
    groups_.push_back({i, i + 1});
    const auto window = CacheKeyBytes::OfWindow(change.channel);
    cache_->core().BeginBlockWrite(cache_->KeyOf(window.bytes()));
  }
}

CacheWrite::~CacheWrite() {
  if (!begun_) return;
  for (const Change& change : changes_) EndMessage(change);
  for (const Group& group : groups_) EndWindow(group);
}

void CacheWrite::EndMessage(const Change& change) {
  const auto bytes = CacheKeyBytes::OfMessage(change.channel, change.id);
  const cache::Key key = cache_->KeyOf(bytes.bytes());
  const bool keep = committed_ && !change.deletes && cache_->write_mode() == WriteMode::kThrough;
  cache_->core().EndWrite(key, change.ticket, keep ? std::optional<std::string_view>(change.row) : std::nullopt);
}

void CacheWrite::EndWindow(const Group& group) {
  const std::span<const Change> changes(changes_.data() + group.begin, group.end - group.begin);
  std::vector<std::uint64_t> rows;
  rows.reserve(changes.size());
  for (const Change& change : changes) rows.push_back(change.id.value);
  const auto change_block = [&](const cache::Block& block) -> cache::Block {
    if (!committed_) return {};
    auto window = std::static_pointer_cast<const Window>(block.object);
    for (const Change& change : changes) {
      window = change.deletes ? window->Without(change.id)
                              : window->With(change.id, change.row, cache_->epoch(), cache_->window());
      if (window == nullptr) return {};
    }
    const std::size_t bytes = window->memory_bytes();
    return {std::move(window), bytes};
  };
  const auto bytes = CacheKeyBytes::OfWindow(changes.front().channel);
  cache_->core().EndBlockWrite(cache_->KeyOf(bytes.bytes()), rows, change_block);
}

}  // namespace rookery::store
