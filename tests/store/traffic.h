// Writers and readers on one store, who check all that they read: each channel holds consecutive numbers, so that
// whatever is missing, there twice, or too old shows.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "rookery/store.h"

namespace rookery::testing {

class Traffic {
 public:
  struct Options {
    std::size_t channels = 60;
    std::size_t writers = 2;
    std::size_t readers = 4;
    std::uint64_t seed = 0;
    /// What a channel holds, and how many channels are begun, before nothing is added any more: a fast writer must not
    /// outrun what the test waits for.
    std::uint64_t most_living = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t most_begun = std::numeric_limits<std::uint64_t>::max();
    /// Told what was acknowledged: channel, the newest number, and the oldest one that is not deleted (before the
    /// delete). From any writer.
    std::function<void(std::size_t channel, std::uint64_t newest, std::uint64_t oldest)> acknowledged = {};
    /// Told of each channel that nobody has written to before, once its message and its record are stored.
    std::function<void(std::string_view channel)> began = {};
    /// Told once what is wrong.
    std::function<void(std::string_view what)> failed = {};
  };

  /// What is in the channels already is read. The store outlives it.
  Traffic(Store* store, Options options);
  ~Traffic() { Stop(); }
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  /// One message into each channel that has none.
  void Seed();
  void Start();
  void Stop();
  /// Everything, while nobody writes.
  void CheckAll();
  /// Empty: nothing is wrong.
  std::string error() const;

  /// Of those that were begun by this traffic.
  std::vector<std::string> begun() const;
  static std::string ChannelName(std::size_t channel);
  /// The numbers that the channel holds, newest first.
  static Result<std::vector<std::uint64_t>> NumbersIn(const Store& store, const std::string& channel);

 private:
  /// A channel, of which one writer knows what is in it.
  struct Track {
    std::size_t number = 0;
    std::string name;
    std::mutex mutex;
    std::vector<MessageId> ids;  // guarded by mutex; from `first` on
    std::uint64_t first = 1;
    std::atomic<std::uint64_t> newest{0};  // acknowledged
    std::atomic<std::uint64_t> oldest{1};  // that is not deleted; raised before the delete
    std::atomic<std::uint64_t> record{0};  // acknowledged
  };

  void Recall(Track* track);
  /// A channel that nobody has written to before, with one message and one record.
  void BeginChannel(std::size_t writer, std::size_t number);
  void Write(std::size_t writer);
  void PostSome(Track* track, std::size_t count);
  void DeleteOldest(Track* track);
  void Edit(Track* track);
  void Count(Track* track);
  void Read(std::size_t reader);
  void ReadOne(Track* track, std::uint64_t random);
  void ReadRecord(const Track& track);
  void ReadNewest(const Track& track);
  void ReadAll(const Track& track);
  static MessageId IdOf(Track* track, std::uint64_t number);
  void Tell(const Track& track) const;
  void Fail(const std::string& what);
  /// True: it is not OK, and was told.
  bool Failed(const Status& status, std::string_view what);

  Store& store_;
  const Options options_;
  std::deque<Track> tracks_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::string error_;               // guarded by mutex_
  std::vector<std::string> begun_;  // guarded by mutex_; channels
};

}  // namespace rookery::testing
