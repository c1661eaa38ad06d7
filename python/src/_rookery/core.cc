#include "core.h"

namespace rookery::python {
namespace {

thread_local const StoreCore::Callback* innermost_callback = nullptr;

bool OnlyReads(const StoreOptions& options) {
  return options.mode == OpenMode::kReadOnly || options.mode == OpenMode::kReadBeside;
}

/// Whether a store can be opened with these options in this process.
Status CheckProcess(const StoreOptions& options) {
  if (options.engine != EngineKind::kRocksDb) return {};
  NoteEngineStart();
  if (OnlyReads(options) || !EngineIsOfParent()) return {};
  return {StatusCode::kUnavailable,
          "this process was forked from one that had opened a store, and the engine's threads stayed there: open the "
          "store read-only here, or start processes that write by spawn or forkserver instead of fork"};
}

}  // namespace

StoreCore::Callback::Callback(const StoreCore& core) noexcept : core_(&core), outer_(innermost_callback) {
  innermost_callback = this;
}

StoreCore::Callback::~Callback() { innermost_callback = outer_; }

Result<std::shared_ptr<StoreCore>> StoreCore::Open(const std::filesystem::path& path, const StoreOptions& options) {
  if (Status fits = CheckProcess(options); !fits.ok()) return fits;
  Result<rookery::Store> store = rookery::Store::Open(path, options);
  if (!store) return std::move(store).error();
  std::shared_ptr<StoreCore> core(new StoreCore(*std::move(store), path.string(), OnlyReads(options)));
  OpenStores::Add(core);
  return core;
}

StoreCore::~StoreCore() {
  OpenStores::Remove(this);
  if (forked()) {
    static_cast<void>(store_.release());
  } else if (HoldsGil()) {
    const ReleasedGil released;
    static_cast<void>(CloseNow());
  } else {
    static_cast<void>(CloseNow());
  }
}

StoreCore::Use StoreCore::Enter() noexcept {
  if (forked()) return {};
  const std::uint64_t before = uses_.fetch_add(1, std::memory_order_acquire);
  if ((before & kClosing) == 0) return Use(this);
  Leave();
  return {};
}

void StoreCore::Leave() noexcept {
  const std::uint64_t before = uses_.fetch_sub(1, std::memory_order_acq_rel);
  if (before != (kClosing | 1)) return;
  uses_.notify_all();
  if (closed_by_last_use_.load(std::memory_order_acquire) && !forked()) static_cast<void>(CloseNow());
}

Status StoreCore::WhyUnusable() const {
  if (forked()) {
    return {StatusCode::kUnavailable, "this process was forked from the one that opened the store " + path_ +
                                          "; open it again in the child, read-only"};
  }
  return {StatusCode::kClosed, "the store " + path_ + " is closed; open it again"};
}

bool StoreCore::InCallback() const noexcept {
  for (const Callback* callback = innermost_callback; callback != nullptr; callback = callback->outer_) {
    if (callback->core_ == this) return true;
  }
  return false;
}

Status StoreCore::Close() {
  if (forked()) return {};
  if (InCallback()) {
    closed_by_last_use_.store(true, std::memory_order_release);
    const std::uint64_t before = uses_.fetch_or(kClosing, std::memory_order_acq_rel);
    return (before & ~kClosing) == 0 ? CloseNow() : Status{};
  }
  uses_.fetch_or(kClosing, std::memory_order_acq_rel);
  for (std::uint64_t now = uses_.load(std::memory_order_acquire); now != kClosing;
       now = uses_.load(std::memory_order_acquire)) {
    uses_.wait(now, std::memory_order_acquire);
  }
  return CloseNow();
}

Status StoreCore::CloseNow() {
  const std::lock_guard lock(closing_mutex_);
  return store_->Close();
}

}  // namespace rookery::python
