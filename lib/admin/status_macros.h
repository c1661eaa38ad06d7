// Early return on error, as base/macros.h has it: the admin library sees only the public headers and itself.
#pragma once

#include "rookery/status.h"

#define ADMIN_CONCAT_INNER(a, b) a##b
#define ADMIN_CONCAT(a, b) ADMIN_CONCAT_INNER(a, b)

/// Returns the status of `expression` from the enclosing function unless it is OK.
#define ADMIN_TRY(expression)                      \
  do {                                             \
    ::rookery::Status admin_status = (expression); \
    if (!admin_status.ok()) return admin_status;   \
  } while (false)

/// Assigns the value of a Result to `target` (which may be a declaration), or returns its error.
#define ADMIN_ASSIGN_OR_RETURN(target, expression) \
  ADMIN_ASSIGN_IMPL(ADMIN_CONCAT(admin_result_, __LINE__), target, expression)
#define ADMIN_ASSIGN_IMPL(result, target, expression)        \
  auto result = (expression);                                \
  if (!result.has_value()) return std::move(result).error(); \
  target = *std::move(result)
