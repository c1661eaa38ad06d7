#include "engine/rocksdb/options_file.h"

#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/options_util.h>

#include <algorithm>
#include <memory>
#include <system_error>

#include "engine/rocksdb/environment.h"

namespace rookery::engine {
namespace {

std::vector<std::string> OptionsFilesIn(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name.starts_with("OPTIONS-") && !name.ends_with(".dbtmp")) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

bool HasOptionsFile(const std::filesystem::path& directory) { return !OptionsFilesIn(directory).empty(); }

std::vector<std::string> DamagedOptionsFiles(const std::filesystem::path& directory, std::size_t families,
                                             const RocksDbOptions& options) {
  const std::unique_ptr<rocksdb::Env> env = NewEnvironment(options, {});
  std::vector<std::string> damaged;
  const std::vector<std::string> names = OptionsFilesIn(directory);
  for (const std::string& name : names) {
    rocksdb::ConfigOptions config;
    config.env = env.get();
    config.ignore_unsupported_options = true;  // objects that only the engine knows, such as its prefix rule
    rocksdb::DBOptions database;
    std::vector<rocksdb::ColumnFamilyDescriptor> read;
    const bool ok = rocksdb::LoadOptionsFromFile(config, (directory / name).string(), &database, &read).ok();
    if (!ok || (name == names.back() && read.size() < families)) damaged.push_back(name);
  }
  return damaged;
}

}  // namespace rookery::engine
