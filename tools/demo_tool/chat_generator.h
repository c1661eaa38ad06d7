// A chat that nobody wrote: channels and authors as unequal as in real life (Zipf), words that look like words,
// replies, and a clock that moves on. The same seed gives the same chat.
#pragma once

#include <cstdint>
#include <ostream>

namespace rookery::demo {

struct ChatOptions {
  std::uint64_t messages = 50'000;
  std::uint64_t seed = 1;
  std::uint64_t channels = 300;
  std::uint64_t authors = 1'000;
};

/// Writes the messages to `out` as JSON Lines for `rookery import` (docs/format/jsonl.md), oldest first.
void GenerateChat(const ChatOptions& options, std::ostream& out);

}  // namespace rookery::demo
