// The reference answer: what every contender must read back, taken from the chat itself; and the diff to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "bench/contender.h"
#include "bench/data/chat.h"

namespace rookery::bench {

/// The checksum that Scroll must answer.
std::uint64_t ExpectedScroll(const Chat& chat, std::size_t channel);
/// Fails, naming the channel, if it answered another.
void RequireScroll(const Chat& chat, std::size_t channel, std::uint64_t answer, std::uint64_t expected);

// Each throws Failure naming the first difference.
/// Every message of the chat, read page by page, and nothing else.
void ExpectWholeChat(const Chat& chat, Contender* contender);
/// The latest page of every channel.
void ExpectLatestPages(const Chat& chat, Contender* contender);
void ExpectMessage(const Chat& chat, std::size_t message, Contender* contender);

}  // namespace rookery::bench
