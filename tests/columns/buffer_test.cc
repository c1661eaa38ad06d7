// Buffers: what they hold survives growing, whether by malloc or by mapping, and moving.
#include "columns/buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace rookery::columns {
namespace {

TEST(BufferTest, KeepsWhatItHoldsWhileItGrows) {
  Buffer buffer;
  std::string expected;
  for (std::size_t bytes = 1; bytes < std::size_t{3} << 20; bytes *= 3) {
    const std::string piece(bytes, static_cast<char>('a' + expected.size() % 26));
    buffer.Append(piece);
    expected += piece;
    ASSERT_EQ(buffer.view(), expected) << bytes;
  }
}

TEST(BufferTest, GrowsAtOnceToAnySize) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{255}, std::size_t{257}, (std::size_t{1} << 20) - 1,
                                  std::size_t{1} << 20, (std::size_t{5} << 20) + 1}) {
    Buffer buffer;
    buffer.Push('x');
    buffer.Reserve(bytes);
    buffer.AppendZeros(bytes);
    buffer.Push('y');
    ASSERT_EQ(buffer.size(), bytes + 2);
    EXPECT_EQ(buffer.view().front(), 'x');
    EXPECT_EQ(buffer.view().substr(1, bytes), std::string(bytes, '\0'));
    EXPECT_EQ(buffer.view().back(), 'y');
  }
}

TEST(BufferTest, MovesWhateverItIsMadeOf) {
  for (const std::size_t bytes : {std::size_t{10}, std::size_t{2} << 20}) {
    Buffer buffer;
    buffer.AppendZeros(bytes);
    Buffer moved(std::move(buffer));
    EXPECT_EQ(buffer.size(), 0U);  // NOLINT(bugprone-use-after-move): what is tested
    EXPECT_EQ(moved.size(), bytes);
    Buffer other;
    other.Append("other");
    other = std::move(moved);
    EXPECT_EQ(other.size(), bytes);
    buffer.Append("again");
    EXPECT_EQ(buffer.view(), "again");
  }
}

TEST(BufferTest, ZerosAreZerosInAnyNumber) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{1} << 17, (std::size_t{1} << 17) + 1}) {
    const Buffer zeros = Buffer::Zeros(bytes);
    ASSERT_EQ(zeros.size(), bytes);
    EXPECT_EQ(zeros.view(), std::string(bytes, '\0'));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(zeros.data()) % 8, 0U);
  }
}

TEST(BufferTest, NothingMayBeAppended) {
  Buffer buffer;
  buffer.Append({});
  buffer.AppendZeros(0);
  EXPECT_EQ(buffer.view(), "");
}

}  // namespace
}  // namespace rookery::columns
