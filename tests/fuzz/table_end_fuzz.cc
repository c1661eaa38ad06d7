// ReadTableEnd: whatever bytes a table has, the answer is one of its sentences, and reads lie within the file.
#include <xxhash.h>

#include <fstream>

#include "engine/rocksdb/rocksdb_engine.h"
#include "engine/rocksdb/table_end.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/temp_dir.h"

using rookery::testing::FuzzCheck;

namespace engine = rookery::engine;

namespace {

std::string DamageOf(std::string_view table) {
  const auto read = [table](std::uint64_t offset, std::size_t size, std::string* bytes) {
    FuzzCheck(offset <= table.size() && size <= table.size() - offset, "it reads within the file");
    *bytes = table.substr(offset, size);
    return true;
  };
  const engine::TableEnd end = engine::ReadTableEnd(table.size(), read);
  FuzzCheck(!end.damage.empty() || table.substr(end.begin) == end.bytes, "it has the end of the file");
  return end.damage;
}

void AppendVarint(std::uint64_t number, std::string* bytes) {
  for (; number >= 0x80; number >>= 7U) bytes->push_back(static_cast<char>(number | 0x80U));
  bytes->push_back(static_cast<char>(number));
}
void AppendFixed(std::uint64_t number, int size, std::string* bytes) {
  for (int i = 0; i < size; ++i) bytes->push_back(static_cast<char>(number >> (8 * i)));
}

/// A table that has this meta index, with a checksum that is right.
std::string WithMetaIndex(std::string_view block) {
  std::string table(block);
  AppendFixed(0, 1, &table);
  AppendFixed(static_cast<std::uint32_t>(XXH3_64bits(block.data(), block.size())), 4, &table);
  std::string foot("\4");
  AppendVarint(0, &foot);
  AppendVarint(block.size(), &foot);
  foot.resize(41);
  AppendFixed(5, 4, &foot);
  AppendFixed(0x88E241B785F4CFF7, 8, &foot);
  return table + foot;
}

std::string AnyTable() {
  const rookery::testing::TempDir directory;
  engine::RocksDbOptions options;
  options.mode = engine::RocksDbOptions::Mode::kCreate;
  options.prefix = {"fuzz", [](std::string_view) { return std::size_t{0}; }};
  options.block_cache_bytes = std::size_t{1} << 20;
  options.write_buffer_bytes = std::size_t{1} << 20;
  auto made = engine::OpenRocksDbEngine(directory / "db", options).value();
  FuzzCheck(made->CreateKeyspaces(std::vector<std::string>{"main"}).ok(), "a keyspace can be made");
  const auto batch = made->NewBatch();
  batch->Put(*made->FindKeyspace("main"), "key", "value");
  FuzzCheck(made->Write(*batch, false).ok() && made->Flush().ok() && made->Close().ok(), "a row can be written");
  for (const auto& entry : std::filesystem::directory_iterator(directory / "db")) {
    std::ifstream in(entry.path(), std::ios::binary);
    if (entry.path().extension() == ".sst") return {std::istreambuf_iterator<char>(in), {}};
  }
  FuzzCheck(false, "there is a table");
  return "";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  static_cast<void>(DamageOf(input));
  FuzzCheck(DamageOf(WithMetaIndex(input)) != "its foot is damaged", "the foot is right");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  const std::string table = AnyTable();
  FuzzCheck(DamageOf(table).empty(), "a table that was just made is whole");
  std::string entry(1, '\0');
  AppendVarint(18, &entry);
  AppendVarint(2, &entry);
  entry += "rocksdb.properties";
  AppendVarint(0, &entry);
  AppendVarint(0, &entry);
  AppendFixed(0, 4, &entry);
  AppendFixed(1, 4, &entry);
  return {table, entry};
}
