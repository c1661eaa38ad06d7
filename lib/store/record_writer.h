// Writes and deletes records: reads the stored version, checks it, writes the next one, under the row's lock.
#pragma once

#include <optional>
#include <string_view>

#include "rookery/options.h"
#include "rookery/status.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/growing_rows.h"
#include "store/striped_locks.h"

namespace rookery::store {

/// Thread-safe.
class RecordWriter {
 public:
  RecordWriter(Context* context, const Catalog* catalog, Committer* committer, GrowingRows* growing_rows)
      : context_(*context), catalog_(*catalog), committer_(*committer), growing_rows_(*growing_rows) {}

  Result<Version> Put(std::string_view channel, std::string_view key, std::string_view value,
                      const PutOptions& options);
  Result<bool> Delete(std::string_view channel, std::string_view key, const DeleteOptions& options);

 private:
  Result<Version> TryPut(std::string_view channel, std::string_view key, std::string_view value,
                         const PutOptions& options, WriteAttempt* attempt);
  Result<bool> TryDelete(std::string_view channel, std::string_view key, const DeleteOptions& options,
                         WriteAttempt* attempt);
  /// The stored version of the row at `row_key`, nullopt if there is none.
  Result<std::optional<Version>> StoredVersion(ShardId shard, std::string_view channel, std::string_view key,
                                               std::string_view row_key) const;
  Status CheckExpected(const std::optional<Version>& expected, std::optional<Version> stored);

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  GrowingRows& growing_rows_;
  RowLocks locks_;
};

}  // namespace rookery::store
