#include "store/bulk/start_thread.h"

#include <system_error>
#include <utility>

namespace rookery::store::bulk {

std::thread StartThread(std::function<void()> work) {
  try {
    return std::thread(std::move(work));
  } catch (const std::system_error&) {
    return {};
  }
}

}  // namespace rookery::store::bulk
