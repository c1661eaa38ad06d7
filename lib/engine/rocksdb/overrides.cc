#include "engine/rocksdb/overrides.h"

#include <rocksdb/convenience.h>
#include <rocksdb/options.h>

#include "base/text.h"

namespace rookery::engine {
namespace {

enum class Answer { kTaken, kUnknownName, kBadValue };

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
Answer Try(const std::string& name, const std::string& value) {
  RocksOptions scratch;
  if (Apply(Strict(), {{name, value}}, &scratch).ok()) return Answer::kTaken;
  rocksdb::ConfigOptions lenient = Strict();
  lenient.ignore_unknown_options = true;
  return Apply(lenient, {{name, value}}, &scratch).ok() ? Answer::kUnknownName : Answer::kBadValue;
}

Status Checked(const rocksdb::Status& status) {
  if (status.ok()) return {};
  return {StatusCode::kInvalidArgument, "tuning.overrides: RocksDB rejects them: " + status.ToString()};
}

}  // namespace

Result<Overrides> Overrides::Parse(const std::map<std::string, std::string>& options) {
  Overrides overrides;
  for (const auto& [name, value] : options) {
    const Answer database = Try<rocksdb::DBOptions>(name, value);
    const Answer family = Try<rocksdb::ColumnFamilyOptions>(name, value);
    if (database == Answer::kTaken) {
      overrides.database_.emplace(name, value);
    } else if (family == Answer::kTaken) {
      overrides.family_.emplace(name, value);
    } else if (database == Answer::kUnknownName && family == Answer::kUnknownName) {
      return Status(StatusCode::kInvalidArgument,
                    "tuning.overrides: RocksDB has no option " + base::Quoted(name) + "; check its spelling");
    } else {
      return Status(StatusCode::kInvalidArgument, "tuning.overrides: RocksDB cannot read the value " +
                                                      base::Quoted(value) + " of option " + base::Quoted(name));
    }
  }
  return overrides;
}

Status Overrides::ApplyTo(rocksdb::DBOptions* options) const { return Checked(Apply(Strict(), database_, options)); }

Status Overrides::ApplyTo(rocksdb::ColumnFamilyOptions* options) const {
  return Checked(Apply(Strict(), family_, options));
}

}  // namespace rookery::engine
