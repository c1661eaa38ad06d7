#include "base/big_endian.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace rookery::base {
namespace {

template <typename T>
std::string Encoded(T value) {
  std::string bytes;
  AppendBigEndian(&bytes, value);
  return bytes;
}

TEST(BigEndianTest, WritesTheMostSignificantByteFirst) {
  EXPECT_EQ(Encoded<std::uint8_t>(0xAB), "\xAB");
  EXPECT_EQ(Encoded<std::uint16_t>(0x0102), "\x01\x02");
  EXPECT_EQ(Encoded<std::uint32_t>(0x01020304), "\x01\x02\x03\x04");
  EXPECT_EQ(Encoded<std::uint64_t>(0x0102030405060708), "\x01\x02\x03\x04\x05\x06\x07\x08");
}

TEST(BigEndianTest, AppendsToWhatIsThere) {
  std::string bytes = "key:";
  AppendBigEndian<std::uint16_t>(&bytes, 0x4142);
  EXPECT_EQ(bytes, "key:AB");
}

TEST(BigEndianTest, ReadsBackWhatItWrote) {
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x80}, std::uint64_t{1} << 63,
                                    std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(ReadBigEndian<std::uint64_t>(Encoded(value)), value);
  }
  EXPECT_EQ(ReadBigEndian<std::uint8_t>("\xFF"), 0xFF);
}

TEST(BigEndianTest, ReadsOnlyItsOwnBytes) { EXPECT_EQ(ReadBigEndian<std::uint16_t>("\x01\x02\x03"), 0x0102); }

TEST(BigEndianTest, BytesOrderAsTheNumbersDo) {
  const std::vector<std::uint32_t> ascending = {0, 1, 0xFF, 0x100, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
  for (std::size_t i = 1; i < ascending.size(); ++i) EXPECT_LT(Encoded(ascending[i - 1]), Encoded(ascending[i]));
}

}  // namespace
}  // namespace rookery::base
