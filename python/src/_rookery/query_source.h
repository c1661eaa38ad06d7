// Streams of a query over a store that Python may close, and whose process may be forked, while they are read.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "columns/batch_stream.h"
#include "columns/message_query.h"
#include "columns/open_store.h"
#include "core.h"

namespace rookery::python {

/// The core as queries see it.
std::shared_ptr<const columns::OpenStore> SourceOf(std::shared_ptr<StoreCore> core);

/// A BatchStream that a forked child neither reads nor ends: its threads are the parent's. Used by one thread at a
/// time; Stop from any.
class QueryStream {
 public:
  /// REQUIRES: the thread does not hold the GIL, as for all that is here.
  static Result<std::unique_ptr<QueryStream>> New(std::shared_ptr<StoreCore> core, columns::MessageQuery query);
  ~QueryStream();
  QueryStream(const QueryStream&) = delete;
  QueryStream& operator=(const QueryStream&) = delete;

  Result<std::optional<columns::Batch>> Next(const columns::GoOn& go_on);
  void Stop();

 private:
  QueryStream(std::shared_ptr<StoreCore> core, std::unique_ptr<columns::BatchStream> stream)
      : core_(std::move(core)), stream_(std::move(stream)) {}

  const std::shared_ptr<StoreCore> core_;
  std::mutex mutex_;
  std::unique_ptr<columns::BatchStream> stream_;
};

}  // namespace rookery::python
