// What the public handle holds: for those who make one.
#pragma once

#include <chrono>
#include <memory>

#include "rookery/ingestor.h"

namespace rookery::ingest {

/// Takes posts for an ingestor. Thread-safe. The calls are those of Ingestor.
class PostTaker {
 public:
  virtual ~PostTaker() = default;

  virtual Status Post(const NewMessage& message, PostDone done, const IngestPostOptions& options) = 0;
  virtual Status Flush(std::chrono::milliseconds timeout) = 0;
  virtual Status Stop() = 0;
  virtual IngestStats Stats() const = 0;
};

}  // namespace rookery::ingest

namespace rookery {

struct Ingestor::State {
  std::unique_ptr<ingest::PostTaker> taker;
};

}  // namespace rookery
