// How writes hold channels: one of them, shared or not, or all that a batch posts to. None waits for somebody who holds
// all channels: it lets go what it holds and waits at the gate, where it has a deadline.
#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/message.h"
#include "rookery/status.h"
#include "store/context.h"
#include "store/striped_locks.h"
#include "store/write_gate.h"

namespace rookery::store {

/// True if the message may already be stored, so that posting it must look first.
inline bool MustLook(const NewMessage& message) {
  return message.id.value != 0 || (!message.nonce.empty() && message.remember_nonce);
}

/// The channel's lock, shared. kBusy, and `attempt` says why, while somebody holds all channels: the write is tried
/// again by WriteGate::Run, which waits for that without a turn and until the deadline.
inline Result<std::shared_lock<base::FairSharedMutex>> ShareChannel(Context* context, std::string_view channel,
                                                                    WriteAttempt* attempt) {
  base::FairSharedMutex& mutex = context->channel_locks.For(channel);
  if (!context->turnstile.open() || !mutex.lock_shared_unless_closed()) return HeldUp(context->turnstile, attempt);
  return std::shared_lock(mutex, std::adopt_lock);
}

/// The same, not shared.
inline Result<std::unique_lock<base::FairSharedMutex>> TakeChannel(Context* context, std::string_view channel,
                                                                   WriteAttempt* attempt) {
  base::FairSharedMutex& mutex = context->channel_locks.For(channel);
  if (!context->turnstile.open() || !mutex.lock_unless_closed()) return HeldUp(context->turnstile, attempt);
  return std::unique_lock(mutex, std::adopt_lock);
}

/// Those of a batch: shared, or exclusive where a message must look before it writes. Owned by one thread.
class ChannelGuard {
 public:
  explicit ChannelGuard(Context* context) : context_(*context) {}
  ~ChannelGuard() {
    for (std::size_t i = 0; i < held_; ++i) {
      const auto& [stripe, mode] = stripes_[i];
      mode == Mode::kExclusive ? MutexOf(stripe).unlock() : MutexOf(stripe).unlock_shared();
    }
  }
  ChannelGuard(const ChannelGuard&) = delete;
  ChannelGuard& operator=(const ChannelGuard&) = delete;

  /// Once. kBusy: as ShareChannel.
  Status Lock(std::span<const NewMessage> messages, WriteAttempt* attempt) {
    if (!context_.turnstile.open()) return HeldUp(context_.turnstile, attempt);
    stripes_.reserve(messages.size());
    for (const NewMessage& message : messages) {
      // Sorts exclusive before shared, so that unique() keeps the stronger of the two.
      stripes_.emplace_back(ChannelLocks::StripeOf(message.channel),
                            MustLook(message) ? Mode::kExclusive : Mode::kShared);
    }
    std::sort(stripes_.begin(), stripes_.end());
    const auto same_stripe = [](const auto& a, const auto& b) { return a.first == b.first; };
    stripes_.erase(std::unique(stripes_.begin(), stripes_.end(), same_stripe), stripes_.end());
    for (; held_ < stripes_.size(); ++held_) {
      const auto& [stripe, mode] = stripes_[held_];
      const bool locked =
          mode == Mode::kExclusive ? MutexOf(stripe).lock_unless_closed() : MutexOf(stripe).lock_shared_unless_closed();
      if (!locked) return HeldUp(context_.turnstile, attempt);
    }
    return {};
  }

 private:
  enum class Mode { kExclusive, kShared };
  base::FairSharedMutex& MutexOf(std::size_t stripe) { return context_.channel_locks.At(stripe); }

  Context& context_;
  std::vector<std::pair<std::size_t, Mode>> stripes_;
  std::size_t held_ = 0;  // of them, from the front
};

}  // namespace rookery::store
