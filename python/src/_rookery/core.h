// The open store that a Store object and everything derived from it share, and when it may be used.
//
// Idea: a count of the uses under way, with one bit that says that the store is being closed. Whoever wants to use the
// store counts itself in first and looks at the bit then; Close() sets the bit first and waits for the count then. So
// no use overlaps the closing, and a use costs two atomic additions.
//
// A forked child never uses or closes what its parent opened (process.h): there the object is leaked on purpose.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "gil.h"
#include "process.h"
#include "rookery/store.h"

namespace rookery::python {

/// Thread-safe. Held by shared_ptr by all that may use the store; the last one to let go of it closes the store.
class StoreCore {
 public:
  /// As Store::Open; and kUnavailable for writing in a child of a process that had opened a store (process.h).
  static Result<std::shared_ptr<StoreCore>> Open(const std::filesystem::path& path, const StoreOptions& options);
  ~StoreCore();
  StoreCore(const StoreCore&) = delete;
  StoreCore& operator=(const StoreCore&) = delete;

  /// While one lives the store stays open. Empty if the store is closed, being closed, or opened before a fork.
  /// Must not outlive its StoreCore. Keep it short, or look at closing().
  class Use {
   public:
    Use() noexcept = default;
    Use(Use&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
    Use& operator=(Use&& other) noexcept {
      std::swap(core_, other.core_);
      return *this;
    }
    ~Use() {
      if (core_ != nullptr) core_->Leave();
    }

    explicit operator bool() const noexcept { return core_ != nullptr; }
    rookery::Store& operator*() const noexcept { return *core_->store_; }
    rookery::Store* operator->() const noexcept { return &*core_->store_; }

   private:
    friend class StoreCore;
    explicit Use(StoreCore* core) noexcept : core_(core) {}
    StoreCore* core_ = nullptr;
  };

  /// From any thread, with or without the GIL.
  Use Enter() noexcept;

  /// True if long work is to end now: the store is being closed, or this is a forked child.
  bool closing() const noexcept { return forked() || (uses_.load(std::memory_order_acquire) & kClosing) != 0; }
  bool forked() const noexcept { return forks_ != ForkCount(); }
  /// What to tell whoever could not enter: kClosed, or kUnavailable in a forked child.
  Status WhyUnusable() const;

  /// Ends long uses, waits for all, and closes. Idempotent; a second call waits for the first and answers OK. The
  /// first error of the store says that something may not be on disk. In a forked child: OK, and nothing happens.
  /// Called by a use itself (see Callback) it does not wait: the store is closed when the last use ends.
  /// REQUIRES: the thread does not hold the GIL.
  Status Close();

  const std::string& path() const noexcept { return path_; }
  bool read_only() const noexcept { return read_only_; }

  /// Marks that this thread is in a use and runs Python meanwhile, which may call Close().
  class Callback {
   public:
    explicit Callback(const StoreCore& core) noexcept;
    ~Callback();
    Callback(const Callback&) = delete;
    Callback& operator=(const Callback&) = delete;

   private:
    friend class StoreCore;
    const StoreCore* const core_;
    const Callback* const outer_;
  };

 private:
  static constexpr std::uint64_t kClosing = std::uint64_t{1} << 63;

  StoreCore(rookery::Store store, std::string path, bool read_only)
      : path_(std::move(path)), read_only_(read_only), store_(std::make_unique<rookery::Store>(std::move(store))) {}
  void Leave() noexcept;
  bool InCallback() const noexcept;
  Status CloseNow();

  const std::string path_;
  const bool read_only_;
  const std::uint64_t forks_ = ForkCount();
  std::atomic<std::uint64_t> uses_{0};  // and kClosing
  std::atomic<bool> closed_by_last_use_{false};
  std::mutex closing_mutex_;
  std::unique_ptr<rookery::Store> store_;  // never null; closed under closing_mutex_
};

/// Calls work(store) without the GIL and returns its Result or Status, or says why the store cannot be used.
/// REQUIRES: the thread holds the GIL.
template <typename Work>
auto WithoutGil(StoreCore& core, Work&& work) -> std::invoke_result_t<Work, rookery::Store&> {
  const ReleasedGil released;
  // The use ends before the GIL is taken back: a thread that waits for the GIL must not keep Close() waiting.
  const StoreCore::Use use = core.Enter();
  if (!use) return core.WhyUnusable();
  return std::forward<Work>(work)(*use);
}

}  // namespace rookery::python
