// What the public handle holds: for those who make one.
#pragma once

#include <memory>

#include "ingest/pump.h"
#include "rookery/ingestor.h"

namespace rookery {

struct Ingestor::State {
  std::shared_ptr<ingest::Pump> pump;
};

}  // namespace rookery
