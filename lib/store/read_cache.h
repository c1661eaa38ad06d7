// The store's read cache: messages, the absence of messages, and windows, before the engine.
//
// It joins the cache core with single flights: who misses either leads, and then offers what the engine said to the
// cache under the lease it took before, or waits for who leads. Writers announce what they write by CacheWrite.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "cache/cache.h"
#include "cache/hot_keys.h"
#include "cache/single_flight.h"
#include "rookery/cache.h"
#include "rookery/clock.h"
#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "store/cache_keys.h"
#include "store/window.h"

namespace rookery::store {

/// A page as it was read from the engine, and the window that it is, if it begins with the newest message.
struct LoadedPage {
  Page page;
  std::shared_ptr<const Window> window;
};

/// Thread-safe.
class ReadCache {
 public:
  using MaybeMessage = std::optional<Message>;

  /// REQUIRES: options.capacity > 0. `clock`: null for the system's.
  ReadCache(const CacheOptions& options, std::shared_ptr<const Clock> clock, Timestamp epoch);

  /// The message, from the cache, from another's read, or from load(): a Result<MaybeMessage>, called at most once.
  /// kBusy: another's read took longer than ReadOptions::timeout.
  template <typename Load>
  Result<MaybeMessage> Get(std::string_view channel, MessageId id, const ReadOptions& options, Load&& load);
  /// The page likewise; load() gives a Result<LoadedPage>.
  template <typename Load>
  Result<Page> History(std::string_view channel, const HistoryQuery& query, const ReadOptions& options, Load&& load);

  // --- The parts of reading many at once -------------------------------------------------------------------------
  using MessageSeat = cache::SingleFlight<MaybeMessage>::Seat;
  cache::Key KeyOf(std::string_view bytes) const { return cache_.KeyOf(bytes); }
  /// `channel`: the key of the channel's window, whose lease covers all of the channel's messages.
  cache::Lease LeaseOf(const cache::Key& channel) { return cache_.LeaseOf(channel); }
  /// What the cache knows of the message; none: nothing.
  std::optional<MaybeMessage> Find(const cache::Key& key, std::string_view channel, MessageId id);
  MessageSeat Enter(const cache::Key& key, std::string_view channel, MessageId id);
  /// So many messages are read from the engine beside all this, as a write came between.
  void CountBypassed(std::size_t messages) { messages_.CountBypassed(messages); }
  /// Offers what the engine said.
  void Offer(const cache::Key& key, const cache::Key& channel, const cache::Lease& lease, const MaybeMessage& message);

  /// Whether a write to the channel has a window to keep up to date, as far as one can tell before it begins.
  bool MayHaveWindow(std::string_view channel);
  /// The newest messages that a window may hold; 0: there are no windows.
  std::size_t window() const { return options_.window; }
  WriteMode write_mode() const { return options_.write_mode; }
  Timestamp epoch() const { return epoch_; }
  cache::Cache& core() { return cache_; }
  CacheStats Stats() const;

  using Deadline = cache::SingleFlight<MaybeMessage>::Deadline;
  static Deadline DeadlineOf(const ReadOptions& options);
  static Status Late(const ReadOptions& options);

 private:
  /// What the entry says of the message; none: it is an absence that is none any more.
  std::optional<MaybeMessage> ToMessage(const cache::Entry& entry, std::string_view channel, MessageId id);
  /// Whether an absence is still one: it holds the channel's lease from when it was found.
  bool StillAbsent(const cache::Entry& entry, std::string_view channel);
  std::optional<Page> FindPage(const cache::Key& window, const HistoryQuery& query);
  std::shared_ptr<const Window> PeekWindow(const cache::Key& window);
  void OfferWindow(const cache::Key& key, const cache::Lease& lease, std::shared_ptr<const Window> window);

  const CacheOptions options_;
  const Timestamp epoch_;
  cache::Cache cache_;
  cache::SingleFlight<MaybeMessage> messages_;
  cache::SingleFlight<Page> pages_;
  cache::HotKeys hot_channels_;
};

template <typename Load>
Result<ReadCache::MaybeMessage> ReadCache::Get(std::string_view channel, MessageId id, const ReadOptions& options,
                                               Load&& load) {
  const auto bytes = CacheKeyBytes::OfMessage(channel, id);
  const cache::Key key = cache_.KeyOf(bytes.bytes());
  if (auto found = Find(key, channel, id)) return *std::move(found);
  MessageSeat seat = Enter(key, channel, id);
  using Role = cache::SingleFlight<MaybeMessage>::Role;
  if (seat.role() == Role::kFound) return std::move(seat.value());
  if (seat.role() == Role::kWait) {
    bool late = false;
    if (auto landed = seat.Wait(DeadlineOf(options), &late)) return *std::move(landed);
    if (late) return Late(options);
  }
  Result<MaybeMessage> message = load();
  if (message && seat.role() == Role::kLead) {
    const auto window = CacheKeyBytes::OfWindow(channel);
    Offer(key, cache_.KeyOf(window.bytes()), seat.lease(), *message);
    seat.Land(*message);
  }
  return message;
}

template <typename Load>
Result<Page> ReadCache::History(std::string_view channel, const HistoryQuery& query, const ReadOptions& options,
                                Load&& load) {
  hot_channels_.Note(channel);
  const auto window_bytes = CacheKeyBytes::OfWindow(channel);
  const cache::Key window = cache_.KeyOf(window_bytes.bytes());
  if (auto page = FindPage(window, query)) return *std::move(page);
  const auto page_bytes = CacheKeyBytes::OfPage(channel, query);
  auto seat = pages_.Enter(
      cache_.KeyOf(page_bytes.bytes()), [&] { return cache_.LeaseOf(window); },
      [&] {
        const auto found = PeekWindow(window);
        return found == nullptr ? std::nullopt : Window::Serve(found, query);
      });
  using Role = cache::SingleFlight<Page>::Role;
  if (seat.role() == Role::kFound) return std::move(seat.value());
  if (seat.role() == Role::kWait) {
    bool late = false;
    if (auto landed = seat.Wait(DeadlineOf(options), &late)) return *std::move(landed);
    if (late) return Late(options);
  }
  Result<LoadedPage> loaded = load();
  if (!loaded) return std::move(loaded).error();
  if (seat.role() == Role::kLead) {
    if (loaded->window != nullptr && options_.window > 0) OfferWindow(window, seat.lease(), std::move(loaded->window));
    seat.Land(loaded->page);
  }
  return std::move(loaded->page);
}

}  // namespace rookery::store
