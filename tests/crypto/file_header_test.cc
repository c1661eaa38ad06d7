// Headers: what one key has wrapped it opens again, and nothing else is taken for one.
#include "crypto/file_header.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "crypto/key_material.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rookery::crypto {
namespace {

using ::testing::HasSubstr;
using testing::SeededRandom;

EncryptionKey KeyOf(char byte) {
  return EncryptionKey::Parse("#" + std::string(EncryptionKey::kBytes - 1, byte)).value();
}

std::shared_ptr<const KeyRing> RingOf(std::vector<EncryptionKey> keys) {
  return KeyRing::Make({.keys = std::move(keys)}, {}).value();
}

/// The first bytes of a cipher's key stream: as good as its key and counter.
std::string StreamOf(const FileCipher& cipher) {
  std::string bytes(64, '\0');
  EXPECT_TRUE(cipher.Apply(0, bytes.data(), bytes.size()));
  return bytes;
}

TEST(FileHeaderTest, OpensWithTheKeyThatMadeIt) {
  const auto ring = RingOf({KeyOf('a')});
  ASSERT_OK_AND_ASSIGN(const NewHeader made, MakeHeader(*ring));
  EXPECT_EQ(made.bytes.size(), kSealedBytes);
  EXPECT_EQ(KeyIdOf(made.bytes), ring->newest_id());
  ASSERT_OK_AND_ASSIGN(const auto cipher, OpenHeader(made.bytes, *ring));
  EXPECT_EQ(StreamOf(*cipher), StreamOf(*made.cipher));
}

TEST(FileHeaderTest, TheNewestKeyWrapsAndAnOlderOneStillOpens) {
  ASSERT_OK_AND_ASSIGN(const NewHeader old, MakeHeader(*RingOf({KeyOf('a')})));
  const auto ring = RingOf({KeyOf('b'), KeyOf('a')});
  ASSERT_OK_AND_ASSIGN(const auto cipher, OpenHeader(old.bytes, *ring));
  EXPECT_EQ(StreamOf(*cipher), StreamOf(*old.cipher));
  ASSERT_OK_AND_ASSIGN(const NewHeader made, MakeHeader(*ring));
  EXPECT_OK(OpenHeader(made.bytes, *RingOf({KeyOf('b')})));
  const Status refused = OpenHeader(made.bytes, *RingOf({KeyOf('a')})).status();
  EXPECT_CODE(refused, StatusCode::kPermission);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(KeyOf('b').id()));
}

TEST(FileHeaderTest, NoTwoShareAKeyStreamOrANonce) {
  const auto ring = RingOf({KeyOf('a')});
  std::set<std::string> streams;
  std::set<std::string> nonces;
  constexpr std::size_t kHeaders = 2000;
  for (std::size_t i = 0; i < kHeaders; ++i) {
    ASSERT_OK_AND_ASSIGN(const NewHeader made, MakeHeader(*ring));
    streams.insert(StreamOf(*made.cipher));
    nonces.insert(made.bytes.substr(20, 12));
  }
  EXPECT_EQ(streams.size(), kHeaders);
  EXPECT_EQ(nonces.size(), kHeaders);
}

TEST(FileHeaderTest, EveryFlippedBitIsNoticed) {
  const auto ring = RingOf({KeyOf('a')});
  ASSERT_OK_AND_ASSIGN(const NewHeader made, MakeHeader(*ring));
  for (std::size_t bit = 0; bit < 8 * kSealedBytes; ++bit) {
    std::string damaged = made.bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(OpenHeader(damaged, *ring).has_value()) << bit;
  }
}

TEST(FileHeaderTest, HostileBytesAreErrors) {
  const auto ring = RingOf({KeyOf('a')});
  ASSERT_OK_AND_ASSIGN(const NewHeader made, MakeHeader(*ring));
  for (std::size_t size = 0; size < kSealedBytes; ++size) {
    EXPECT_CODE(OpenHeader(made.bytes.substr(0, size), *ring), StatusCode::kCorruption);
  }
  std::string newer = made.bytes;
  newer[19] = 2;
  EXPECT_CODE(OpenHeader(newer, *ring), StatusCode::kFormatNewer);
  SeededRandom random(3);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = made.bytes;
    const std::size_t from = random.Below(bytes.size());
    bytes.replace(from, bytes.size() - from, random.Bytes(bytes.size() - from));
    if (bytes == made.bytes) continue;
    EXPECT_FALSE(OpenHeader(bytes, *ring).has_value());
  }
}

TEST(FileHeaderTest, KnowsWhatACrashLeaves) {
  ASSERT_OK_AND_ASSIGN(const NewHeader made, MakeHeader(*RingOf({KeyOf('a')})));
  std::string whole = made.bytes;
  whole.resize(kHeaderBytes, '\0');
  EXPECT_FALSE(IsUnfinishedHeader(whole));
  EXPECT_TRUE(IsUnfinishedHeader(whole.substr(0, kHeaderBytes - 1)));
  EXPECT_TRUE(IsUnfinishedHeader(""));
  EXPECT_TRUE(IsUnfinishedHeader(std::string(kHeaderBytes, '\0')));
}

}  // namespace
}  // namespace rookery::crypto
