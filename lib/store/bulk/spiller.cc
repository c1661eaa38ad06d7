#include "store/bulk/spiller.h"

#include <utility>

#include "base/macros.h"

namespace rookery::store::bulk {

Spiller::~Spiller() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status Spiller::Swap() {
  RK_TRY(Join());
  if (!thread_.joinable()) thread_ = start_thread_([this] { Work(); });
  if (!thread_.joinable()) return WriteOut(&buffer());
  {
    const std::lock_guard lock(mutex_);
    full_ = &buffers_[filling_];
  }
  changed_.notify_all();
  filling_ = 1 - filling_;
  return {};
}

Status Spiller::Finish() {
  RK_TRY(Join());
  RK_TRY(WriteOut(&buffer()));
  return runs_.Seal();
}

std::size_t Spiller::memory_bytes() {
  known_bytes_[filling_] = buffer().memory_bytes();
  return known_bytes_[0] + known_bytes_[1];
}

Status Spiller::Join() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return full_ == nullptr; });
  return status_;
}

void Spiller::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return full_ != nullptr || ending_; });
    if (full_ == nullptr || ending_) return;
    SortBuffer* const full = full_;
    lock.unlock();
    Status status = WriteOut(full);
    lock.lock();
    if (status_.ok()) status_ = std::move(status);
    full_ = nullptr;
    changed_.notify_all();
  }
}

Status Spiller::WriteOut(SortBuffer* buffer) {
  if (buffer->empty()) return {};
  buffer->Sort();
  Status status = runs_.Write(*buffer);
  buffer->Clear();
  return status;
}

}  // namespace rookery::store::bulk
