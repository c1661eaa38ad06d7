// How benchmarks fail: by an exception that names what went wrong. The runner turns it into a message and exit code 1.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "rookery/status.h"

namespace rookery::bench {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void Require(bool condition, const std::string& what) {
  if (!condition) throw Failure(what);
}

inline void Require(const Status& status) {
  if (!status.ok()) throw Failure(status.ToString());
}

template <typename T>
T Require(Result<T> result) {
  if (!result) throw Failure(result.error().ToString());
  return *std::move(result);
}

}  // namespace rookery::bench
