// What reading a run takes of the memory.
#include "store/bulk/run_reader.h"

#include <gmock/gmock.h>

#include "engine/memory/memory_engine.h"
#include "tests/support/status_matchers.h"

namespace rookery::store::bulk {
namespace {

constexpr std::size_t kBuffer = 4096;
constexpr std::size_t kLarge = 100'000;

TEST(RunReaderTest, ABufferThatALargeRowNeededIsLetGoBehindIt) {
  const auto engine = engine::NewMemoryEngine();
  const auto intake = engine->NewIntake().value();
  SortBuffer buffer(std::size_t{1} << 20);
  const std::uint32_t group = buffer.AddGroup(0, codec::KeyKind::kMessage, "c", ShardId{0});
  for (char row = 'a'; row <= 'z'; ++row) {
    const std::string key(8, row);
    const std::string value(row == 'm' ? kLarge : 1000, row);
    buffer.Add(group, {.rest = key, .value = value});
  }
  buffer.Sort();
  Runs runs(intake.get());
  ASSERT_OK(runs.Write(buffer));
  ASSERT_OK(runs.Seal());

  RunReader reader(runs.file(), runs.shards().begin()->second.messages.front(), kBuffer);
  ASSERT_TRUE(reader.NextGroup().value());
  for (char row = 'a'; row <= 'z'; ++row) {
    ASSERT_TRUE(reader.NextRow().value());
    ASSERT_EQ(reader.entry().value, std::string(row == 'm' ? kLarge : 1000, row));
    EXPECT_EQ(reader.memory_bytes() > kBuffer, row == 'm') << row;
  }
  EXPECT_FALSE(reader.NextRow().value());
  EXPECT_FALSE(reader.NextGroup().value());
}

}  // namespace
}  // namespace rookery::store::bulk
