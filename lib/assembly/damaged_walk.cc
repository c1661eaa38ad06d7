#include "assembly/damaged_walk.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/macros.h"

namespace rookery::assembly {
namespace {

/// Keys that are longer than the last one that was read are told apart by so many bytes more.
constexpr std::size_t kMoreBytes = 4;
/// Of a message of a channel whose name is not long.
constexpr std::size_t kUsualKeyBytes = 40;

std::uint8_t ByteAt(const std::string& key, std::size_t index) { return static_cast<std::uint8_t>(key[index]); }

/// The lowest number above `key` whose lowest `bits` bits are 0. Empty: there is none.
std::string RoundedUp(std::string key, std::size_t bits) {
  const std::size_t whole = bits / 8;
  for (std::size_t i = 0; i < whole; ++i) key[key.size() - 1 - i] = '\0';
  std::size_t at = key.size() - 1 - whole;
  const unsigned step = 1U << (bits % 8);
  unsigned sum = (ByteAt(key, at) & ~(step - 1)) + step;
  for (;;) {
    key[at] = static_cast<char>(sum & 0xFFU);
    if (sum <= 0xFFU) return key;
    if (at == 0) return {};
    sum = ByteAt(key, --at) + 1U;
  }
}

/// Half of the way between two numbers. REQUIRES: of one length.
std::string Middle(const std::string& low, const std::string& high) {
  std::string sum(low.size() + 1, '\0');
  unsigned carry = 0;
  for (std::size_t i = low.size(); i-- > 0;) {
    carry += ByteAt(low, i) + unsigned{ByteAt(high, i)};
    sum[i + 1] = static_cast<char>(carry & 0xFFU);
    carry >>= 8U;
  }
  sum[0] = static_cast<char>(carry);
  unsigned rest = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const unsigned value = (rest << 8U) | ByteAt(sum, i);
    sum[i] = static_cast<char>(value >> 1U);
    rest = value & 1U;
  }
  return sum.substr(1);
}

/// Tries the places between the two that divide them into sixteen parts, the lowest first, so that what can be read
/// between two damaged places is found too. False: there is no place between them.
bool Narrow(std::string* low, std::string* high, const std::function<bool(std::string_view key)>& readable) {
  constexpr std::size_t kParts = 16;
  std::array<std::string, kParts + 1> places;
  places.front() = *low;
  places.back() = *high;
  for (std::size_t step = kParts / 2; step > 0; step /= 2) {
    for (std::size_t i = step; i < kParts; i += 2 * step) places[i] = Middle(places[i - step], places[i + step]);
  }
  if (places[kParts / 2] == *low) return false;
  for (std::size_t i = 1; i < kParts; ++i) {
    if (places[i] == *low) continue;
    if (readable(places[i])) {
      *high = places[i];
      return true;
    }
    *low = places[i];
  }
  return true;
}

}  // namespace

std::string FindReadable(std::string_view from, const std::function<bool(std::string_view key)>& readable) {
  std::string low(from);
  low.append(kMoreBytes, '\0');
  std::string high;
  for (std::size_t bits = 0; bits < low.size() * 8; ++bits) {
    high = RoundedUp(low, bits);
    if (high.empty()) return {};
    if (readable(high)) break;
    low = high;
    high.clear();
  }
  while (!high.empty() && Narrow(&low, &high, readable)) {
  }
  return high;
}

Status WalkPastDamage(const engine::Engine& engine, engine::KeyspaceId keyspace, const WalkVisitor& visitor) {
  const auto open = [&](engine::Access access) { return engine.NewCursor(keyspace, {.access = access}); };
  std::unique_ptr<engine::Cursor> cursor = open(engine::Access::kScan);
  std::string last;
  std::size_t longest = kUsualKeyBytes;  // of the keys that were met
  cursor->SeekToFirst();
  for (;;) {
    for (; cursor->valid(); cursor->Next()) {
      last.assign(cursor->key());
      longest = std::max(longest, last.size());
      RK_TRY(visitor.row(cursor->key(), cursor->value()));
    }
    Status cause = cursor->status();
    if (cause.ok()) return {};
    const auto readable = [&](std::string_view key) {
      const std::unique_ptr<engine::Cursor> probe = open(engine::Access::kSkip);
      probe->Seek(key);
      return probe->valid() || probe->status().ok();
    };
    std::string next;
    for (;;) {
      std::string from = last;
      from.resize(std::max(last.size(), longest), '\0');
      next = FindReadable(from, readable);
      cursor = open(engine::Access::kScan);
      if (next.empty()) break;
      cursor->Seek(next);
      if (!cursor->valid() || cursor->key().size() <= longest) break;
      longest = cursor->key().size();  // between keys that are so long it has to be looked for more finely
    }
    visitor.gap({.after = last, .before = cursor->valid() ? cursor->key() : std::string_view(), .cause = cause});
    if (next.empty()) return {};
  }
}

}  // namespace rookery::assembly
