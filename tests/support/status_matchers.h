// ASSERT_OK(expr), EXPECT_OK(expr), EXPECT_CODE(expr, StatusCode::kX) and ASSERT_OK_AND_ASSIGN(auto x, result_expr).
#pragma once

#include <gtest/gtest.h>

#include <utility>

#include "rookery/status.h"

namespace rookery::testing {

inline Status StatusOf(const Status& status) { return status; }
template <typename T>
Status StatusOf(const Result<T>& result) {
  return result.status();
}

}  // namespace rookery::testing

#define ASSERT_OK(expression) ASSERT_EQ(::rookery::Status::Ok(), ::rookery::testing::StatusOf(expression))
#define EXPECT_OK(expression) EXPECT_EQ(::rookery::Status::Ok(), ::rookery::testing::StatusOf(expression))
#define EXPECT_CODE(expression, expected)                                              \
  do {                                                                                 \
    const ::rookery::Status rk_test_status = ::rookery::testing::StatusOf(expression); \
    EXPECT_EQ(rk_test_status.code(), expected) << rk_test_status;                      \
  } while (false)

#define RK_TEST_CONCAT_INNER(a, b) a##b
#define RK_TEST_CONCAT(a, b) RK_TEST_CONCAT_INNER(a, b)
#define ASSERT_OK_AND_ASSIGN(target, expression) \
  ASSERT_OK_AND_ASSIGN_IMPL(RK_TEST_CONCAT(rk_test_result_, __LINE__), target, expression)
#define ASSERT_OK_AND_ASSIGN_IMPL(result, target, expression) \
  auto result = (expression);                                 \
  ASSERT_EQ(::rookery::Status::Ok(), result.status());        \
  target = *std::move(result)
