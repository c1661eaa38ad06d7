#include "bench/data/chat.h"

#include <chrono>

#include "bench/data/random.h"
#include "bench/data/words.h"
#include "bench/data/zipf.h"
#include "rookery/options.h"

namespace rookery::bench {
namespace {

constexpr Timestamp kFirstPost{std::chrono::milliseconds{1'704'067'200'000}};  // 2024-01-01T00:00:00Z

constexpr std::size_t kAuthors = 5000;
constexpr std::size_t kAuthorsPerChannel = 200;

// Evenly between the two: 200 on average.
constexpr std::size_t kShortestContent = 40;
constexpr std::size_t kLongestContent = 360;

constexpr std::size_t kChannelsPerGuild = 20;

}  // namespace

Chat::Chat(const ChatSizes& sizes) : sizes_(sizes) {
  NameChannels();
  WriteMessages();
  IndexByChannel();
}

void Chat::NameChannels() {
  const Words words(sizes_.seed);
  Random random(sizes_.seed + 1);
  channel_names_.reserve(sizes_.channels);
  for (std::size_t i = 0; i < sizes_.channels; ++i) {
    // Numbered by multiplication with an odd constant, so that busy channels are not neighbours by name.
    const auto number = static_cast<std::uint32_t>(i * 2'654'435'761U);
    channel_names_.push_back("guild/" + std::to_string(number / kChannelsPerGuild) + "/" + words.Draw(&random) + "-" +
                             std::to_string(number % kChannelsPerGuild));
  }
  author_names_.reserve(kAuthors);
  for (std::size_t i = 0; i < kAuthors; ++i) author_names_.push_back(words.Draw(&random) + std::to_string(i));
}

void Chat::WriteMessages() {
  const Words words(sizes_.seed);
  const Zipf popularity(sizes_.channels, kChannelExponent);
  Random random(sizes_.seed + 2);
  messages_.reserve(sizes_.messages);
  text_.reserve(sizes_.messages * (kShortestContent + kLongestContent) / 2 * 101 / 100 + kLongestContent);
  for (std::size_t i = 0; i < sizes_.messages; ++i) {
    const std::size_t channel = popularity.Draw(&random);
    const std::size_t author = (channel * 7919 + random.Below(kAuthorsPerChannel)) % kAuthors;
    const std::size_t size = kShortestContent + random.Below(kLongestContent - kShortestContent + 1);
    messages_.push_back({.offset = text_.size(),
                         .size = static_cast<std::uint32_t>(size),
                         .channel = static_cast<std::uint32_t>(channel),
                         .author = static_cast<std::uint32_t>(author)});
    words.AppendText(size, &random, &text_);
  }
}

void Chat::IndexByChannel() {
  first_of_.assign(sizes_.channels + 1, 0);
  for (const Entry& entry : messages_) ++first_of_[entry.channel + 1];
  for (std::size_t channel = 0; channel < sizes_.channels; ++channel) first_of_[channel + 1] += first_of_[channel];
  by_channel_.resize(messages_.size());
  std::vector<std::size_t> next(first_of_.begin(), first_of_.end() - 1);
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    by_channel_[next[messages_[i].channel]++] = static_cast<std::uint32_t>(i);
  }
}

Timestamp Chat::time_of(std::size_t message) const {
  return kFirstPost + std::chrono::milliseconds{message / kMessagesPerMillisecond};
}

MessageId Chat::id_of(std::size_t message) const {
  const auto since_epoch = static_cast<std::uint64_t>((time_of(message) - IdOptions{}.epoch).count());
  return MessageId{since_epoch << MessageId::kTimeShift | message % kMessagesPerMillisecond};
}

}  // namespace rookery::bench
