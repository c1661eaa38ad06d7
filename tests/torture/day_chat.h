// The traffic of rig "day": threads that post, edit, delete and read as fast as they can, and one for each of a store's
// chores. All time is that of a clock which goes faster than the world's.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "rookery/store.h"
#include "tests/torture/gauges.h"

namespace rookery::torture {

/// As if a day went by in minutes. Thread-safe.
class FastClock final : public Clock {
 public:
  explicit FastClock(double speed) : speed_(speed), began_(std::chrono::steady_clock::now()) {}
  Timestamp Now() const noexcept override {
    const std::chrono::duration<double, std::milli> real = std::chrono::steady_clock::now() - began_;
    return Timestamp{kStart + std::chrono::milliseconds{static_cast<std::int64_t>(real.count() * speed_)}};
  }

 private:
  static constexpr std::chrono::milliseconds kStart{1'700'000'000'000};
  const double speed_;
  const std::chrono::steady_clock::time_point began_;
};

class DayChat {
 public:
  /// Something that is done to the store now and then, beside the traffic and the other chores.
  struct Chore {
    std::string_view name;
    std::chrono::milliseconds every;  // of the store's clock
    std::function<Status(Store* store)> act;
  };

  static constexpr std::size_t kChannels = 100;
  static constexpr std::size_t kPosters = 2;
  /// So many messages may be stored and not yet counted by posted().
  static constexpr std::uint64_t kMostUncounted = 128;

  /// `store` and `clock` outlive it.
  DayChat(Store* store, const Clock* clock, std::uint64_t seed, const std::vector<Chore>& chores);
  ~DayChat() { Stop(); }
  DayChat(const DayChat&) = delete;
  DayChat& operator=(const DayChat&) = delete;

  void Stop();
  /// So many posts a second from now on, if the machine can do as much.
  void SetRate(double posts_per_second) { rate_ = posts_per_second; }
  /// Waits so long, or until something has failed: false.
  bool Wait(std::chrono::nanoseconds time);
  /// What failed first; empty: nothing.
  std::string failure() const;

  static std::string ChannelName(std::size_t channel) { return "c/" + std::to_string(channel); }
  std::uint64_t posted() const { return posted_; }
  /// Calls that answered kBusy: the engine was behind for as long as they may wait.
  std::uint64_t busy() const { return busy_; }
  LatencyTally& posts() { return posts_; }
  LatencyTally& reads() { return reads_; }

 private:
  using Random = std::mt19937_64;
  struct Channel {
    static constexpr std::size_t kRemembered = 64;
    std::array<std::atomic<std::uint64_t>, kRemembered> ids{};  // of the last ones, in turn
    std::atomic<std::uint64_t> next{0};
  };

  /// Calls `step` until Stop, or until it fails.
  void Repeat(std::uint64_t seed, const std::function<Status(Random*)>& step);
  Status Post(Random* random);
  /// Waits until a poster may post so many more.
  void AwaitTurn(std::size_t posts);
  Status Change(Random* random);
  Status Read(Random* random);
  void Do(const Chore& chore);
  /// Few channels are busy, most are not.
  static std::size_t AnyChannel(Random* random);
  /// Of a message that was posted lately, and may be gone; 0: none.
  MessageId AnyId(std::size_t channel, Random* random) const;
  /// False if it failed. Busy is none.
  bool Judge(const Status& status, std::string_view what);

  Store& store_;
  const Clock& clock_;
  std::array<Channel, kChannels> channels_;
  std::atomic<double> rate_{1000};
  std::atomic<std::uint64_t> posted_{0};
  std::atomic<std::uint64_t> busy_{0};
  LatencyTally posts_;
  LatencyTally reads_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;    // guarded by mutex_
  std::string failure_;  // guarded by mutex_
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace rookery::torture
