// The answer to a query, batch by batch: built by threads of its own where shards can be read side by side, else by the
// caller's.
//
// Memory is bounded: a batch for each thread, under construction or waiting, and what the caller holds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "columns/batch.h"
#include "columns/message_query.h"
#include "columns/open_store.h"
#include "columns/row_reader.h"
#include "rookery/status.h"

namespace rookery::columns {

/// Owned by one thread, but Stop may be called from any. Its destructor stops and joins its threads.
class BatchStream {
 public:
  /// Takes the state of the store that it will answer from.
  static Result<std::unique_ptr<BatchStream>> New(std::shared_ptr<const OpenStore> store, MessageQuery query);

  virtual ~BatchStream() = default;

  /// nullopt: there are no more. `go_on` is asked about ten times a second, on this thread, while the call waits or
  /// works; when it says no, the call answers kInterrupted. After an error the stream has ended. kClosed: the store was
  /// closed.
  virtual Result<std::optional<Batch>> Next(const GoOn& go_on) = 0;
  /// Ends the work of its threads; a call of Next that waits, and all later ones, answer kInterrupted.
  virtual void Stop() = 0;
};

/// The number of messages that the query would give.
Result<std::uint64_t> Count(std::shared_ptr<const OpenStore> store, MessageQuery query, const GoOn& go_on);

}  // namespace rookery::columns
