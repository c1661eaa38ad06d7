#include "tests/torture/mutation.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "tests/support/file_bytes.h"

namespace rookery::torture {
namespace {

namespace fs = std::filesystem;
using testing::BytesOf;
using testing::WriteBytes;

constexpr std::size_t kBlock = 4096;

/// Changes of a file's own bytes; what was done.
std::string ChangeBytes(const fs::path& file, Dice* dice) {
  std::string bytes = BytesOf(file);
  if (bytes.empty()) {
    WriteBytes(file, dice->Bytes(1 + dice->Below(100)));
    return "was empty, and has garbage";
  }
  // Often near the end, where what is young is.
  const bool late = dice->OneIn(2);
  const std::size_t reach = late ? std::min<std::size_t>(bytes.size(), 400) : bytes.size();
  const std::size_t at = bytes.size() - reach + dice->Below(reach);
  const std::string place = " at " + std::to_string(at) + " of " + std::to_string(bytes.size());
  switch (dice->Below(5)) {
    case 0:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice->Below(8)));
      WriteBytes(file, bytes);
      return "bit flipped" + place;
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 + dice->Below(255)));
      WriteBytes(file, bytes);
      return "byte changed" + place;
    case 2: {
      const std::size_t run = std::min(bytes.size() - at, 2 + dice->Below(200));
      for (std::size_t i = at; i < at + run; ++i) bytes[i] = static_cast<char>(dice->Below(256));
      WriteBytes(file, bytes);
      return std::to_string(run) + " bytes changed" + place;
    }
    case 3: {
      const std::size_t block = at / kBlock * kBlock;
      for (std::size_t i = block; i < std::min(block + kBlock, bytes.size()); ++i) bytes[i] = 0;
      WriteBytes(file, bytes);
      return "block zeroed" + place;
    }
    default:
      fs::resize_file(file, at);
      return "cut" + place;
  }
}

std::string ReplaceByOlder(const fs::path& file, const fs::path& inner, std::span<const fs::path> older, Dice* dice) {
  std::vector<fs::path> versions;
  for (const fs::path& directory : older) {
    if (fs::exists(directory / inner) && BytesOf(directory / inner) != BytesOf(file)) {
      versions.push_back(directory / inner);
    }
  }
  if (versions.empty()) return ChangeBytes(file, dice);
  const fs::path version = versions[dice->Below(versions.size())];
  fs::copy_file(version, file, fs::copy_options::overwrite_existing);
  return "replaced by that of " + version.parent_path().parent_path().filename().string();
}

/// Does one thing to one of these files, which are of one kind; what was done.
std::string Harm(const fs::path& root, const std::vector<fs::path>& some, std::span<const fs::path> older, Dice* dice) {
  const fs::path file = some[dice->Below(some.size())];
  const fs::path inner = fs::relative(file, root);
  std::string what;
  switch (dice->Below(8)) {
    case 0:
      fs::remove(file);
      what = "removed";
      break;
    case 1: {
      const fs::path other = some[dice->Below(some.size())];
      if (other == file) {
        what = ChangeBytes(file, dice);
        break;
      }
      const fs::path aside = root / "aside";
      fs::rename(file, aside);
      fs::rename(other, file);
      fs::rename(aside, other);
      what = "swapped with " + fs::relative(other, root).string();
      break;
    }
    case 2:
      what = ReplaceByOlder(file, inner, older, dice);
      break;
    default:
      what = ChangeBytes(file, dice);
  }
  return inner.string() + " " + what;
}

}  // namespace

std::string_view NameOf(FileKind kind) {
  constexpr std::array<std::string_view, kFilesOfAStore.size()> kNames{
      "table", "log", "manifest", "current", "options", "witness", "identity", "blob", "kept"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<FileKind> KindOf(const fs::path& file) {
  const std::string name = file.filename().string();
  if (file.parent_path().filename() == "kept") return FileKind::kKept;
  if (name.ends_with(".sst")) return FileKind::kTable;
  if (name.ends_with(".log")) return FileKind::kLog;
  if (name.ends_with(".blob")) return FileKind::kBlob;
  if (name.starts_with("MANIFEST-")) return FileKind::kManifest;
  if (name.starts_with("OPTIONS-")) return FileKind::kOptions;
  if (name == "CURRENT") return FileKind::kCurrent;
  if (name == "witness") return FileKind::kWitness;
  if (name == "ROOKERY") return FileKind::kIdentity;
  return std::nullopt;
}

Mutation Mutate(const fs::path& store, std::span<const FileKind> kinds, std::span<const fs::path> older, Dice* dice) {
  std::map<FileKind, std::vector<fs::path>> files;
  for (const auto& entry : fs::recursive_directory_iterator(store)) {
    const auto kind = entry.is_regular_file() ? KindOf(entry.path()) : std::nullopt;
    if (kind && std::find(kinds.begin(), kinds.end(), *kind) != kinds.end()) files[*kind].push_back(entry.path());
  }
  auto& [kind, some] = *std::next(files.begin(), static_cast<std::ptrdiff_t>(dice->Below(files.size())));
  std::sort(some.begin(), some.end());
  return {.kind = kind, .what = Harm(store, some, older, dice)};
}

std::string MutateAny(const fs::path& directory, Dice* dice) {
  std::map<std::string, std::vector<fs::path>> files;  // by what they are named as
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().filename().string();
    files[entry.path().has_extension() ? entry.path().extension().string() : name.substr(0, name.find('-'))].push_back(
        entry.path());
  }
  auto& some = std::next(files.begin(), static_cast<std::ptrdiff_t>(dice->Below(files.size())))->second;
  std::sort(some.begin(), some.end());
  return Harm(directory, some, {}, dice);
}

}  // namespace rookery::torture
