// One who works on an open store in threads of its own, and so has to end before the store is closed.
#pragma once

#include "rookery/status.h"

namespace rookery::store {

class Attendant {
 public:
  virtual ~Attendant() = default;
  /// Ends it: once this has returned OK, it does not touch the store's engine. Idempotent. Any error: the store cannot
  /// be closed now, and goes on.
  virtual Status BeforeClose() = 0;
};

}  // namespace rookery::store
