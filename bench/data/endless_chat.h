// The chat over and over: a store of any size, without a chat of that size in memory.
//
// Message i has the channel, author and content of message i modulo the chat's size, but a time and an id of its own.
// One round of the chat takes ten days, so that what is larger is also what has grown for longer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/data/chat.h"
#include "rookery/types.h"

namespace rookery::bench {

/// Immutable. `chat` outlives it.
class EndlessChat {
 public:
  static constexpr std::size_t kMessagesPerStep = 100;  // all of one time

  explicit EndlessChat(const Chat& chat);

  const Chat& chat() const { return chat_; }
  /// The message of the chat that this one repeats.
  std::size_t origin_of(std::size_t message) const { return message % chat_.sizes().messages; }
  std::size_t channel_of(std::size_t message) const { return chat_.channel_of(origin_of(message)); }
  const std::string& channel_name_of(std::size_t message) const { return chat_.channel_name(channel_of(message)); }
  const std::string& author_of(std::size_t message) const { return chat_.author_of(origin_of(message)); }
  std::string_view content_of(std::size_t message) const { return chat_.content_of(origin_of(message)); }
  Timestamp time_of(std::size_t message) const { return chat_.time_of(0) + message / kMessagesPerStep * step_; }
  /// The id that a store makes of it, if it is posted alone or in batches whose size divides kMessagesPerStep.
  MessageId id_of(std::size_t message) const;

  /// The newest messages of a channel among the first `count` of all, newest first, at most `limit`.
  std::vector<std::size_t> LatestOf(std::size_t channel, std::size_t count, std::size_t limit) const;

 private:
  const Chat& chat_;
  std::chrono::milliseconds step_;
};

}  // namespace rookery::bench
