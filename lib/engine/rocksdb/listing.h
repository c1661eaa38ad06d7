// What the manifest of a database says that it consists of, read without changing anything, also if much of it is
// damaged or missing; and whether a file of it is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/status.h"

namespace rookery::engine {

/// A table or a blob file that the manifest names.
struct ListedFile {
  std::string name;  // such as "000012.sst"
  std::string keyspace;
  std::uint32_t keyspace_number = 0;  // RocksDB's
  bool is_blob = false;
  std::uint32_t level = 0;
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;  // that it has to have
  std::uint64_t rows = 0;   // about
  // The first and the last key in it; empty of a blob file.
  std::string smallest = {};
  std::string largest = {};
};

struct Listing {
  std::vector<std::string> keyspaces = {};
  std::vector<ListedFile> files = {};  // by number
  std::uint64_t oldest_log = 0;        // what logs with lower numbers had is in these; 0: it is not known
  std::uint64_t position = 0;          // how far they have come
};

/// kCorruption: CURRENT or MANIFEST is missing or damaged. kPermission, kIoError: the system does not let them be read.
Result<Listing> ListRocksDb(const std::filesystem::path& directory, const RocksDbOptions& options);

/// How much of a file is read.
enum class FileCheck : std::uint8_t {
  kSize,    // whether it is there and has the size that it has to have
  kOpens,   // and whether it can be opened
  kBlocks,  // all of it: each block's checksum
};

/// A place in a file, and what is wrong with it.
struct FileProblem {
  std::string what;
  std::string key = {};    // of a blob file's row; empty: not of one row
  bool of_access = false;  // the system does not let the file be read: it may be whole
};

/// All that is wrong with the file; empty: nothing.
std::vector<FileProblem> CheckListedFile(const std::filesystem::path& directory, const ListedFile& file,
                                         FileCheck check, const RocksDbOptions& options);

}  // namespace rookery::engine
