// A stream whose batches threads of its own build, each reading the shards that no other reads.
//
// One batch at most waits for the caller: who finishes a further one waits until there is room, and so holds no more
// than its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "columns/batch_stream.h"
#include "columns/pace.h"

namespace rookery::columns {

class ThreadStream final : public BatchStream {
 public:
  /// How many threads could read side by side here.
  static std::size_t ThreadsFor(std::uint32_t shards);

  ThreadStream(std::shared_ptr<SharedScan> shared, std::size_t threads);
  ~ThreadStream() override;
  ThreadStream(const ThreadStream&) = delete;
  ThreadStream& operator=(const ThreadStream&) = delete;

  Result<std::optional<Batch>> Next(const GoOn& go_on) override;
  void Stop() override;

 private:
  void Work();
  Status BuildAll();
  /// False: the stream was stopped, or has failed.
  bool HandOver(Batch batch);
  void EndWork(Status status);

  const std::shared_ptr<SharedScan> shared_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Under mutex_:
  std::optional<Batch> waiting_;
  std::uint64_t taken_ = 0;  // batches, by the caller
  std::size_t working_ = 0;  // threads
  Status error_;             // the first
  bool error_told_ = false;  // and so this is the end
  bool stopped_ = false;

  Pace pace_;  // of the caller
  std::vector<std::thread> threads_;
};

}  // namespace rookery::columns
