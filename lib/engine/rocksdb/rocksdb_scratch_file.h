// A scratch file in the environment of a database, so that it shares its disk, its modes and its faults.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "engine/intake.h"

namespace rookery::engine {

class RocksScratchFile final : public ScratchFile {
 public:
  /// `directory`: the database's, for messages.
  static Result<std::unique_ptr<ScratchFile>> Create(rocksdb::Env* env, std::string path, std::string directory);
  RocksScratchFile(rocksdb::Env* env, std::string path, std::string directory)
      : env_(*env), path_(std::move(path)), directory_(std::move(directory)) {}
  ~RocksScratchFile() override;

  Status Append(std::string_view bytes) override;
  Status Seal() override;
  Result<std::string_view> Read(std::uint64_t offset, std::span<char> buffer) const override;

 private:
  rocksdb::Env& env_;
  const std::string path_;
  const std::string directory_;
  std::unique_ptr<rocksdb::WritableFile> writer_;  // until sealed
  std::unique_ptr<rocksdb::RandomAccessFile> reader_;
};

}  // namespace rookery::engine
