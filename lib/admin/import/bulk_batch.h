// The messages of a bulk import: all of them are one load, which becomes visible when everything was read, or not at
// all.
//
// Where a message came from is told again only if it cannot keep its id; so what is remembered of it is a number, which
// the loader carries along, and the files by their numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "admin/import/pending_batch.h"
#include "rookery/bulk_loader.h"
#include "rookery/store.h"

namespace rookery::admin {

/// Used by one thread.
class BulkBatch {
 public:
  /// Told of a message that could not keep its id; an error ends the import.
  using TellRefused = std::function<Status(const Origin&, const BulkRefusal&)>;

  /// `options`: all but on_refused.
  BulkBatch(Store* store, BulkOptions options, TellRefused refused);

  /// The loader's answers, and those of making it; kInvalidArgument is of the message alone.
  Status Add(const NewMessage& message, const Origin& origin, IdCollision collision);
  Result<BulkReport> Finish();
  void Cancel() { loader_.reset(); }

 private:
  Status Begin();
  std::uint64_t TagOf(const Origin& origin);
  Origin OriginOf(std::uint64_t tag) const;

  struct File {
    std::shared_ptr<const std::string> path;
    std::string_view unit;
  };

  Store& store_;
  BulkOptions options_;
  const TellRefused refused_;
  std::vector<File> files_;
  Status stop_;  // why a refusal ended the import
  std::optional<BulkLoader> loader_;
};

}  // namespace rookery::admin
