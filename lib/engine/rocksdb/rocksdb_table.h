// A sorted table of the RocksDB engine: an SST file outside of the database, with the options of its family, packed as
// the family's last level is.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>

#include <memory>
#include <string>

#include "engine/engine.h"

namespace rookery::engine {

class RocksTable final : public SortedTable {
 public:
  struct Parts {
    rocksdb::Options options;  // of the database and the family
    rocksdb::ColumnFamilyHandle* family;
    KeyspaceId keyspace;
    std::string path;
    std::string directory;  // the database's, for messages
  };
  static Result<std::unique_ptr<SortedTable>> Create(Parts parts);
  explicit RocksTable(Parts parts);
  ~RocksTable() override;

  Status Add(std::string_view key, std::string_view value) override;
  Status Finish() override;
  std::uint64_t byte_size() const override;
  Result<bool> Contains(std::string_view key) override;

  KeyspaceId keyspace() const { return parts_.keyspace; }
  const std::string& path() const { return parts_.path; }
  void CloseReader();

 private:
  const Parts parts_;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;  // until finished
  std::unique_ptr<rocksdb::SstFileReader> reader_;  // once something was looked up
  std::unique_ptr<rocksdb::Iterator> iterator_;     // of the reader
};

}  // namespace rookery::engine
