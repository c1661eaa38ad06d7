#include "tests/beside/batches.h"

#include <algorithm>
#include <array>
#include <functional>

namespace rookery::testing {
namespace {

constexpr std::array<const char*, 5> kChannels{"a", "b", "c", "d", "e"};
constexpr std::size_t kLarge = 40'000;

std::string ContentOf(std::size_t number) {
  // Some are kept in files for large values.
  return std::to_string(number) + " " + std::string(number % 50 == 0 ? kLarge : 100, 'x');
}

}  // namespace

Status PostNumbered(Store* store, std::size_t number) {
  constexpr std::size_t kCompactEvery = 400;
  const std::string content = ContentOf(number);
  std::vector<NewMessage> messages;
  for (const char* channel : kChannels) messages.push_back({.channel = channel, .author = "ada", .content = content});
  const auto posted = store->PostBatch(messages);
  if (!posted) return posted.error();
  return number % kCompactEvery == 0 ? store->Compact() : Status();
}

Seen SeenBy(const Reader& reader, std::optional<std::size_t> most) {
  Seen seen;
  std::string all;
  for (const char* channel : kChannels) {
    std::size_t count = 0;
    HistoryQuery query{.limit = 1000, .order = Order::kOldestFirst};
    for (bool more = true; more && count != most;) {
      const auto page = reader.History(channel, query);
      if (!page) return {.problem = page.status().ToString()};
      for (const MessageView& message : *page) {
        if (count == most) break;
        if (message.content() != ContentOf(++count)) {
          return {.problem = std::string("channel ") + channel + " has a wrong message " + std::to_string(count)};
        }
        all += std::to_string(message.id().value) + " ";
      }
      more = page->has_more() && !page->empty();
      if (more) query.after = page->back().id();
    }
    if (channel != kChannels.front() && count != seen.batches) {
      return {.problem = std::string("channel ") + channel + " has " + std::to_string(count) + " messages, channel " +
                         kChannels.front() + " has " + std::to_string(seen.batches)};
    }
    seen.batches = count;
  }
  seen.print = std::to_string(std::hash<std::string>{}(all));
  return seen;
}

}  // namespace rookery::testing
