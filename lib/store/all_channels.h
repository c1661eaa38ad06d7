// Holds all channels at once: no post is under way, and none begins. Closes the turnstile first, where writes
// wait for that no longer than their deadline.
#pragma once

#include <cstddef>

#include "store/context.h"
#include "store/striped_locks.h"
#include "store/turnstile.h"

namespace rookery::store {

class AllChannels {
 public:
  explicit AllChannels(Context* context) : closed_(&context->turnstile), locks_(context->channel_locks) {
    for (std::size_t stripe = 0; stripe < ChannelLocks::kStripes; ++stripe) locks_.At(stripe).close();
  }
  ~AllChannels() {
    for (std::size_t stripe = 0; stripe < ChannelLocks::kStripes; ++stripe) locks_.At(stripe).open();
  }
  AllChannels(const AllChannels&) = delete;
  AllChannels& operator=(const AllChannels&) = delete;

 private:
  const Turnstile::Closed closed_;
  ChannelLocks& locks_;
};

}  // namespace rookery::store
