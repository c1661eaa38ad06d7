// Reads many messages at once through the cache, as of one state of the store.
//
// What the cache has is taken, the rest is read in one go, with single flights for each message. That what was taken at
// different moments is of one state is proved afterwards: no lease has moved since before the first look. Where one
// has, everything is read from the engine at one snapshot.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/read_cache.h"

namespace rookery::store {

/// For one call. Owned by one thread.
class ManyReader {
 public:
  using Messages = std::vector<std::optional<Message>>;
  /// Reads these from the engine, as of one state.
  using Load = std::function<Result<Messages>(std::span<const MessageKey> keys)>;

  /// `keys` must outlive it.
  ManyReader(ReadCache* cache, std::span<const MessageKey> keys);

  Result<Messages> Read(const ReadOptions& options, const Load& load);

 private:
  struct Wanted {
    cache::Key key;
    cache::Key channel;
    cache::Lease lease;
  };
  struct Missing {
    std::size_t index;
    ReadCache::MessageSeat seat;
  };

  Result<Messages> LoadAll(const Load& load);
  /// Takes what the cache has, and a seat for each of the others. False if a write is under way.
  bool Look();
  Status LoadLed(const Load& load);
  /// Takes what others read. False if one of them brought nothing.
  Result<bool> AwaitOthers(const ReadOptions& options);
  bool IsOneState() const;

  ReadCache& cache_;
  const std::span<const MessageKey> keys_;
  std::deque<CacheKeyBytes> bytes_;
  std::vector<Wanted> wanted_;
  std::vector<Missing> missing_;
  Messages messages_;
};

}  // namespace rookery::store
