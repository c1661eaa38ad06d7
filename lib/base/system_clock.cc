#include "base/system_clock.h"

namespace rookery::base {
namespace {

class SystemClock final : public Clock {
 public:
  Timestamp Now() const noexcept override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace

std::shared_ptr<const Clock> NewSystemClock() { return std::make_shared<SystemClock>(); }

}  // namespace rookery::base
