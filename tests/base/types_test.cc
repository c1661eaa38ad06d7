// The value types of the public surface: what an id says and where it ends.
#include "rookery/types.h"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <unordered_set>

#include "rookery/version.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;

TEST(MessageIdTest, ZeroAndTheTopBitAreNoIds) {
  EXPECT_FALSE(MessageId{}.valid());
  EXPECT_TRUE(MessageId{1}.valid());
  EXPECT_TRUE(MessageId{MessageId::kMax}.valid());
  EXPECT_FALSE(MessageId{MessageId::kMax + 1}.valid());
}

TEST(MessageIdTest, TellsTheMillisecondItWasMade) {
  const Timestamp epoch{milliseconds{1'000}};
  const MessageId id{(std::uint64_t{5} << MessageId::kTimeShift) | 0xFFF};
  EXPECT_EQ(id.time(epoch), epoch + milliseconds{5});
}

TEST(MessageIdTest, OrdersByItsNumber) {
  EXPECT_LT(MessageId{1}, MessageId{2});
  EXPECT_EQ(MessageId{7}, MessageId{7});
}

TEST(MessageIdTest, CanBeAKeyOfAHashTable) {
  const std::unordered_set<MessageId> ids = {MessageId{1}, MessageId{2}, MessageId{1}};
  EXPECT_EQ(ids.size(), 2U);
}

TEST(TypesTest, PrintAsTheirNumbers) {
  std::ostringstream out;
  out << MessageId{42} << ' ' << Version{3} << ' ' << ShardId{7};
  EXPECT_EQ(out.str(), "42 3 7");
}

TEST(TypesTest, SizesAreWrittenWithTheirUnit) {
  using literals::operator""_KiB;
  using literals::operator""_MiB;
  using literals::operator""_GiB;
  EXPECT_EQ(1_KiB, 1024U);
  EXPECT_EQ(3_MiB, 3U * 1024 * 1024);
  EXPECT_EQ(1_GiB, 1024U * 1024 * 1024);
}

TEST(VersionTest, LibraryAndHeadersAgree) { EXPECT_EQ(LibraryVersion(), ROOKERY_VERSION_STRING); }

}  // namespace
}  // namespace rookery
