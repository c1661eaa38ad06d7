#include "store/read_cache.h"

#include <algorithm>
#include <cstring>

#include "codec/message_codec.h"

namespace rookery::store {
namespace {

constexpr std::size_t kHotChannels = 32;

}  // namespace

ReadCache::ReadCache(const CacheOptions& options, std::shared_ptr<const Clock> clock, Timestamp epoch)
    : options_(options),
      epoch_(epoch),
      cache_({.capacity = options.capacity.value_or(0),
              .policy = options.policy,
              .ttl = options.ttl,
              .clock = std::move(clock)}) {}

std::optional<ReadCache::MaybeMessage> ReadCache::ToMessage(const cache::Entry& entry, std::string_view channel,
                                                            MessageId id) {
  if (entry.kind == cache::EntryKind::kAbsent) {
    return StillAbsent(entry, channel) ? std::optional<MaybeMessage>(std::in_place) : std::nullopt;
  }
  const std::string_view value = entry.value();
  auto copy = std::make_shared_for_overwrite<char[]>(value.size());
  std::memcpy(copy.get(), value.data(), value.size());
  const MessageView view = codec::VerifiedMessage({copy.get(), value.size()}, id, epoch_);
  return MaybeMessage(Message(view, std::move(copy)));
}

bool ReadCache::StillAbsent(const cache::Entry& entry, std::string_view channel) {
  cache::Lease lease;
  std::memcpy(&lease, entry.value().data(), sizeof(lease));
  const auto window = CacheKeyBytes::OfWindow(channel);
  return cache_.LeaseWithin(cache_.KeyOf(window.bytes())) == lease;
}

std::optional<ReadCache::MaybeMessage> ReadCache::Find(const cache::Key& key, std::string_view channel, MessageId id) {
  std::optional<MaybeMessage> found;
  cache_.Find(key, [&](const cache::Entry& entry) {
    found = ToMessage(entry, channel, id);
    return found.has_value();
  });
  return found;
}

ReadCache::MessageSeat ReadCache::Enter(const cache::Key& key, std::string_view channel, MessageId id) {
  const auto window = CacheKeyBytes::OfWindow(channel);
  const cache::Key window_key = cache_.KeyOf(window.bytes());
  return messages_.Enter(
      key, [&] { return cache_.LeaseOf(window_key); },
      [&] {
        std::optional<MaybeMessage> found;
        cache_.Peek(key, [&](const cache::Entry& entry) { found = ToMessage(entry, channel, id); });
        return found;
      });
}

void ReadCache::Offer(const cache::Key& key, const cache::Key& channel, const cache::Lease& lease,
                      const MaybeMessage& message) {
  if (message) {
    cache_.Put(key, channel, lease, cache::EntryKind::kValue, message->encoded());
    return;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(&lease), sizeof(lease));
  cache_.Put(key, channel, lease, cache::EntryKind::kAbsent, bytes);
}

bool ReadCache::MayHaveWindow(std::string_view channel) {
  const auto window = CacheKeyBytes::OfWindow(channel);
  const cache::Key key = cache_.KeyOf(window.bytes());
  // While writes are under way it is set aside.
  return cache_.Peek(key, [](const cache::Entry&) {}) || !cache_.LeaseOf(key).usable;
}

std::optional<Page> ReadCache::FindPage(const cache::Key& key, const HistoryQuery& query) {
  std::optional<Page> page;
  cache_.Find(key, [&](const cache::Entry& entry) {
    page = Window::Serve(std::static_pointer_cast<const Window>(entry.block()), query);
    return page.has_value();
  });
  return page;
}

std::shared_ptr<const Window> ReadCache::PeekWindow(const cache::Key& key) {
  std::shared_ptr<const Window> window;
  cache_.Peek(key, [&](const cache::Entry& entry) { window = std::static_pointer_cast<const Window>(entry.block()); });
  return window;
}

void ReadCache::OfferWindow(const cache::Key& key, const cache::Lease& lease, std::shared_ptr<const Window> window) {
  // A page that is longer than windows get brings nothing new.
  const auto present = PeekWindow(key);
  if (present != nullptr && present->below() != Below::kUnknown &&
      present->messages().size() >= std::min(options_.window, window->messages().size())) {
    return;
  }
  window = Window::Trimmed(std::move(window), options_.window);
  const std::size_t bytes = window->memory_bytes();
  cache_.PutBlock(key, lease, {std::move(window), bytes});
}

ReadCache::Deadline ReadCache::DeadlineOf(const ReadOptions& options) {
  // Longer than anything lasts, and far from where adding it to a time would overflow.
  constexpr std::chrono::hours kForEver{24 * 365};
  if (!options.timeout || *options.timeout > kForEver) return std::nullopt;
  return std::chrono::steady_clock::now() + std::max(std::chrono::milliseconds{0}, *options.timeout);
}

Status ReadCache::Late(const ReadOptions& options) {
  return Status(StatusCode::kBusy, "another caller's read of the same took longer than the timeout of " +
                                       std::to_string(options.timeout->count()) + " ms; try again")
      .WithRetryAfter(*options.timeout);
}

CacheStats ReadCache::Stats() const {
  CacheStats stats;
  cache_.AddTo(&stats);
  const auto add = [&stats](const cache::FlightCounters& counters) {
    stats.flights += counters.flights.load(std::memory_order_relaxed);
    stats.joined += counters.joined.load(std::memory_order_relaxed);
    stats.abandoned += counters.abandoned.load(std::memory_order_relaxed);
    stats.bypassed += counters.bypassed.load(std::memory_order_relaxed);
  };
  add(messages_.counters());
  add(pages_.counters());
  for (auto& [channel, reads] : hot_channels_.Top(kHotChannels)) stats.hot_channels.push_back({channel, reads});
  return stats;
}

}  // namespace rookery::store
