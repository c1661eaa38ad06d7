// Status: OK costs nothing, copies are independent, and what a code carries beside its message survives.
#include "rookery/status.h"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <type_traits>
#include <utility>

namespace rookery {
namespace {

using std::chrono::milliseconds;

Status Conflict() { return Status(StatusCode::kConflict, "message 7 was edited").WithCurrentVersion(3); }

TEST(StatusTest, IsOnePointerWideAndMovesWithoutThrowing) {
  static_assert(sizeof(Status) == sizeof(void*));
  static_assert(std::is_nothrow_default_constructible_v<Status>);
  static_assert(std::is_nothrow_move_constructible_v<Status> && std::is_nothrow_move_assignable_v<Status>);
}

TEST(StatusTest, IsOkByDefault) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_EQ(status.message(), "");
  EXPECT_EQ(status.ToString(), "OK");
  EXPECT_FALSE(status.retryable());
  EXPECT_EQ(status, Status::Ok());
}

TEST(StatusTest, MadeFromTheOkCodeIsOkAndDropsTheMessage) {
  const Status status(StatusCode::kOk, "nobody reads this");
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.message(), "");
}

TEST(StatusTest, KeepsCodeAndMessage) {
  const Status status(StatusCode::kNotFound, "message 42 of channel \"general\"");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "message 42 of channel \"general\"");
  EXPECT_EQ(status.ToString(), "NOT_FOUND: message 42 of channel \"general\"");
}

TEST(StatusTest, PrintsAsItsText) {
  std::ostringstream out;
  out << Status(StatusCode::kBusy, "ids ran ahead");
  EXPECT_EQ(out.str(), "BUSY: ids ran ahead");
}

TEST(StatusTest, CopyIsDeepAndIndependent) {
  Status original = Conflict();
  const Status copy = original;
  original = std::move(original).WithContext("edit").WithCurrentVersion(9);
  EXPECT_EQ(copy.message(), "message 7 was edited");
  EXPECT_EQ(copy.current_version(), 3U);
  EXPECT_EQ(original.message(), "edit: message 7 was edited");
  EXPECT_EQ(original.current_version(), 9U);
}

TEST(StatusTest, AssignmentReplacesEverything) {
  Status status = Conflict();
  const Status busy = Status(StatusCode::kBusy, "later").WithRetryAfter(milliseconds{20});
  status = busy;
  EXPECT_EQ(status, busy);
  EXPECT_EQ(status.current_version(), std::nullopt);
  EXPECT_EQ(status.retry_after(), milliseconds{20});
  status = Status::Ok();
  EXPECT_TRUE(status.ok());
}

TEST(StatusTest, AssignmentToItselfChangesNothing) {
  Status status = Conflict();
  const Status& itself = status;
  status = itself;
  EXPECT_EQ(status, Conflict());
  EXPECT_EQ(status.current_version(), 3U);
}

TEST(StatusTest, MoveTakesTheErrorAlong) {
  Status from = Conflict();
  const Status to = std::move(from);
  EXPECT_EQ(to, Conflict());
}

TEST(StatusTest, ContextGoesInFrontAndStacks) {
  const Status status = Status(StatusCode::kIoError, "disk gone").WithContext("shard-0003").WithContext("verify");
  EXPECT_EQ(status.message(), "verify: shard-0003: disk gone");
  EXPECT_EQ(status.code(), StatusCode::kIoError);
}

TEST(StatusTest, OkStaysOkWhateverIsAddedToIt) {
  const Status status = Status().WithContext("open").WithCurrentVersion(1).WithRetryAfter(milliseconds{1});
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.current_version(), std::nullopt);
  EXPECT_EQ(status.retry_after(), std::nullopt);
}

TEST(StatusTest, CurrentVersionAndRetryAfterAreAbsentUnlessGiven) {
  const Status status(StatusCode::kConflict, "m");
  EXPECT_EQ(status.current_version(), std::nullopt);
  EXPECT_EQ(status.retry_after(), std::nullopt);
  EXPECT_EQ(Status(StatusCode::kConflict, "m").WithCurrentVersion(0).current_version(), 0U);
}

TEST(StatusTest, EqualityComparesCodeAndMessage) {
  EXPECT_EQ(Status(StatusCode::kBusy, "a"), Status(StatusCode::kBusy, "a"));
  EXPECT_NE(Status(StatusCode::kBusy, "a"), Status(StatusCode::kBusy, "b"));
  EXPECT_NE(Status(StatusCode::kBusy, "a"), Status(StatusCode::kLocked, "a"));
}

TEST(StatusTest, MessageMayHoldAnyBytes) {
  const std::string bytes("a\0b\xff", 4);
  EXPECT_EQ(Status(StatusCode::kInvalidArgument, bytes).message(), bytes);
}

}  // namespace
}  // namespace rookery
