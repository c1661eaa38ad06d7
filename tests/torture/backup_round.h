// A round of `mutations` that harms a backup set, and asks for its backups.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/torture/dice.h"
#include "tests/torture/source_stores.h"

namespace rookery::torture {

/// What must hold, whatever file of the set was harmed: a backup whose directory is there is listed; one that is
/// verified can be restored; and what is restored is what the store held.
class BackupRound {
 public:
  /// Works in `directory`. `source` must outlive this.
  BackupRound(std::uint64_t seed, const SourceBackups& source, std::filesystem::path directory);

  /// Harms a copy of the set; what was done.
  std::string Damage();
  /// Empty, or what was violated. `*refused`: something was said to be damaged.
  std::string Look(bool* refused);

 private:
  std::string LookAt(const SourceBackups::Backup& backup, bool* refused) const;

  Dice dice_;
  const SourceBackups& source_;
  const std::filesystem::path directory_;
  const std::filesystem::path set_;
};

}  // namespace rookery::torture
