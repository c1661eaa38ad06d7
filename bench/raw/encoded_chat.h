// The chat as the bytes that Rookery would store: made by Rookery's own codec and router, before any clock starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/data/chat.h"

namespace rookery::bench {

/// Immutable. The views live as long as it does.
class EncodedChat {
 public:
  EncodedChat(const Chat& chat, std::uint32_t shards);

  std::string_view key_of(std::size_t message) const { return View(rows_[message].key, rows_[message].value); }
  std::string_view value_of(std::size_t message) const { return View(rows_[message].value, rows_[message].end); }
  std::uint32_t shard_of(std::size_t channel) const { return channels_[channel].shard; }
  /// All keys of a channel's messages are in [first_key_of, end_key_of).
  const std::string& first_key_of(std::size_t channel) const { return channels_[channel].first_key; }
  const std::string& end_key_of(std::size_t channel) const { return channels_[channel].end_key; }
  /// Keys and values of all messages.
  std::size_t bytes() const { return bytes_.size(); }

 private:
  struct RowBounds {  // offsets in bytes_
    std::uint64_t key;
    std::uint64_t value;
    std::uint64_t end;
  };
  struct Channel {
    std::string first_key;
    std::string end_key;
    std::uint32_t shard;
  };

  std::string_view View(std::uint64_t begin, std::uint64_t end) const {
    return std::string_view(bytes_).substr(begin, end - begin);
  }

  std::vector<Channel> channels_;
  std::vector<RowBounds> rows_;
  std::string bytes_;
};

}  // namespace rookery::bench
