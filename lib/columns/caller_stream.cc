#include "columns/caller_stream.h"

#include <new>
#include <utility>

#include "columns/errors.h"

namespace rookery::columns {

CallerStream::CallerStream(std::shared_ptr<SharedScan> shared) : builder_(shared->query()) {
  auto go_on = [this] {
    if (stopped_.load(std::memory_order_relaxed)) return false;
    return !pace_.Beat() || (*go_on_)();
  };
  reader_ = NewRowReader(std::move(shared), &builder_, std::move(go_on));
}

Result<std::optional<Batch>> CallerStream::Next(const GoOn& go_on) {
  if (stopped_.load(std::memory_order_relaxed)) return Stopped();
  if (reader_ == nullptr) return std::optional<Batch>();
  go_on_ = &go_on;
  try {
    Result<bool> more = reader_->Read();
    if (!more || !*more) reader_.reset();
    if (!more) return std::move(more).error();
    if (builder_.rows() == 0) return std::optional<Batch>();
    return std::optional(builder_.Finish());
  } catch (const std::bad_alloc&) {
    reader_.reset();
    return NoMemory();
  }
}

}  // namespace rookery::columns
