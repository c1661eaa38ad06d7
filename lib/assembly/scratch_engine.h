// A directory that looks like an engine's, made of links to its tables and blob files, with a CURRENT, a MANIFEST and
// logs of its own: so that these can be tried out, and the source is never written to.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "crypto/key_ring.h"
#include "engine/rocksdb/listing.h"
#include "rookery/status.h"

namespace rookery::assembly {

/// Removed with what is in it when it is destroyed; what the links lead to stays.
class ScratchEngine {
 public:
  /// Links to tables and blob files of `engine`. kAlreadyExists: `directory` is there.
  static Result<ScratchEngine> Make(const std::filesystem::path& directory, const std::filesystem::path& engine);
  ScratchEngine(ScratchEngine&& other) noexcept : directory_(std::move(other.directory_)) { other.directory_.clear(); }
  ScratchEngine& operator=(ScratchEngine&&) = delete;
  ~ScratchEngine();

  const std::filesystem::path& directory() const { return directory_; }

  /// Copies the manifest of that name from `from`, as far as it is whole and without these tables, and writes a CURRENT
  /// that names it. Null `keys`: they are not encrypted.
  Status UseManifest(const std::filesystem::path& from, const std::string& manifest, const crypto::KeyRing* keys,
                     std::span<const engine::ListedFile> without = {}) const;
  /// Links to the logs of `engine` as they are.
  Status LinkLogs(const std::filesystem::path& engine) const;

 private:
  explicit ScratchEngine(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path directory_;
};

}  // namespace rookery::assembly
