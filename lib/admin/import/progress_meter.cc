#include "admin/import/progress_meter.h"

#include <utility>

#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

class WatchedStream final : public ByteStream {
 public:
  WatchedStream(std::unique_ptr<ByteStream> stream, ProgressMeter* meter) : stream_(std::move(stream)), meter_(meter) {}

  Result<std::size_t> Read(char* to, std::size_t size) override {
    Result<std::size_t> count = stream_->Read(to, size);
    const std::uint64_t packed = stream_->packed_bytes();
    ADMIN_TRY(meter_->Consumed(packed - std::exchange(told_, packed)));
    return count;
  }

  std::uint64_t packed_bytes() const override { return stream_->packed_bytes(); }

 private:
  std::unique_ptr<ByteStream> stream_;
  ProgressMeter* const meter_;
  std::uint64_t told_ = 0;
};

}  // namespace

Status ProgressMeter::Consumed(std::uint64_t bytes) {
  constexpr std::chrono::milliseconds kInterval{100};
  progress_.bytes += bytes;
  if (!callback_) return {};
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now - last_call_ < kInterval) return {};
  last_call_ = now;
  progress_.messages = report_.messages_read;
  if (callback_(progress_)) return {};
  return {StatusCode::kInterrupted, "the import was stopped; what was written stays, and running it again goes on"};
}

bool ProgressMeter::Bulk(const BulkProgress& now) {
  // While messages are added, reading tells how far they are.
  if (!callback_ || now.phase == BulkPhase::kAdding) return true;
  progress_.messages = report_.messages_read;
  progress_.phase = BulkPhaseName(now.phase);
  progress_.phase_messages = now.messages;
  progress_.phase_total = now.total_messages;
  return callback_(progress_);
}

std::unique_ptr<ByteStream> ProgressMeter::Watch(std::unique_ptr<ByteStream> stream) {
  return std::make_unique<WatchedStream>(std::move(stream), this);
}

}  // namespace rookery::admin
