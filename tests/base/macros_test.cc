// The early-return macros: what they return, and that they evaluate their expression once.
#include "base/macros.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace rookery {
namespace {

Status Broken() { return {StatusCode::kIoError, "disk gone"}; }

Status TryTwice(const Status& first, const Status& second, int* reached) {
  RK_TRY(first);
  ++*reached;
  RK_TRY(second);
  ++*reached;
  return Status::Ok();
}

TEST(MacrosTest, TryReturnsTheFirstError) {
  int reached = 0;
  EXPECT_EQ(TryTwice(Broken(), Status::Ok(), &reached), Broken());
  EXPECT_EQ(reached, 0);
  EXPECT_EQ(TryTwice(Status::Ok(), Broken(), &reached), Broken());
  EXPECT_EQ(reached, 1);
}

TEST(MacrosTest, TryGoesOnWhenAllIsWell) {
  int reached = 0;
  EXPECT_TRUE(TryTwice(Status::Ok(), Status::Ok(), &reached).ok());
  EXPECT_EQ(reached, 2);
}

Result<int> Sum(Result<std::unique_ptr<int>> left, Result<int> right, int* evaluated) {
  RK_ASSIGN_OR_RETURN(const std::unique_ptr<int> taken, (++*evaluated, std::move(left)));
  int number = 0;
  RK_ASSIGN_OR_RETURN(number, std::move(right));
  return *taken + number;
}

TEST(MacrosTest, AssignTakesTheValueOnceEvenIfItOnlyMoves) {
  int evaluated = 0;
  EXPECT_EQ(*Sum(std::make_unique<int>(3), 4, &evaluated), 7);
  EXPECT_EQ(evaluated, 1);
}

TEST(MacrosTest, AssignReturnsTheErrorWithAllItCarries) {
  int evaluated = 0;
  const Result<int> sum =
      Sum(std::make_unique<int>(3), Status(StatusCode::kConflict, "m").WithCurrentVersion(5), &evaluated);
  EXPECT_EQ(sum.error().current_version(), 5U);
}

}  // namespace
}  // namespace rookery
