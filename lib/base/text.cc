#include "base/text.h"

#include <array>
#include <cstdio>

namespace rookery::base {
namespace {

/// The length of the well-formed UTF-8 sequence at the front of `bytes`, or 0 (Unicode 15, table 3-7).
std::size_t SequenceLength(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < bytes.size() && byte(i) >= low && byte(i) <= high;
  };
  if (bytes.empty()) return 0;
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = SequenceLength(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string Quoted(std::string_view bytes, std::size_t max_bytes) {
  std::string text = "\"";
  std::size_t at = 0;
  while (at < bytes.size() && at < max_bytes) {
    const std::size_t length = SequenceLength(bytes.substr(at));
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if (length == 0 || byte < 0x20 || byte == 0x7F || byte == '"' || byte == '\\') {
      std::array<char, 5> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
      text += escape.data();
      ++at;
    } else {
      text.append(bytes.substr(at, length));
      at += length;
    }
  }
  text += at < bytes.size() ? "...\"" : "\"";
  return text;
}

std::string ShardName(ShardId shard) {
  std::array<char, 24> name{};
  std::snprintf(name.data(), name.size(), "shard-%04u", shard.value);
  return name.data();
}

}  // namespace rookery::base
