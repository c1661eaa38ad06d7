// A stream whose batches the caller builds.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "columns/batch_builder.h"
#include "columns/batch_stream.h"
#include "columns/pace.h"

namespace rookery::columns {

class CallerStream final : public BatchStream {
 public:
  explicit CallerStream(std::shared_ptr<SharedScan> shared);

  Result<std::optional<Batch>> Next(const GoOn& go_on) override;
  void Stop() override { stopped_.store(true, std::memory_order_relaxed); }

 private:
  BatchBuilder builder_;
  std::atomic<bool> stopped_{false};
  const GoOn* go_on_ = nullptr;  // of the call under way
  Pace pace_;
  std::unique_ptr<RowReader> reader_;  // null: the end
};

}  // namespace rookery::columns
