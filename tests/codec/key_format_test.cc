// Properties of keys that hold for every name; the bytes themselves are in tests/cases/keys.txt.
#include "codec/key_format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/seeded_random.h"

namespace rookery::codec {
namespace {

using testing::SeededRandom;

constexpr int kRounds = 20'000;

MessageId RandomId(SeededRandom* random) { return MessageId{1 + random->Below(MessageId::kMax)}; }

TEST(KeyFormat, DecodesEveryMessageKeyIntoItsParts) {
  SeededRandom random(1);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < kRounds; ++i) {
    const std::string channel = random.HostileName(kMaxChannelBytes);
    const MessageId id = RandomId(&random);
    const std::string key = MessageKeyOf(channel, id);
    const auto decoded = DecodeKey(key);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->kind, KeyKind::kMessage);
    EXPECT_EQ(decoded->channel, channel);
    EXPECT_EQ(decoded->id, id);
    EXPECT_EQ(MessageIdOf(key), id);
  }
}

TEST(KeyFormat, DecodesEveryRecordAndNonceKeyIntoItsParts) {
  SeededRandom random(2);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < kRounds; ++i) {
    const std::string channel = random.HostileName(kMaxChannelBytes);
    const bool is_record = random.OneIn(2);
    const std::string rest = random.HostileName(is_record ? kMaxRecordKeyBytes : kMaxNonceBytes);
    const std::string key = is_record ? RecordKeyOf(channel, rest) : NonceKeyOf(channel, rest);
    const auto decoded = DecodeKey(key);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->kind, is_record ? KeyKind::kRecord : KeyKind::kNonce);
    EXPECT_EQ(decoded->channel, channel);
    EXPECT_EQ(decoded->rest, rest);
  }
}

TEST(KeyFormat, SortsByChannelThenNewestFirst) {
  SeededRandom random(3);
  SCOPED_TRACE(random.trace());
  std::vector<std::pair<std::string, MessageId>> messages;
  messages.reserve(kRounds);
  for (int i = 0; i < kRounds; ++i) messages.emplace_back(random.HostileName(8), RandomId(&random));
  const auto newest_first = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  };
  std::sort(messages.begin(), messages.end(), newest_first);
  for (std::size_t i = 1; i < messages.size(); ++i) {
    const auto& [channel, id] = messages[i];
    const auto& [channel_before, id_before] = messages[i - 1];
    EXPECT_LE(MessageKeyOf(channel_before, id_before), MessageKeyOf(channel, id));
  }
}

TEST(KeyFormat, KeepsTheKeysOfAChannelTogether) {
  SeededRandom random(4);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < kRounds; ++i) {
    const std::string channel = random.HostileName(8);
    const std::string other = random.HostileName(8);
    if (channel == other) continue;
    const std::string prefix = ChannelPrefix(KeyKind::kMessage, channel);
    const std::string foreign = MessageKeyOf(other, RandomId(&random));
    EXPECT_FALSE(prefix <= foreign && foreign < PrefixEnd(prefix));
  }
}

TEST(KeyFormat, ChannelPrefixLengthIsTheLengthOfTheChannelPrefix) {
  SeededRandom random(5);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < kRounds; ++i) {
    const std::string channel = random.HostileName(kMaxChannelBytes);
    const std::string prefix = ChannelPrefix(KeyKind::kRecord, channel);
    EXPECT_EQ(ChannelPrefixLength(prefix), prefix.size());
    EXPECT_EQ(ChannelPrefixLength(RecordKeyOf(channel, random.HostileName(20))), prefix.size());
    EXPECT_EQ(ChannelPrefixLength(std::string_view(prefix).substr(0, random.Below(prefix.size()))), 0U);
  }
}

TEST(KeyFormat, PrefixEndIsTheFirstKeyBeyondThePrefix) {
  SeededRandom random(6);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < kRounds; ++i) {
    const std::string prefix = random.HostileName(8);
    const std::string end = PrefixEnd(prefix);
    const std::string key = random.HostileName(12);
    const bool inside = key >= prefix && (end.empty() || key < end);
    EXPECT_EQ(inside, key.starts_with(prefix));
  }
}

TEST(KeyFormat, AnyBytesDecodeToTheKeyThatEncodesToThemOrToNone) {
  SeededRandom random(7);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 10 * kRounds; ++i) {
    std::string bytes = random.HostileName(40);
    if (random.OneIn(2)) bytes = MessageKeyOf(bytes, RandomId(&random));
    if (random.OneIn(2)) bytes[random.Below(bytes.size())] = static_cast<char>(random.Next());
    const auto key = DecodeKey(bytes);
    if (!key) continue;
    std::string again = ChannelPrefix(key->kind, key->channel);
    if (key->kind == KeyKind::kMessage) AppendMessageId(&again, key->id);
    const bool is_bucket = key->kind == KeyKind::kBucket || key->kind == KeyKind::kBucketMark;
    if (is_bucket) again = BucketKeyOf(key->kind, key->channel, key->bucket);
    EXPECT_EQ(again.append(key->rest), bytes);
  }
}

TEST(KeyFormat, RefusesNamesThatAreTooLong) {
  const std::string longest_channel(kMaxChannelBytes, '\0');
  EXPECT_TRUE(DecodeKey(MessageKeyOf(longest_channel, MessageId{1})));
  EXPECT_FALSE(DecodeKey(MessageKeyOf(longest_channel + "x", MessageId{1})));
  EXPECT_TRUE(DecodeKey(RecordKeyOf("c", std::string(kMaxRecordKeyBytes, 'k'))));
  EXPECT_FALSE(DecodeKey(RecordKeyOf("c", std::string(kMaxRecordKeyBytes + 1, 'k'))));
  EXPECT_TRUE(DecodeKey(NonceKeyOf("c", std::string(kMaxNonceBytes, 'n'))));
  EXPECT_FALSE(DecodeKey(NonceKeyOf("c", std::string(kMaxNonceBytes + 1, 'n'))));
}

}  // namespace
}  // namespace rookery::codec
