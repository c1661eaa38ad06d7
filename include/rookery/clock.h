// The store's source of time, injected through StoreOptions so that tests and simulations can drive it.
#pragma once

#include "rookery/export.h"
#include "rookery/types.h"

namespace rookery {

/// Wall-clock time. Implementations are thread-safe and may step backwards, as real clocks do.
class ROOKERY_EXPORT Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() const noexcept = 0;
};

}  // namespace rookery
