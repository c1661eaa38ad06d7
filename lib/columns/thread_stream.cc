#include "columns/thread_stream.h"

#include <sched.h>

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#include "columns/batch_builder.h"
#include "columns/errors.h"

namespace rookery::columns {
namespace {

/// More would hold more batches at a time, and a disk hardly gains from them.
constexpr std::size_t kMostThreads = 4;

/// Those that this thread may run on: hardware_concurrency counts all that the machine has.
std::size_t Processors() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::max(1U, std::thread::hardware_concurrency());
  return static_cast<std::size_t>(CPU_COUNT(&allowed));
}

}  // namespace

std::size_t ThreadStream::ThreadsFor(std::uint32_t shards) {
  return std::min({static_cast<std::size_t>(shards), Processors(), kMostThreads});
}

ThreadStream::ThreadStream(std::shared_ptr<SharedScan> shared, std::size_t threads)
    : shared_(std::move(shared)), working_(threads) {
  threads_.reserve(working_);
  for (std::size_t i = working_; i > 0; --i) {
    try {
      threads_.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
      // Those that there are read all shards.
      EndWork(threads_.empty() ? NoThread() : Status());
    }
  }
}

ThreadStream::~ThreadStream() {
  Stop();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadStream::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

Result<std::optional<Batch>> ThreadStream::Next(const GoOn& go_on) {
  // Asked here too, as a call that always finds a batch never waits.
  if (pace_.Beat() && !go_on()) Stop();
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopped_) return Stopped();
    if (!error_.ok() && !std::exchange(error_told_, true)) return error_;
    if (error_told_) return std::optional<Batch>();
    if (waiting_) {
      std::optional<Batch> batch = std::exchange(waiting_, std::nullopt);
      ++taken_;
      changed_.notify_all();
      return batch;
    }
    if (working_ == 0) return std::optional<Batch>();
    if (changed_.wait_for(lock, kBeat) == std::cv_status::no_timeout) continue;
    lock.unlock();
    if (!go_on()) {
      Stop();
      return Stopped();
    }
    lock.lock();
  }
}

void ThreadStream::Work() {
  try {
    EndWork(BuildAll());
  } catch (const std::bad_alloc&) {
    EndWork(NoMemory());
  }
}

Status ThreadStream::BuildAll() {
  BatchBuilder builder(shared_->query());
  const auto go_on = [this] {
    const std::lock_guard lock(mutex_);
    return !stopped_ && error_.ok();
  };
  const auto reader = NewRowReader(shared_, &builder, go_on);
  for (;;) {
    const Result<bool> more = reader->Read();
    if (!more) return more.status();
    if (builder.rows() > 0 && !HandOver(builder.Finish())) return {};
    if (!*more) return {};
  }
}

bool ThreadStream::HandOver(Batch batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !waiting_ || stopped_ || !error_.ok(); });
  if (stopped_ || !error_.ok()) return false;
  waiting_ = std::move(batch);
  changed_.notify_all();
  // The next is begun when this one is gone: a thread never has two.
  const std::uint64_t taken = taken_;
  changed_.wait(lock, [&] { return taken_ != taken || stopped_ || !error_.ok(); });
  return !stopped_ && error_.ok();
}

void ThreadStream::EndWork(Status status) {
  const std::lock_guard lock(mutex_);
  --working_;
  if (error_.ok()) error_ = std::move(status);
  changed_.notify_all();
}

}  // namespace rookery::columns
