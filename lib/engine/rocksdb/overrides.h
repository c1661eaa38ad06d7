// Options of RocksDB given by their own names: each belongs to the database or to its column families.
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "rookery/status.h"

namespace rocksdb {
struct ColumnFamilyOptions;
struct DBOptions;
}  // namespace rocksdb

namespace rookery::engine {

/// Checked options by name. Immutable.
class Overrides {
 public:
  /// kInvalidArgument naming the first option that RocksDB does not know or whose value it cannot read.
  static Result<Overrides> Parse(const std::map<std::string, std::string>& options);

  /// kInvalidArgument if the options do not go together with what `options` has.
  Status ApplyTo(rocksdb::DBOptions* options) const;
  Status ApplyTo(rocksdb::ColumnFamilyOptions* options) const;

 private:
  using Options = std::unordered_map<std::string, std::string>;
  Options database_;
  Options family_;
};

}  // namespace rookery::engine
