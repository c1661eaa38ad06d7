// What the module knows of its process: whether it was forked, and which stores are to be closed when it ends.
//
// A forked child has none of the parent's threads. So it must not touch a store that the parent opened: everything that
// holds one compares the count of forks with that of when it was opened. Nor can RocksDB flush or compact in it, as the
// threads that would do so are shared by all stores of a process and were started in the parent; reading works.
#pragma once

#include <cstdint>
#include <memory>

namespace rookery::python {

class StoreCore;

/// How often this process, its parent, and so on were forked since the module was loaded; differs in a child.
std::uint64_t ForkCount() noexcept;

/// Begins to count. Call it once, when the module is loaded.
void WatchForks();

/// To be told before a store on disk is opened: the engine's threads are of this process, unless a parent had some.
void NoteEngineStart() noexcept;
/// True in a forked child whose parent had opened a store on disk.
bool EngineIsOfParent() noexcept;

/// The stores that are open in this process, for CloseAll at its end. Thread-safe.
class OpenStores {
 public:
  static void Add(const std::shared_ptr<StoreCore>& core);
  static void Remove(const StoreCore* core) noexcept;
  /// Closes those that this process opened itself. REQUIRES: the thread does not hold the GIL, as other threads may
  /// need it to end what they do.
  static void CloseAll() noexcept;
};

}  // namespace rookery::python
