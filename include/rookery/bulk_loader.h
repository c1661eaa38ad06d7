// Loading many messages at once: sorted and written as finished files, then made visible all together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "rookery/export.h"
#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {

enum class BulkPhase : std::uint8_t {
  kAdding,      // messages are taken, sorted and spilled
  kWriting,     // they are compared with what is stored and written in their final order
  kPublishing,  // they become visible
};
ROOKERY_EXPORT std::string_view BulkPhaseName(BulkPhase phase);

/// How the load's files are compressed until a compaction writes their rows again.
enum class BulkPacking : std::uint8_t {
  kFast,   // LZ4: the least time; half as large again as kSmall, about, and smaller than what posts leave behind at
           // first
  kSmall,  // as Store::Compact would leave them: a load takes up to twice as long
};

struct BulkProgress {
  BulkPhase phase = BulkPhase::kAdding;
  std::uint64_t messages = 0;        // added, or written, so far
  std::uint64_t total_messages = 0;  // to be written; 0 while adding
  std::uint64_t bytes = 0;           // keys and values of those messages
};

/// A message that could not keep its id, with IdCollision::kFail. The view lives during the call only.
struct BulkRefusal {
  std::string_view channel;
  MessageId id;
  std::uint64_t index = 0;  // of the message: 0 for the first that was added
  std::uint64_t tag = 0;    // as given with it
};

struct ROOKERY_EXPORT BulkOptions {
  /// What the loader may use for sorting, merging and writing, about; 8 MiB to 1 TiB, taken as it is needed. What does
  /// not fit goes to files in the store's directory, as much as the messages' keys and values. Default: the loaders'
  /// part of StoreOptions::memory, which is 64 MiB unless that was given.
  std::optional<std::size_t> memory_bytes = {};
  IdCollision id_collision = IdCollision::kFail;
  BulkPacking packing = BulkPacking::kFast;
  /// Called about ten times a second by the thread that is in Add or Finish; false stops the call, which then answers
  /// kInterrupted, and cancels the load.
  std::function<bool(const BulkProgress&)> progress = {};
  /// Called by Finish for each message whose id is taken by a different one; true leaves the message out and goes on,
  /// false ends the load with kAlreadyExists, as does every such message without it. If others' posts have taken the id
  /// in the last moments, when posts are held, the message is left out and told once the load is stored: then the
  /// answer no longer ends it.
  std::function<bool(const BulkRefusal&)> on_refused = {};

  /// kInvalidArgument naming the first bad field, or OK.
  Status Validate() const;
};

struct BulkMessageOptions {
  IdCollision id_collision = IdCollision::kFail;
  std::uint64_t tag = 0;  // given back with a refusal
};

/// What became of the messages that were added: their number is the sum of posted, existed and refused.
struct BulkReport {
  std::uint64_t posted = 0;
  std::uint64_t existed = 0;  // were stored, or added, before: the same nonce, or the same id and message
  std::uint64_t renamed = 0;  // of the posted ones: took a higher id than they brought
  std::uint64_t refused = 0;  // left out by on_refused
};

/// A load of many messages, made by Store::BulkLoader. One PostBatch of all messages that were added, in the order in
/// which they were, gives the same store; but a load is about three times as fast, its size is bounded by the disk
/// only, and it is on disk when Finish returns, whatever the store's durability.
///
/// In a store with several cells that holds of each cell's messages by themselves: Finish goes from cell to cell.
///
/// Nothing is visible before Finish, and then all at once. Readers are never blocked; other writers wait for the last
/// step of Finish, in which what they wrote last is flushed and the new files are entered: some milliseconds a shard.
/// Messages that others post meanwhile are looked at again. The destructor, Cancel and an error of Finish leave nothing
/// behind; what a crash leaves is removed when the store is next opened for writing.
///
/// Thread-compatible: one thread at a time. It uses threads of its own. One load at a time can be under way in a store.
class ROOKERY_EXPORT BulkLoader {
 public:
  BulkLoader(BulkLoader&&) noexcept;
  BulkLoader& operator=(BulkLoader&&) noexcept;
  ~BulkLoader();

  /// Takes a message, with all that it refers to. kInvalidArgument: a bad one; kUnsupported: its channel is spread over
  /// several shards; the load goes on without it. Any other error ends the load: kNoSpace and kIoError (spilling),
  /// kBusy (see Store::Post), kInterrupted, kClosed.
  Status Add(const NewMessage& message);
  Status Add(const NewMessage& message, const BulkMessageOptions& options);
  /// All or, if one of them is bad, none.
  Status Add(std::span<const NewMessage> messages);

  /// Writes everything and makes it visible. The load has ended then, also after an error: kAlreadyExists: an id is
  /// taken (see BulkOptions::id_collision); kUnsupported: more ids are wanted by several messages than a load can
  /// settle (docs/writing.md), post the messages instead; kNoSpace, kIoError, kCorruption, kUnavailable, kInterrupted,
  /// kClosed.
  Result<BulkReport> Finish();
  /// Ends the load without a trace. No effect on one that has ended.
  void Cancel();

 private:
  friend class Store;
  struct State;
  explicit BulkLoader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rookery
