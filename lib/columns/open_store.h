// The store that a stream reads from, which somebody else may close meanwhile.
#pragma once

#include <functional>

#include "rookery/status.h"
#include "rookery/store.h"

namespace rookery::columns {

/// Thread-safe.
class OpenStore {
 public:
  virtual ~OpenStore() = default;
  /// Calls `work` while the store is kept open, and answers what it answers; kClosed, and no call, once it is closed.
  virtual Status With(const std::function<Status(const Store&)>& work) const = 0;
};

}  // namespace rookery::columns
