#include "tests/torture/day_chat.h"

#include <algorithm>
#include <utility>

#include "tests/torture/rig.h"

namespace rookery::torture {

using SteadyClock = std::chrono::steady_clock;

DayChat::DayChat(Store* store, const Clock* clock, std::uint64_t seed, const std::vector<Chore>& chores)
    : store_(*store), clock_(*clock) {
  const auto add = [&](Status (DayChat::*step)(Random*)) {
    threads_.emplace_back([this, step, mine = RoundSeed(seed, threads_.size())] {
      Repeat(mine, [this, step](Random* random) { return (this->*step)(random); });
    });
  };
  for (std::size_t i = 0; i < kPosters; ++i) add(&DayChat::Post);
  add(&DayChat::Change);
  add(&DayChat::Read);
  add(&DayChat::Read);
  for (const Chore& chore : chores) threads_.emplace_back([this, chore] { Do(chore); });
}

void DayChat::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool DayChat::Wait(std::chrono::nanoseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return stop_ || !failure_.empty(); });
}

std::string DayChat::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

bool DayChat::Judge(const Status& status, std::string_view what) {
  if (status.code() == StatusCode::kBusy) ++busy_;
  if (status.ok() || status.code() == StatusCode::kBusy) return true;
  {
    const std::lock_guard lock(mutex_);
    if (failure_.empty()) failure_ = std::string(what) + ": " + status.ToString();
  }
  changed_.notify_all();
  return false;
}

void DayChat::Repeat(std::uint64_t seed, const std::function<Status(Random*)>& step) {
  Random random(seed);
  while (!stopping_ && Judge(step(&random), "traffic")) {
  }
}

std::size_t DayChat::AnyChannel(Random* random) {
  const double chosen = std::uniform_real_distribution<double>(0, 1)(*random);
  return static_cast<std::size_t>(chosen * chosen * chosen * static_cast<double>(kChannels));
}

MessageId DayChat::AnyId(std::size_t channel, Random* random) const {
  return MessageId{channels_[channel].ids[(*random)() % Channel::kRemembered].load(std::memory_order_relaxed)};
}

void DayChat::AwaitTurn(std::size_t posts) {
  constexpr std::chrono::milliseconds kMostToCatchUp{100};
  thread_local SteadyClock::time_point turn;
  const std::chrono::duration<double> part{static_cast<double>(posts * kPosters) / rate_};
  turn = std::max(turn, SteadyClock::now() - kMostToCatchUp) + std::chrono::duration_cast<SteadyClock::duration>(part);
  const auto wait = turn - SteadyClock::now();
  if (wait.count() > 0) static_cast<void>(Wait(wait));
}

Status DayChat::Post(Random* random) {
  constexpr std::size_t kLargest = 40'000;  // lies in a blob file
  static const std::string kText(kLargest, 'x');
  const std::size_t number = AnyChannel(random);
  const std::string name = ChannelName(number);
  const std::size_t count = (*random)() % 4 == 0 ? 1 + (*random)() % 32 : 1;
  std::vector<NewMessage> messages;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = (*random)() % 5'000 == 0 ? kLargest : 20 + (*random)() % 300;
    messages.push_back({.channel = name, .author = "ada", .content = std::string_view(kText).substr(0, size)});
  }
  AwaitTurn(count);
  const auto began = SteadyClock::now();
  const auto posted = store_.PostBatch(messages);
  if (!posted) return posted.error();
  posts_.Add(SteadyClock::now() - began);
  Channel& channel = channels_[number];
  for (const Posted& one : *posted) {
    channel.ids[channel.next.fetch_add(1, std::memory_order_relaxed) % Channel::kRemembered] = one.id.value;
  }
  posted_ += count;
  return {};
}

Status DayChat::Change(Random* random) {
  const std::size_t channel = AnyChannel(random);
  const MessageId id = AnyId(channel, random);
  if (!id.valid()) return {};
  if ((*random)() % 3 == 0) return store_.Delete(ChannelName(channel), id).status();
  const Status edited = store_.Edit(ChannelName(channel), id, {.content = "edited"}).status();
  return edited.code() == StatusCode::kNotFound ? Status() : edited;
}

Status DayChat::Read(Random* random) {
  const std::size_t channel = AnyChannel(random);
  const std::string name = ChannelName(channel);
  const auto began = SteadyClock::now();
  if ((*random)() % 2 == 0) {
    const auto page = store_.History(name, {.limit = 50});
    if (!page) return page.error();
  } else {
    const MessageId id = AnyId(channel, random);
    if (!id.valid()) return {};
    const auto message = store_.Get(name, id);
    if (!message) return message.error();
  }
  reads_.Add(SteadyClock::now() - began);
  return {};
}

void DayChat::Do(const Chore& chore) {
  Timestamp due = clock_.Now() + chore.every;
  while (Wait(std::chrono::milliseconds{1})) {
    if (clock_.Now() < due) continue;
    if (!Judge(chore.act(&store_), chore.name)) return;
    due = clock_.Now() + chore.every;
  }
}

}  // namespace rookery::torture
