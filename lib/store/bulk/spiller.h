// Two sorting buffers and a thread: while one is filled, the other is sorted and written. Without a thread the caller
// writes, and waits for it.
#pragma once

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "rookery/status.h"
#include "store/bulk/runs.h"
#include "store/bulk/sort_buffer.h"
#include "store/bulk/start_thread.h"

namespace rookery::store::bulk {

/// Used by one thread, beside its own.
class Spiller {
 public:
  /// `bytes`: for both buffers.
  Spiller(Runs* runs, std::size_t bytes, ThreadStarter start_thread = StartThread)
      : runs_(*runs), buffers_{SortBuffer(bytes / 2), SortBuffer(bytes / 2)}, start_thread_(std::move(start_thread)) {}
  ~Spiller();
  Spiller(const Spiller&) = delete;
  Spiller& operator=(const Spiller&) = delete;

  /// The one to fill.
  SortBuffer& buffer() { return buffers_[filling_]; }
  /// Gives the buffer to be written and takes one that is empty. An error can be of a buffer given before.
  Status Swap();
  /// Writes what is left. Nothing can be filled afterwards.
  Status Finish();
  /// What both buffers take, as far as is known of the one that is being written.
  std::size_t memory_bytes();

 private:
  Status WriteOut(SortBuffer* buffer);
  void Work();
  /// Waits until nothing is being written.
  Status Join();

  Runs& runs_;
  std::array<SortBuffer, 2> buffers_;
  const ThreadStarter start_thread_;
  std::size_t filling_ = 0;
  std::array<std::size_t, 2> known_bytes_{};  // that each buffer took when it was asked last
  std::thread thread_;                        // started with the first buffer: small loads need none

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  SortBuffer* full_ = nullptr;  // to be written, or being written
  bool ending_ = false;
  Status status_;
};

}  // namespace rookery::store::bulk
