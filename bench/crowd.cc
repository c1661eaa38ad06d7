#include "bench/crowd.h"

#include <algorithm>
#include <utility>

#include "bench/clocks.h"

namespace rookery::bench {

Crowd::Crowd(std::size_t size, std::function<void(std::size_t)> act) : act_(std::move(act)), acts_(size) {
  for (std::size_t member = 0; member < size; ++member) {
    threads_.emplace_back([this, member] { Live(member); });
  }
}

Crowd::~Crowd() {
  leaving_ = true;
  gate_.fetch_add(1);
  gate_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

const std::vector<Crowd::Act>& Crowd::Release() {
  AwaitAll();
  waiting_ = 0;
  opened_ = WallNanoseconds();
  gate_.fetch_add(1);
  gate_.notify_all();
  AwaitAll();
  if (failure_ != nullptr) std::rethrow_exception(std::exchange(failure_, nullptr));
  return acts_;
}

void Crowd::Live(std::size_t member) {
  for (std::uint32_t opened = 0;; ++opened) {
    // Only the last one wakes whoever waits for all.
    if (waiting_.fetch_add(1) + 1 == acts_.size()) waiting_.notify_one();
    gate_.wait(opened);
    if (leaving_) return;
    RunAct(member);
  }
}

void Crowd::RunAct(std::size_t member) {
  const std::int64_t begin = WallNanoseconds();
  try {
    act_(member);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
  }
  acts_[member] = {begin - opened_, WallNanoseconds() - opened_};
}

void Crowd::AwaitAll() {
  for (std::uint32_t count = waiting_; count != acts_.size(); count = waiting_) waiting_.wait(count);
}

std::int64_t FirstDone(const std::vector<Crowd::Act>& acts) {
  return std::min_element(acts.begin(), acts.end(), [](const auto& a, const auto& b) { return a.end < b.end; })->end;
}

std::int64_t LastDone(const std::vector<Crowd::Act>& acts) {
  return std::max_element(acts.begin(), acts.end(), [](const auto& a, const auto& b) { return a.end < b.end; })->end;
}

}  // namespace rookery::bench
