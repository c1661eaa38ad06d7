// Harm done to the files of a store that nobody has open.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/torture/dice.h"

namespace rookery::torture {

enum class FileKind : std::uint8_t {
  kTable,
  kLog,
  kManifest,
  kCurrent,
  kOptions,
  kWitness,
  kIdentity,
  kBlob,
  kKept,  // the copies of CURRENT and MANIFEST, and the list of logs
};
inline constexpr std::array<FileKind, 9> kFilesOfAStore{FileKind::kTable,    FileKind::kLog,     FileKind::kManifest,
                                                        FileKind::kCurrent,  FileKind::kOptions, FileKind::kWitness,
                                                        FileKind::kIdentity, FileKind::kBlob,    FileKind::kKept};
std::string_view NameOf(FileKind kind);
/// nullopt: it is of none of them.
std::optional<FileKind> KindOf(const std::filesystem::path& file);

/// What was done, in words that say what to do again.
struct Mutation {
  FileKind kind = FileKind::kTable;
  std::string what;
};

/// Does one thing to a file below `store` of one of `kinds`: flips a bit, a byte or a run, zeroes a block, cuts it,
/// removes it, swaps it with another one of its kind, or puts an older version of it in its place, from a directory of
/// `older`. First a kind is chosen, so that rare files get their share. REQUIRES: there is a file of one of the kinds.
Mutation Mutate(const std::filesystem::path& store, std::span<const FileKind> kinds,
                std::span<const std::filesystem::path> older, Dice* dice);

/// The same to any file below a directory, of which none is older; what was done. First its kind is chosen, told from
/// its name. REQUIRES: there is a file.
std::string MutateAny(const std::filesystem::path& directory, Dice* dice);

}  // namespace rookery::torture
