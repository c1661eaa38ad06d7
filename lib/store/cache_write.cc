#include "store/cache_write.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <span>

namespace rookery::store {

bool CacheWrite::WantsRow(std::string_view channel) const {
  if (cache_->write_mode() == WriteMode::kThrough) return true;
  // Of a batch to one channel, the first tells for all.
  if (!changes_.empty() && changes_.back().channel == channel) return changes_.back().row.has_value();
  return cache_->MayHaveWindow(channel);
}

void CacheWrite::Stores(std::string_view channel, MessageId id, std::string_view row, bool is_new) {
  if (cache_ == nullptr) return;
  auto copy = WantsRow(channel) ? std::optional<std::string>(row) : std::nullopt;
  changes_.push_back({channel, id, /*deletes=*/false, is_new, std::move(copy)});
}

void CacheWrite::Deletes(std::string_view channel, MessageId id) {
  if (cache_ != nullptr) changes_.push_back({channel, id, /*deletes=*/true, /*is_new=*/false, std::nullopt});
}

void CacheWrite::Begin() {
  if (cache_ == nullptr) return;
  std::stable_sort(changes_.begin(), changes_.end(),
                   [](const Change& a, const Change& b) { return a.channel < b.channel; });
  // What needs memory comes first: once a write was announced nothing may keep its end from being told.
  rows_.reserve(changes_.size());
  for (const Change& change : changes_) rows_.push_back(change.id.value);
  groups_.reserve(changes_.size());
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    if (i > 0 && change.channel == changes_[i - 1].channel) {
      groups_.back().end = i + 1;
    } else {
      const auto window = CacheKeyBytes::OfWindow(change.channel);
      groups_.push_back({i, i + 1, cache_->core().BeginWrite(cache_->KeyOf(window.bytes()))});
    }
    // Of a new message the cache can know only that there was none, which the channel's lease takes back.
    if (change.is_new) continue;
    const auto message = CacheKeyBytes::OfMessage(change.channel, change.id);
    cache_->core().Erase(cache_->KeyOf(message.bytes()));
  }
}

CacheWrite::~CacheWrite() {
  for (const Group& group : groups_) {
    if (committed_ && cache_->write_mode() == WriteMode::kThrough) PutMessages(group);
    EndWindow(group);
  }
}

void CacheWrite::PutMessages(const Group& group) {
  const auto window = CacheKeyBytes::OfWindow(changes_[group.begin].channel);
  const cache::Key window_key = cache_->KeyOf(window.bytes());
  for (const Change& change : ChangesOf(group)) {
    if (!change.row) continue;
    const auto message = CacheKeyBytes::OfMessage(change.channel, change.id);
    try {
      cache_->core().PutWritten(cache_->KeyOf(message.bytes()), window_key, group.ticket, *change.row);
    } catch (const std::bad_alloc&) {
      return;  // it is read when somebody wants it
    }
  }
}

void CacheWrite::EndWindow(const Group& group) {
  const std::span<const Change> changes = ChangesOf(group);
  const auto rows = std::span(rows_).subspan(group.begin, changes.size());
  const auto change_block = [&](const cache::Block& block) -> cache::Block {
    if (!committed_) return {};
    auto window = std::static_pointer_cast<const Window>(block.object);
    for (const Change& change : changes) {
      // A window that came between looking for it and the write.
      if (!change.deletes && !change.row) return {};
      window = change.deletes ? window->Without(change.id)
                              : window->With(change.id, *change.row, cache_->epoch(), cache_->window());
      if (window == nullptr) return {};
    }
    const std::size_t bytes = window->memory_bytes();
    return {std::move(window), bytes};
  };
  const auto bytes = CacheKeyBytes::OfWindow(changes.front().channel);
  cache_->core().EndWrite(cache_->KeyOf(bytes.bytes()), rows, std::ref(change_block));  // allocates nothing
}

}  // namespace rookery::store
