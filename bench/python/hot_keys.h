// The messages that a caller asks for again and again, from a file that the Python side of the benchmark writes.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bench/failure.h"
#include "rookery/types.h"

namespace rookery::bench {

struct HotKey {
  std::string channel;
  MessageId id;
};

/// The file is one key behind the other: two bytes with the length of the channel's name, the name, eight bytes of id,
/// all little-endian.
inline std::vector<HotKey> ReadHotKeys(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<HotKey> keys;
  std::uint16_t length = 0;
  while (file.read(reinterpret_cast<char*>(&length), sizeof(length))) {
    HotKey key{.channel = std::string(length, '\0'), .id = {}};
    file.read(key.channel.data(), length);
    file.read(reinterpret_cast<char*>(&key.id.value), sizeof(key.id.value));
    Require(file.good(), path.string() + " ends within a key");
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace rookery::bench
