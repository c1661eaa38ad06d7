#include "store/many_reader.h"

#include <algorithm>
#include <utility>

#include "base/macros.h"

namespace rookery::store {

using Role = cache::SingleFlight<ReadCache::MaybeMessage>::Role;

ManyReader::ManyReader(ReadCache* cache, std::span<const MessageKey> keys)
    : cache_(*cache), keys_(keys), messages_(keys.size()) {
  wanted_.reserve(keys.size());
  for (const MessageKey& key : keys) {
    bytes_.push_back(CacheKeyBytes::OfMessage(key.channel, key.id));
    const cache::Key message = cache_.KeyOf(bytes_.back().bytes());
    bytes_.push_back(CacheKeyBytes::OfWindow(key.channel));
    wanted_.push_back({message, cache_.KeyOf(bytes_.back().bytes()), {}});
  }
}

Result<ManyReader::Messages> ManyReader::Read(const ReadOptions& options, const Load& load) {
  if (!Look()) return LoadAll(load);
  RK_TRY(LoadLed(load));
  RK_ASSIGN_OR_RETURN(const bool complete, AwaitOthers(options));
  if (!complete || !IsOneState()) return LoadAll(load);
  return std::move(messages_);
}

Result<ManyReader::Messages> ManyReader::LoadAll(const Load& load) {
  cache_.CountBypassed(keys_.size());
  return load(keys_);
}

bool ManyReader::Look() {
  for (Wanted& wanted : wanted_) {
    wanted.lease = cache_.LeaseOf(wanted.channel);
    if (!wanted.lease.usable) return false;
  }
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (auto found = cache_.Find(wanted_[i].key, keys_[i].channel, keys_[i].id)) {
      messages_[i] = *std::move(found);
      continue;
    }
    ReadCache::MessageSeat seat = cache_.Enter(wanted_[i].key, keys_[i].channel, keys_[i].id);
    if (seat.role() == Role::kFound) {
      messages_[i] = std::move(seat.value());
    } else {
      missing_.push_back({i, std::move(seat)});
    }
  }
  return true;
}

Status ManyReader::LoadLed(const Load& load) {
  // Before waiting for anybody: whoever waits for these would wait for whom we wait for.
  std::vector<MessageKey> keys;
  std::vector<Missing*> led;
  for (Missing& missing : missing_) {
    if (missing.seat.role() == Role::kWait) continue;
    keys.push_back(keys_[missing.index]);
    led.push_back(&missing);
  }
  if (keys.empty()) return {};
  RK_ASSIGN_OR_RETURN(Messages loaded, load(keys));
  for (std::size_t i = 0; i < led.size(); ++i) {
    ReadCache::MessageSeat& seat = led[i]->seat;
    if (seat.role() == Role::kLead) {
      const Wanted& wanted = wanted_[led[i]->index];
      cache_.Offer(wanted.key, wanted.channel, seat.lease(), loaded[i]);
      seat.Land(loaded[i]);
    }
    messages_[led[i]->index] = std::move(loaded[i]);
  }
  return {};
}

Result<bool> ManyReader::AwaitOthers(const ReadOptions& options) {
  const ReadCache::Deadline deadline = ReadCache::DeadlineOf(options);
  for (Missing& missing : missing_) {
    if (missing.seat.role() != Role::kWait) continue;
    bool late = false;
    auto landed = missing.seat.Wait(deadline, &late);
    if (late) return ReadCache::Late(options);
    if (!landed) return false;
    messages_[missing.index] = *std::move(landed);
  }
  return true;
}

bool ManyReader::IsOneState() const {
  return std::all_of(wanted_.begin(), wanted_.end(),
                     [this](const Wanted& wanted) { return cache_.LeaseOf(wanted.channel) == wanted.lease; });
}

}  // namespace rookery::store
