#include "engine/rocksdb/manifest_edit.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "base/macros.h"
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

std::string EditThatRemoves(const ListedFile& table) {
  std::string edit;
  for (const std::uint64_t number : {kDeletedFile, std::uint64_t{table.level}, table.number}) {
    AppendVarint(&edit, number);
  }
  AppendVarint(&edit, kColumnFamily);
  AppendVarint(&edit, table.keyspace_number);
  return edit;
}

}  // namespace

Status CopyManifest(const std::filesystem::path& manifest, const std::filesystem::path& copy,
                    std::span<const ListedFile> tables, const crypto::KeyRing* keys) {
  RK_ASSIGN_OR_RETURN(LogWriter writer, LogWriter::Create(copy, keys));
  bool damaged = false;
  const LogVisitor visitor{.record =
                               [&](std::string_view record) {
                                 if (!damaged) writer.Add(record);
                               },
                           .damage = [&](const LogDamage& /*damage*/) { damaged = true; }};
  RK_TRY(ReadLog(manifest, keys, visitor).status());
  for (const ListedFile& table : tables) writer.Add(EditThatRemoves(table));
  return writer.Finish();
}

}  // namespace rookery::engine
