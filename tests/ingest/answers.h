// Collects what callbacks are told, from any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "rookery/ingestor.h"
#include "tests/support/gate.h"

namespace rookery::testing {

class Answers {
 public:
  PostDone Collect() {
    return [this](const Result<Posted>& posted) {
      const std::lock_guard lock(mutex_);
      posted_.push_back(posted);
      came_.notify_all();
    };
  }
  /// False: so many have not come.
  bool Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, kLongEnough, [&] { return posted_.size() >= count; });
  }
  std::vector<Result<Posted>> all() const {
    const std::lock_guard lock(mutex_);
    return posted_;
  }
  std::size_t Count(StatusCode code) const {
    std::size_t count = 0;
    for (const Result<Posted>& posted : all()) count += posted.status().code() == code ? 1U : 0U;
    return count;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Result<Posted>> posted_;
};

}  // namespace rookery::testing
