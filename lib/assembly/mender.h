// Mends one directory of a store as far as nothing can be lost by it, and says what it did.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "assembly/manifest_choice.h"
#include "assembly/scratch_engine.h"
#include "assembly/store_directory.h"
#include "crypto/key_ring.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/status.h"

namespace rookery::assembly {

class Mender {
 public:
  /// `done`: what was done is added to it, in words. Must outlive it.
  /// REQUIRES: nobody else has the directory.
  Mender(const std::filesystem::path& path, const engine::RocksDbOptions* options, std::vector<std::string>* done)
      : directory_(path), options_(*options), done_(*done) {}

  Status RemoveDrafts();
  /// Puts CURRENT and MANIFEST back if they are damaged, or name less than there is: the newest MANIFEST that is whole,
  /// of the directory and of the copies, if it leads to all that the witness knows of. kNoSpace: that cannot be tried
  /// out.
  Status PutManifestBack();
  /// REQUIRES: the store lacks nothing but its witness.
  Status MakeWitness();

 private:
  /// Null: it is not encrypted.
  const crypto::KeyRing* keys() const { return options_.keys.get(); }
  bool ManifestIsWhole(const std::string& name) const;
  static Status CheckIsNewest(const ManifestChoice& choice);
  /// Whether the store could be opened by it, and would have all that it had.
  Status TryOut(const ScratchEngine& scratch, const std::filesystem::path& from, const std::string& manifest) const;
  /// `named`: by CURRENT; empty: nothing.
  Status PutBack(const FoundManifest& found, const std::string& named);
  /// Gives a file that is there another name.
  Status SetAside(const std::filesystem::path& path);

  const StoreDirectory directory_;
  const engine::RocksDbOptions& options_;
  std::vector<std::string>& done_;
};

}  // namespace rookery::assembly
