// An engine in memory: for tests, and for stores that need not outlive their process.
#pragma once

#include <memory>

#include "engine/engine.h"

namespace rookery::engine {

std::unique_ptr<Engine> NewMemoryEngine();

}  // namespace rookery::engine
