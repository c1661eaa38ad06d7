#include "process.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <mutex>
#include <vector>

#include "core.h"

namespace rookery::python {
namespace {

// Never destroyed: threads may live on while the process ends.
struct Process {
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  std::atomic<std::uint64_t> forks{0};
  std::atomic<std::uint64_t> engine_start{kNever};  // `forks` at that time
  std::mutex mutex;
  std::map<const StoreCore*, std::weak_ptr<StoreCore>> open;  // guarded by mutex
};

Process& TheProcess() {
  static auto* const kProcess = new Process;
  return *kProcess;
}

/// The destructors of RocksDB's static objects would wait for threads that a child does not have. What comes first at
/// exit, Python's own end, is over when this is called.
void ExitWithoutDestructors(int status, void* /*unused*/) {
  std::fflush(nullptr);
  ::_exit(status);
}

// The mutex is held across the fork, so that the child does not find it locked by a thread that it does not have.
void BeforeFork() { TheProcess().mutex.lock(); }

void AfterForkInParent() { TheProcess().mutex.unlock(); }

void AfterForkInChild() {
  TheProcess().forks.fetch_add(1, std::memory_order_relaxed);
  TheProcess().mutex.unlock();
  if (EngineIsOfParent()) ::on_exit(ExitWithoutDestructors, nullptr);
}

}  // namespace

std::uint64_t ForkCount() noexcept { return TheProcess().forks.load(std::memory_order_relaxed); }

void WatchForks() { ::pthread_atfork(BeforeFork, AfterForkInParent, AfterForkInChild); }

void NoteEngineStart() noexcept {
  std::uint64_t never = Process::kNever;
  TheProcess().engine_start.compare_exchange_strong(never, ForkCount());
}

bool EngineIsOfParent() noexcept {
  const std::uint64_t start = TheProcess().engine_start.load();
  return start != Process::kNever && start != ForkCount();
}

void OpenStores::Add(const std::shared_ptr<StoreCore>& core) {
  const std::lock_guard lock(TheProcess().mutex);
  TheProcess().open.emplace(core.get(), core);
}

void OpenStores::Remove(const StoreCore* core) noexcept {
  const std::lock_guard lock(TheProcess().mutex);
  TheProcess().open.erase(core);
}

void OpenStores::CloseAll() noexcept {
  std::vector<std::shared_ptr<StoreCore>> cores;
  {
    const std::lock_guard lock(TheProcess().mutex);
    for (const auto& [address, core] : TheProcess().open) cores.push_back(core.lock());
  }
  for (const std::shared_ptr<StoreCore>& core : cores) {
    if (core) static_cast<void>(core->Close());
  }
}

}  // namespace rookery::python
