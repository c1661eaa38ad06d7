// From a Status to a Python exception of rookery.errors, which is generated from the table of status codes.
//
// All that is here needs the GIL, and reports by throwing nb::python_error, which nanobind turns into the exception.
#pragma once

#include <string>
#include <utility>

#include "binding.h"
#include "rookery/status.h"

namespace rookery::python {

/// Finds the exceptions, so that they can be raised until the very end of the interpreter. Call it before there is
/// anything that may fail; not when the module is loaded, as rookery.errors is loaded by then only in part.
void LoadErrors();

/// Raises the exception of the status's code. REQUIRES: !status.ok().
[[noreturn]] void Raise(const Status& status);

/// InvalidArgumentError: an argument has a value that cannot be.
[[noreturn]] void RaiseInvalid(std::string message);

/// TypeError: an argument is of a type that cannot be: `name` "must be" `wanted`.
[[noreturn]] void RaiseWrongType(const std::string& name, const char* wanted, nb::handle got);

/// Raises unless OK.
inline void Check(const Status& status) {
  if (!status.ok()) Raise(status);
}

/// The value, or raises.
template <typename T>
T Unwrap(Result<T> result) {
  if (!result.has_value()) Raise(result.error());
  return *std::move(result);
}

}  // namespace rookery::python
