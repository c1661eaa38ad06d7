#include "engine/rocksdb/overrides.h"

#include <rocksdb/convenience.h>
#include <rocksdb/options.h>

#include "base/text.h"

namespace rookery::engine {
namespace {

rocksdb::ConfigOptions Strict() {
  rocksdb::ConfigOptions config;
  config.ignore_unknown_options = false;
  config.input_strings_escaped = false;
  return config;
}

rocksdb::Status Apply(const rocksdb::ConfigOptions& config, const std::unordered_map<std::string, std::string>& from,
                      rocksdb::DBOptions* to) {
  return rocksdb::GetDBOptionsFromMap(config, rocksdb::DBOptions(*to), from, to);
}

rocksdb::Status Apply(const rocksdb::ConfigOptions& config, const std::unordered_map<std::string, std::string>& from,
                      rocksdb::ColumnFamilyOptions* to) {
  return rocksdb::GetColumnFamilyOptionsFromMap(config, rocksdb::ColumnFamilyOptions(*to), from, to);
}

/// What RocksDB says to one option of the database (DBOptions) or of a family (ColumnFamilyOptions).
template <typename RocksOptions>
rocksdb::Status Try(const std::string& name, const std::string& value) {
  RocksOptions scratch;
  return Apply(Strict(), {{name, value}}, &scratch);
}

bool KnowsName(const rocksdb::Status& status) {
  return status.ToString().find("Could not find option") == std::string::npos;
}

Status Checked(const rocksdb::Status& status) {
  if (status.ok()) return {};
  return {StatusCode::kInvalidArgument, "tuning.overrides: RocksDB rejects them: " + status.ToString()};
}

}  // namespace

Result<Overrides> Overrides::Parse(const std::map<std::string, std::string>& options) {
  Overrides overrides;
  for (const auto& [name, value] : options) {
    const rocksdb::Status database = Try<rocksdb::DBOptions>(name, value);
    const rocksdb::Status family = Try<rocksdb::ColumnFamilyOptions>(name, value);
    if (database.ok()) {
      overrides.database_.emplace(name, value);
    } else if (family.ok()) {
      overrides.family_.emplace(name, value);
    } else {
      const rocksdb::Status& reason = KnowsName(database) ? database : family;
      return Status(StatusCode::kInvalidArgument, "tuning.overrides: RocksDB has no option " + base::Quoted(name) +
                                                      " that can be " + base::Quoted(value) +
                                                      "; check name and value (" + reason.ToString() + ")");
    }
  }
  return overrides;
}

Status Overrides::ApplyTo(rocksdb::DBOptions* options) const { return Checked(Apply(Strict(), database_, options)); }

Status Overrides::ApplyTo(rocksdb::ColumnFamilyOptions* options) const {
  return Checked(Apply(Strict(), family_, options));
}

}  // namespace rookery::engine
