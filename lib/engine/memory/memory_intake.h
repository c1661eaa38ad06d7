// An intake of the memory engine: everything stays in memory, and taking the tables in is one write.
#pragma once

#include <atomic>
#include <memory>

#include "engine/engine.h"

namespace rookery::engine {

/// `engine` outlives the intake; `open` says whether it has one.
Result<std::unique_ptr<Intake>> OpenMemoryIntake(Engine* engine, std::atomic<bool>* open);

}  // namespace rookery::engine
