// Result<T>: a value or the Status that says why there is none, with the names of std::expected.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {
namespace {

Status NotFound() { return {StatusCode::kNotFound, "no such message"}; }
Result<int> Seven() { return 7; }
Result<int> Failed() { return NotFound(); }

Result<int> Half(int number) {
  if (number % 2 != 0) return Status(StatusCode::kInvalidArgument, "odd");
  return number / 2;
}

TEST(ResultTest, HoldsAValue) {
  Result<int> result = Seven();
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result.value(), 7);
  EXPECT_EQ(*result, 7);
  EXPECT_TRUE(result.status().ok());
}

TEST(ResultTest, HoldsAnError) {
  const Result<int> result = Failed();
  EXPECT_FALSE(result.has_value());
  EXPECT_FALSE(static_cast<bool>(result));
  EXPECT_EQ(result.error(), NotFound());
  EXPECT_EQ(result.status(), NotFound());
}

TEST(ResultTest, IsMadeFromWhatItsValueIsMadeOf) {
  const Result<std::string> text = "hello";
  EXPECT_EQ(text->size(), 5U);
  const Result<MessageId> id = MessageId{42};
  EXPECT_EQ(id->value, 42U);
}

TEST(ResultTest, ValueCanBeChangedInPlace) {
  Result<std::string> result = std::string("hello");
  result->append(", all");
  *result += '!';
  EXPECT_EQ(result.value(), "hello, all!");
}

TEST(ResultTest, MovesAValueThatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
  static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>>>);
}

TEST(ResultTest, CopiesAreIndependent) {
  Result<std::string> original = std::string("hello");
  const Result<std::string> copy = original;
  original->clear();
  EXPECT_EQ(*copy, "hello");
}

TEST(ResultTest, ErrorCanBeMovedOut) {
  const Status error = Failed().error();
  EXPECT_EQ(error, NotFound());
}

TEST(ResultTest, ValueOrGivesTheFallbackOnlyOnError) {
  EXPECT_EQ(Seven().value_or(1), 7);
  EXPECT_EQ(Failed().value_or(1), 1);
  const Result<int> kept = Seven();
  EXPECT_EQ(kept.value_or(1), 7);
}

TEST(ResultTest, AndThenGoesOnWithTheValue) { EXPECT_EQ(*Result<int>(8).and_then(Half).and_then(Half), 2); }

TEST(ResultTest, AndThenStopsAtTheFirstError) {
  int calls = 0;
  const auto count = [&calls](int number) -> Result<int> { return ++calls, number; };
  EXPECT_EQ(Result<int>(7).and_then(Half).and_then(count).error().message(), "odd");
  EXPECT_EQ(Failed().and_then(count).error(), NotFound());
  EXPECT_EQ(calls, 0);
}

TEST(ResultTest, TransformWrapsWhatTheFunctionReturns) {
  const Result<std::string> text = Seven().transform([](int number) { return std::to_string(number); });
  EXPECT_EQ(*text, "7");
  EXPECT_EQ(Failed().transform([](int number) { return number + 1; }).error(), NotFound());
}

TEST(ResultTest, OrElseIsCalledOnlyOnError) {
  const auto recover = [](const Status& status) -> Result<int> {
    if (status.code() == StatusCode::kNotFound) return 0;
    return status;
  };
  EXPECT_EQ(*Failed().or_else(recover), 0);
  EXPECT_EQ(*Seven().or_else(recover), 7);
  EXPECT_EQ(Half(3).or_else(recover).error().message(), "odd");
}

TEST(ResultDeathTest, ValueOfAnErrorPrintsTheStatusAndAborts) {
  EXPECT_DEATH(static_cast<void>(Failed().value()), "NOT_FOUND: no such message");
  EXPECT_DEATH(static_cast<void>(*Failed()), "NOT_FOUND: no such message");
  EXPECT_DEATH(static_cast<void>(Result<std::string>(NotFound())->size()), "NOT_FOUND: no such message");
}

TEST(ResultDeathTest, AnOkStatusIsNoError) {
  EXPECT_DEATH(static_cast<void>(Result<int>(Status::Ok())), "Result made from an OK status");
}

}  // namespace
}  // namespace rookery
