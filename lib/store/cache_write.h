// What a write is to the read cache: collects the rows of one batch, announces them before the batch is committed, and
// tells what became of them when it goes out of scope.
//
// Hold the locks of the rows while it lives, as the writers do anyway: writes to one row are then told in the order of
// their commits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/lease.h"
#include "rookery/types.h"
#include "store/read_cache.h"

namespace rookery::store {

/// Owned by one thread. The channels' names must outlive it.
class CacheWrite {
 public:
  /// `cache`: null if there is none; then all of this does nothing.
  explicit CacheWrite(ReadCache* cache) : cache_(cache) {}
  ~CacheWrite();
  CacheWrite(const CacheWrite&) = delete;
  CacheWrite& operator=(const CacheWrite&) = delete;

  /// The batch stores this row (copied, if the cache wants it), a verified one. `is_new`: no message had this id
  /// before.
  void Stores(std::string_view channel, MessageId id, std::string_view row, bool is_new);
  void Deletes(std::string_view channel, MessageId id);

  /// Call right before the batch is given to the engine.
  void Begin();
  /// The batch is applied. Without this call it counts as failed, with unknown effect.
  void Committed() { committed_ = true; }

 private:
  struct Change {
    std::string_view channel;
    MessageId id;
    bool deletes;
    bool is_new;
    std::optional<std::string> row;  // none: nobody wanted it
  };
  /// The changes of one channel: [begin, end) of changes_.
  struct Group {
    std::size_t begin;
    std::size_t end;
    cache::WriteTicket ticket;
  };

  std::span<const Change> ChangesOf(const Group& group) const {
    return std::span(changes_).subspan(group.begin, group.end - group.begin);
  }
  bool WantsRow(std::string_view channel) const;
  void PutMessages(const Group& group);
  void EndWindow(const Group& group);

  ReadCache* const cache_;
  std::vector<Change> changes_;
  std::vector<std::uint64_t> rows_;  // the id of each change
  std::vector<Group> groups_;        // empty: not begun
  bool committed_ = false;
};

}  // namespace rookery::store
