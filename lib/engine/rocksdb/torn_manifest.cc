#include "engine/rocksdb/torn_manifest.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "engine/rocksdb/log_format.h"

namespace rookery::engine {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::size_t kPiece = std::size_t{1} << 20;

/// The beginning of a file.
class Beginning final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  Beginning(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t bytes)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(bytes) {}

  IOStatus Read(std::size_t count, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, left_));
    IOStatus status = target()->Read(wanted, options, result, scratch, debug);
    if (status.ok()) left_ -= result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t count) override {
    const std::uint64_t skipped = std::min(count, left_);
    left_ -= skipped;
    return target()->Skip(skipped);
  }

 private:
  std::uint64_t left_;
};

class TornManifests final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "rookery.TornManifests"; }

  IOStatus NewSequentialFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) override {
    if (!std::filesystem::path(name).filename().string().starts_with("MANIFEST-")) {
      return target()->NewSequentialFile(name, options, file, debug);
    }
    std::string bytes;
    IOStatus status = ReadAll(name, options, &bytes, debug);
    if (status.ok()) status = target()->NewSequentialFile(name, options, file, debug);
    if (!status.ok()) return status;
    const LogSummary summary = ReadLogData(bytes, {});
    if (summary.damages.empty() && summary.end < bytes.size()) {
      *file = std::make_unique<Beginning>(std::move(*file), summary.end);
    }
    return status;
  }

 private:
  IOStatus ReadAll(const std::string& name, const FileOptions& options, std::string* bytes, IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    IOStatus status = target()->NewSequentialFile(name, options, &file, debug);
    std::string buffer(kPiece, '\0');
    Slice piece(buffer);
    while (status.ok() && !piece.empty()) {
      status = file->Read(buffer.size(), options.io_options, &piece, buffer.data(), debug);
      if (status.ok()) bytes->append(piece.data(), piece.size());
    }
    return status;
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewTornManifests(std::shared_ptr<rocksdb::FileSystem> target) {
  return std::make_shared<TornManifests>(std::move(target));
}

}  // namespace rookery::engine
