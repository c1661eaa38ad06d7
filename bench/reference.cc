#include "bench/reference.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "bench/failure.h"

namespace rookery::bench {
namespace {

constexpr std::size_t kCheckedPage = 1000;

void ExpectRow(const Chat& chat, std::size_t message, const Row& row) {
  const std::string which =
      "message " + std::to_string(message) + " of channel \"" + chat.channel_name(chat.channel_of(message)) + "\"";
  const MessageId id = chat.id_of(message);
  Require(row.id == id, which + ": the id is " + std::to_string(row.id.value) + ", not " + std::to_string(id.value));
  Require(row.author == chat.author_of(message), which + ": the author is \"" + row.author + "\"");
  Require(row.content == chat.content_of(message), which + ": the content is \"" + row.content + "\"");
}

/// `expected` is oldest first, the page newest first.
void ExpectPage(const Chat& chat, std::size_t channel, std::span<const std::uint32_t> expected,
                const std::vector<Row>& page) {
  Require(page.size() == expected.size(), "a page of channel \"" + chat.channel_name(channel) + "\" has " +
                                              std::to_string(page.size()) + " messages, not " +
                                              std::to_string(expected.size()));
  for (std::size_t i = 0; i < page.size(); ++i) ExpectRow(chat, expected[expected.size() - 1 - i], page[i]);
}

}  // namespace

void RequireScroll(const Chat& chat, std::size_t channel, std::uint64_t answer, std::uint64_t expected) {
  // The message is made only when it is needed: this is called between timings.
  if (answer != expected) throw Failure("the latest page of channel \"" + chat.channel_name(channel) + "\" is wrong");
}

std::uint64_t ExpectedScroll(const Chat& chat, std::size_t channel) {
  const auto messages = chat.messages_of(channel);
  IdChecksum checksum;
  for (std::size_t i = 0; i < std::min(messages.size(), kScrollLimit); ++i) {
    checksum.Add(chat.id_of(messages[messages.size() - 1 - i]));
  }
  return checksum.sum();
}

void ExpectWholeChat(const Chat& chat, Contender* contender) {
  for (std::size_t channel = 0; channel < chat.sizes().channels; ++channel) {
    auto left = chat.messages_of(channel);
    std::optional<MessageId> before;
    bool more = true;
    while (more) {
      const std::vector<Row> page = contender->Page(channel, before, kCheckedPage);
      ExpectPage(chat, channel, left.last(std::min(left.size(), kCheckedPage)), page);
      more = page.size() == kCheckedPage;
      left = left.first(left.size() - page.size());
      if (more) before = page.back().id;
    }
  }
}

void ExpectLatestPages(const Chat& chat, Contender* contender) {
  for (std::size_t channel = 0; channel < chat.sizes().channels; ++channel) {
    const auto messages = chat.messages_of(channel);
    ExpectPage(chat, channel, messages.last(std::min(messages.size(), kScrollLimit)),
               contender->Page(channel, std::nullopt, kScrollLimit));
  }
}

void ExpectMessage(const Chat& chat, std::size_t message, Contender* contender) {
  const std::optional<Row> row = contender->Message(message);
  Require(row.has_value(), "message " + std::to_string(message) + " is missing");
  ExpectRow(chat, message, *row);
}

}  // namespace rookery::bench
