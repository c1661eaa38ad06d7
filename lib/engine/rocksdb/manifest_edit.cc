#include "engine/rocksdb/manifest_edit.h"

#include <cstdint>
#include <string>

#include "engine/rocksdb/log_format.h"

namespace rookery::engine {
namespace {

// What stands before a number in RocksDB's VersionEdit.
constexpr std::uint64_t kDeletedFile = 6;
constexpr std::uint64_t kColumnFamily = 200;

void AppendVarint(std::string* to, std::uint64_t value) {
  constexpr std::uint64_t kMore = 0x80;
  for (; value >= kMore; value >>= 7U) to->push_back(static_cast<char>(value | kMore));
  to->push_back(static_cast<char>(value));
}

}  // namespace

Status RemoveFromManifest(const std::filesystem::path& manifest, std::span<const ListedFile> tables) {
  if (tables.empty()) return {};
  LogWriter writer(manifest);
  for (const ListedFile& table : tables) {
    std::string edit;
    for (const std::uint64_t number : {kDeletedFile, std::uint64_t{table.level}, table.number}) {
      AppendVarint(&edit, number);
    }
    AppendVarint(&edit, kColumnFamily);
    AppendVarint(&edit, table.keyspace_number);
    writer.Add(edit);
  }
  return writer.Finish();
}

}  // namespace rookery::engine
