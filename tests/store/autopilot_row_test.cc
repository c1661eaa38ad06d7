// The log of autopilot as a row: what it keeps, and what it refuses to read.
#include "store/reshard/autopilot_row.h"

#include <gtest/gtest.h>

#include <string>

namespace rookery::store {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Timestamp kNoon{days{20'000} + hours{12}};

AutopilotEntry Entry(Timestamp at, std::uint64_t bytes, AutopilotOutcome outcome = AutopilotOutcome::kDone) {
  return {.decided_at = at,
          .request = "split shard-0001",
          .reason = "shard-0001 holds 80 % of target_bytes",
          .bytes = bytes,
          .epoch = Epoch{7},
          .outcome = outcome,
          .failure = "why",
          .ended_at = at + hours{1}};
}

TEST(AutopilotRowTest, IsReadAsItWasWritten) {
  AutopilotRow row;
  row.Add(Entry(kNoon, 10));
  row.Add(Entry(kNoon, 20, AutopilotOutcome::kUnknown));
  row.entries.back().ended_at.reset();
  const auto read = DecodeAutopilotRow(EncodeAutopilotRow(row));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->entries, row.entries);
  EXPECT_EQ(read->CopiedOn(kNoon), 30U);
}

TEST(AutopilotRowTest, CountsADaysBytes) {
  AutopilotRow row;
  row.Add(Entry(kNoon, 10));
  row.Add(Entry(kNoon + hours{11}, 20));
  row.Add(Entry(kNoon, 1000, AutopilotOutcome::kFailed));
  EXPECT_EQ(row.CopiedOn(kNoon), 30U);
  EXPECT_EQ(row.CopiedOn(kNoon + hours{12}), 0U);
  row.Add(Entry(kNoon + hours{12}, 5));
  EXPECT_EQ(row.CopiedOn(kNoon + hours{12}), 5U);
}

TEST(AutopilotRowTest, KeepsTheLastHundred) {
  AutopilotRow row;
  for (std::uint64_t i = 0; i < 105; ++i) row.Add(Entry(kNoon, i));
  ASSERT_EQ(row.entries.size(), 100U);
  EXPECT_EQ(row.entries.front().bytes, 5U);
  EXPECT_EQ(row.entries.back().bytes, 104U);
}

TEST(AutopilotRowTest, DamageIsNotRead) {
  AutopilotRow row;
  row.Add(Entry(kNoon, 10));
  const std::string bytes = EncodeAutopilotRow(row);
  constexpr std::size_t kHeader = 17;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(DecodeAutopilotRow(bytes.substr(0, size)).has_value(), size == kHeader) << size;
  }
  constexpr std::size_t kOutcome = kHeader + 16;
  std::string outcome = bytes;
  outcome[kOutcome] = 5;
  EXPECT_FALSE(DecodeAutopilotRow(outcome));
  EXPECT_FALSE(DecodeAutopilotRow("\x02" + bytes.substr(1)));
}

}  // namespace
}  // namespace rookery::store
