#include "columns/batch_stream.h"

#include <utility>

#include "columns/caller_stream.h"
#include "columns/thread_stream.h"

namespace rookery::columns {

Result<std::unique_ptr<BatchStream>> BatchStream::New(std::shared_ptr<const OpenStore> store, MessageQuery query) {
  auto shared = SharedScan::New(std::move(store), std::move(query));
  if (!shared) return std::move(shared).error();
  const QueryPlan& plan = (*shared)->plan();
  const std::size_t threads = ThreadStream::ThreadsFor((*shared)->shards());
  std::unique_ptr<BatchStream> stream;
  // A thread beside the caller's gains nothing where there is one processor.
  if (plan.visits == Visits::kSideBySide && !plan.empty && threads > 1) {
    stream = std::make_unique<ThreadStream>(*std::move(shared), threads);
  } else {
    stream = std::make_unique<CallerStream>(*std::move(shared));
  }
  return stream;
}

Result<std::uint64_t> Count(std::shared_ptr<const OpenStore> store, MessageQuery query, const GoOn& go_on) {
  query.columns.clear();
  auto stream = BatchStream::New(std::move(store), std::move(query));
  if (!stream) return std::move(stream).error();
  std::uint64_t rows = 0;
  for (;;) {
    auto batch = (*stream)->Next(go_on);
    if (!batch) return std::move(batch).error();
    if (!*batch) return rows;
    rows += static_cast<std::uint64_t>((*batch)->rows());
  }
}

}  // namespace rookery::columns
