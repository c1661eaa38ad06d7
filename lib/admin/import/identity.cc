#include "admin/import/identity.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>

namespace rookery::admin {

std::uint64_t Hash64(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ seed;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3U;
  }
  // The finaliser of MurmurHash3: FNV alone leaves the high bits of short texts alike.
  hash ^= hash >> 33U;
  hash *= 0xFF51AFD7ED558CCDU;
  hash ^= hash >> 33U;
  hash *= 0xC4CEB9FE1A85EC53U;
  return hash ^ hash >> 33U;
}

std::uint64_t HashMessage(const NewMessage& message) {
  const Timestamp time = message.created_at.value_or(Timestamp{});
  std::uint64_t hash = static_cast<std::uint64_t>(time.time_since_epoch().count());
  // Each hash is the seed of the next one: "ab", "c" and "a", "bc" differ.
  hash = Hash64(message.author, hash);
  hash = Hash64(message.content, hash);
  hash = Hash64(std::to_string(message.flags), hash);
  hash = Hash64(std::to_string(message.reply_to.value), hash);
  for (const Attribute& attribute : message.attributes) {
    hash = Hash64(attribute.name, hash);
    hash = Hash64(attribute.value, hash);
  }
  return hash;
}

std::string PlaceOf(std::string_view file_name, std::uint64_t line, const NewMessage& message) {
  std::array<char, 17> hash{};
  std::snprintf(hash.data(), hash.size(), "%016" PRIx64, HashMessage(message));
  std::string place(file_name);
  return place.append(":").append(std::to_string(line)).append(":").append(hash.data());
}

std::string HashText(std::string_view bytes) {
  constexpr std::uint64_t kSecondSeed = 0x9E3779B97F4A7C15U;
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016" PRIx64 "%016" PRIx64, Hash64(bytes), Hash64(bytes, kSecondSeed));
  return text.data();
}

std::string_view NonceOf(std::string_view identity, std::string* storage) {
  if (identity.size() <= kMaxNonceBytes) return identity;
  *storage = HashText(identity);
  return *storage;
}

MessageId MakeId(Timestamp epoch, Timestamp time, std::uint64_t low) {
  constexpr std::int64_t kLastMs = (std::int64_t{1} << (63 - MessageId::kTimeShift)) - 1;
  constexpr std::uint64_t kLowMask = (std::uint64_t{1} << MessageId::kTimeShift) - 1;
  // Compared before they are subtracted: the difference of two times may not fit.
  const std::int64_t ms = time <= epoch                                        ? 0
                          : time >= epoch + std::chrono::milliseconds{kLastMs} ? kLastMs
                                                                               : (time - epoch).count();
  const std::uint64_t value = static_cast<std::uint64_t>(ms) << MessageId::kTimeShift | (low & kLowMask);
  return MessageId{std::max<std::uint64_t>(value, 1)};
}

}  // namespace rookery::admin
