// Early return on error, for use inside the library.
#pragma once

#include "rookery/status.h"

#define RK_CONCAT_INNER(a, b) a##b
#define RK_CONCAT(a, b) RK_CONCAT_INNER(a, b)

/// Returns the status of `expression` from the enclosing function unless it is OK.
#define RK_TRY(expression)                      \
  do {                                          \
    ::rookery::Status rk_status = (expression); \
    if (!rk_status.ok()) return rk_status;      \
  } while (false)

/// Assigns the value of a Result to `target` (which may be a declaration), or returns its error.
#define RK_ASSIGN_OR_RETURN(target, expression) RK_ASSIGN_IMPL(RK_CONCAT(rk_result_, __LINE__), target, expression)
#define RK_ASSIGN_IMPL(result, target, expression)           \
  auto result = (expression);                                \
  if (!result.has_value()) return std::move(result).error(); \
  target = *std::move(result)
