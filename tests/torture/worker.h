// A rig's rounds in child processes: harm that ends a process is a finding, and the next round goes on.
#pragma once

#include <sys/mman.h>

#include <functional>
#include <new>
#include <string>
#include <type_traits>

namespace rookery::torture {

/// A T that a process has together with the children that it forks.
template <typename T>
class Shared {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Shared()
      : value_(static_cast<T*>(::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    if (value_ == MAP_FAILED) throw std::bad_alloc();
    new (value_) T{};
  }
  ~Shared() { ::munmap(value_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  T* operator->() const { return value_; }
  T& operator*() const { return *value_; }

 private:
  T* const value_;
};

/// Text in shared memory; what is too long is cut.
class SharedText {
 public:
  void Set(const std::string& text) { bytes_[text.copy(bytes_, sizeof bytes_ - 1)] = '\0'; }
  std::string Get() const { return bytes_; }

 private:
  char bytes_[2000] = {};
};

/// Forks, and ends the child after `work`. Empty, or what the child died of, as "signal 6 (Aborted)"; an exception is
/// "failed: what". A child that takes longer than ::alarm, which `work` may set, is said to hang.
/// REQUIRES: this process has no other threads that matter to `work`, such as those of an engine.
std::string RunInChild(const std::function<void()>& work);

}  // namespace rookery::torture
