// The chat that every scenario runs on: channels, authors and messages, the same for a seed on every machine.
//
// Idea: the chat also fixes each message's time and id, so that all contenders store the same keys: a hundred messages
// a millisecond, counted up within it as the store's id generator does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/types.h"

namespace rookery::bench {

struct ChatSizes {
  std::size_t messages = 0;
  std::size_t channels = 0;
  std::uint64_t seed = 1;
};

inline constexpr double kChannelExponent = 0.99;  // of the Zipf distribution of messages over channels

/// Immutable. Messages and channels are named by their index; channel 0 is the busiest.
class Chat {
 public:
  static constexpr std::size_t kMessagesPerMillisecond = 100;

  /// REQUIRES: at least one message and one channel.
  explicit Chat(const ChatSizes& sizes);

  const ChatSizes& sizes() const { return sizes_; }
  const std::string& channel_name(std::size_t channel) const { return channel_names_[channel]; }
  std::size_t channel_of(std::size_t message) const { return messages_[message].channel; }
  const std::string& author_of(std::size_t message) const { return author_names_[messages_[message].author]; }
  std::string_view content_of(std::size_t message) const {
    return std::string_view(text_).substr(messages_[message].offset, messages_[message].size);
  }
  /// When the message is posted.
  Timestamp time_of(std::size_t message) const;
  /// The id that a store makes of it, if it is posted alone or in batches whose size divides kMessagesPerMillisecond.
  MessageId id_of(std::size_t message) const;

  /// The messages of a channel, oldest first.
  std::span<const std::uint32_t> messages_of(std::size_t channel) const {
    return std::span(by_channel_).subspan(first_of_[channel], first_of_[channel + 1] - first_of_[channel]);
  }

 private:
  struct Entry {
    std::uint64_t offset;  // of the content in text_
    std::uint32_t size;
    std::uint32_t channel;
    std::uint32_t author;
  };

  void NameChannels();
  void WriteMessages();
  void IndexByChannel();

  ChatSizes sizes_;
  std::vector<std::string> channel_names_;
  std::vector<std::string> author_names_;
  std::vector<Entry> messages_;
  std::string text_;
  std::vector<std::uint32_t> by_channel_;  // messages, grouped by channel
  std::vector<std::size_t> first_of_;      // where a channel's group begins, and the end
};

}  // namespace rookery::bench
