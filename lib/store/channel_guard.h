// Holds the locks of all channels that a batch posts to: shared, or exclusive where a message must look before it
// writes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "rookery/message.h"
#include "store/striped_locks.h"

namespace rookery::store {

/// True if the message may already be stored, so that posting it must look first.
inline bool MustLook(const NewMessage& message) {
  return message.id.value != 0 || (!message.nonce.empty() && message.remember_nonce);
}

class ChannelGuard {
 public:
  ChannelGuard(ChannelLocks* locks, std::span<const NewMessage> messages) : locks_(*locks) {
    stripes_.reserve(messages.size());
    for (const NewMessage& message : messages) {
      // Sorts exclusive before shared, so that unique() keeps the stronger of the two.
      stripes_.emplace_back(ChannelLocks::StripeOf(message.channel),
                            MustLook(message) ? Mode::kExclusive : Mode::kShared);
    }
    std::sort(stripes_.begin(), stripes_.end());
    const auto same_stripe = [](const auto& a, const auto& b) { return a.first == b.first; };
    stripes_.erase(std::unique(stripes_.begin(), stripes_.end(), same_stripe), stripes_.end());
    for (const auto& [stripe, mode] : stripes_) {
      mode == Mode::kExclusive ? locks_.At(stripe).lock() : locks_.At(stripe).lock_shared();
    }
  }
  ~ChannelGuard() {
    for (const auto& [stripe, mode] : stripes_) {
      mode == Mode::kExclusive ? locks_.At(stripe).unlock() : locks_.At(stripe).unlock_shared();
    }
  }
  ChannelGuard(const ChannelGuard&) = delete;
  ChannelGuard& operator=(const ChannelGuard&) = delete;

 private:
  enum class Mode { kExclusive, kShared };
  ChannelLocks& locks_;
  std::vector<std::pair<std::size_t, Mode>> stripes_;
};

}  // namespace rookery::store
