// Threads of a bulk load. The system may have none to give: a load goes on with those that it got.
#pragma once

#include <functional>
#include <thread>

namespace rookery::store::bulk {

/// A thread that does the work; one that is not joinable, and the work not done, if there is none to be had.
using ThreadStarter = std::function<std::thread(std::function<void()> work)>;
std::thread StartThread(std::function<void()> work);

}  // namespace rookery::store::bulk
