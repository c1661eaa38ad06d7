// Stores as they lie on disk when nobody has them open, for rigs that harm copies of them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rookery/store.h"
#include "tests/torture/rows.h"

namespace rookery::torture {

struct SourceStore {
  std::filesystem::path path;
  Rows rows;                                     // what it holds
  std::multimap<std::string, std::string> past;  // all texts that its rows ever had
  std::vector<std::filesystem::path> older;      // the same store, as it was before
};

/// Small, so that logs are changed and memory is flushed all the time.
StoreOptions SmallStore(std::shared_ptr<const Clock> clock);

/// Three states of one store, with messages, edits, deletions, records, attachments and rows in blob files: with its
/// log, as if its process had been killed; the same with several logs, while a flush was under way; and closed.
/// Makes them in `directory`. Throws std::runtime_error.
std::vector<SourceStore> MakeSourceStores(const std::filesystem::path& directory);

/// A set with two backups of one store.
struct SourceBackups {
  struct Backup {
    std::string name;
    Rows rows;  // what the store held
  };
  std::filesystem::path set;
  std::vector<Backup> backups;
};

/// Of a store such as the ones above; makes it in `directory`. Throws std::runtime_error.
SourceBackups MakeSourceBackups(const std::filesystem::path& directory);

}  // namespace rookery::torture
