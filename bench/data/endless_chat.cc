#include "bench/data/endless_chat.h"

#include <algorithm>
#include <chrono>

#include "rookery/options.h"

namespace rookery::bench {
namespace {

constexpr std::chrono::milliseconds kRound = std::chrono::days{10};

}  // namespace

EndlessChat::EndlessChat(const Chat& chat)
    : chat_(chat),
      step_(std::max<std::int64_t>(kRound.count() * static_cast<std::int64_t>(kMessagesPerStep) /
                                       static_cast<std::int64_t>(chat.sizes().messages),
                                   1)) {}

MessageId EndlessChat::id_of(std::size_t message) const {
  const auto since_epoch = static_cast<std::uint64_t>((time_of(message) - IdOptions{}.epoch).count());
  return MessageId{since_epoch << MessageId::kTimeShift | message % kMessagesPerStep};
}

std::vector<std::size_t> EndlessChat::LatestOf(std::size_t channel, std::size_t count, std::size_t limit) const {
  const std::size_t round = chat_.sizes().messages;
  const auto origins = chat_.messages_of(channel);
  std::vector<std::size_t> latest;
  if (origins.empty()) return latest;
  for (std::size_t rounds = (count + round - 1) / round; rounds > 0; --rounds) {
    const std::size_t first = (rounds - 1) * round;
    auto origin = std::lower_bound(origins.begin(), origins.end(), count - first);
    while (origin != origins.begin()) {
      if (latest.size() == limit) return latest;
      latest.push_back(first + *--origin);
    }
  }
  return latest;
}

}  // namespace rookery::bench
