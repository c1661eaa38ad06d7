#include "tests/support/power_cut_disk.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <utility>

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using Kind = DiskCall::Kind;

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kSector = 512;

std::string BytesOf(const fs::path& path, std::uint64_t size) {
  std::string bytes(size, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

std::uint64_t InodeOf(const fs::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) throw std::runtime_error("cannot look at " + path.string());
  return found.st_ino;
}

bool Changes(const DiskCall& call) { return call.kind != Kind::kOpen && call.kind != Kind::kRead; }

/// What became of a file's bytes.
class Harm {
 public:
  explicit Harm(std::uint64_t seed) : random_(seed) {}

  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }

  /// Of a file that only ever grew: `bytes` at the cut, of which the first `durable` were synced.
  std::string Appended(std::string bytes, std::size_t durable, std::string* how) {
    if (bytes.size() <= durable) return bytes;
    const std::size_t lost = bytes.size() - durable;
    switch (Below(6)) {
      case 0:
        *how = "kept";
        return bytes;
      case 1:
        *how = "dropped";
        return bytes.substr(0, durable);
      case 2:
        *how = "cut";
        return bytes.substr(0, durable + Below(lost));
      case 3:
        *how = "cut at a sector";
        return bytes.substr(0, std::max(durable, (durable + Below(lost)) / kSector * kSector));
      case 4:
        *how = "blocks of zeros";
        return WithHoles(std::move(bytes), durable, kBlock, [] { return '\0'; });
      default:
        *how = "sectors of garbage";
        return WithHoles(std::move(bytes), durable, kSector, [this] { return static_cast<char>(random_()); });
    }
  }

  /// Of one that was written over.
  std::string Overwritten(const std::string& before, const std::string& after, std::string* how) {
    const std::uint64_t mode = Below(5);
    constexpr const char* kHow[] = {"as before", "as after", "blocks as before", "sectors as before", "torn once"};
    *how = kHow[mode];
    if (mode == 0) return before;
    if (mode == 1) return after;
    std::string bytes = after;
    const std::size_t unit = mode == 2 ? kBlock : kSector;
    const std::size_t torn_at = Below(after.size() + 1);
    for (std::size_t at = 0; at < bytes.size(); at += unit) {
      if (mode == 4 ? at < torn_at : Below(2) == 0) continue;
      for (std::size_t i = at; i < std::min(at + unit, bytes.size()); ++i) bytes[i] = i < before.size() ? before[i] : 0;
    }
    return bytes;
  }

 private:
  template <typename Filler>
  std::string WithHoles(std::string bytes, std::size_t durable, std::size_t unit, const Filler& filler) {
    const std::uint64_t sparse = 1 + Below(4);
    for (std::size_t at = durable / unit * unit; at < bytes.size(); at += unit) {
      if (Below(sparse + 1) != 0) continue;
      for (std::size_t i = std::max(at, durable); i < std::min(at + unit, bytes.size()); ++i) bytes[i] = filler();
    }
    return bytes;
  }

  std::mt19937_64 random_;
};

}  // namespace

PowerCutDisk::PowerCutDisk(const fs::path& root, const fs::path& vault) : root_(fs::canonical(root)), vault_(vault) {
  for (const auto& entry : fs::recursive_directory_iterator(root_)) {
    const std::string name = Relative(entry.path());
    durable_names_[name] = std::nullopt;
    if (entry.is_directory()) continue;
    durable_names_[name] = by_name_[name] = Adopt(entry.path(), entry.file_size());
  }
}

void PowerCutDisk::CutAt(std::uint64_t n, bool alone) {
  const std::lock_guard lock(mutex_);
  cut_at_ = calls_ + n;
  only_ = alone ? std::optional(std::this_thread::get_id()) : std::nullopt;
}
void PowerCutDisk::Cut() {
  const std::lock_guard lock(mutex_);
  if (!cut_) CutLocked(nullptr);
}
bool PowerCutDisk::cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}
std::string PowerCutDisk::cut_in() const {
  const std::lock_guard lock(mutex_);
  return cut_in_;
}
void PowerCutDisk::LieAbout(std::string suffix) {
  const std::lock_guard lock(mutex_);
  lie_ = std::move(suffix);
}

std::string PowerCutDisk::Relative(const fs::path& path) const {
  const std::string& text = path.native();
  return text.substr(std::min(text.size(), root_.native().size() + 1));
}

std::size_t PowerCutDisk::Adopt(const fs::path& path, std::uint64_t durable) {
  const std::size_t number = files_.size();
  File& file = files_.emplace_back();
  file.link = vault_ / std::to_string(number);
  file.durable = durable;
  fs::create_hard_link(path, file.link);
  by_inode_[InodeOf(path)] = number;
  return number;
}

PowerCutDisk::File* PowerCutDisk::Find(int descriptor) {
  struct stat found {};
  if (descriptor < 0 || ::fstat(descriptor, &found) != 0) return nullptr;
  const auto file = by_inode_.find(found.st_ino);
  return file == by_inode_.end() ? nullptr : &files_[file->second];
}

void PowerCutDisk::WillOverwrite(File* file) {
  if (file == nullptr || file->overwritten || fs::file_size(file->link) == 0) return;
  file->overwritten = true;
  file->durable_bytes = BytesOf(file->link, file->durable);
  file->bytes_at_cut = BytesOf(file->link, file->at_cut);
}

std::intptr_t PowerCutDisk::Run(const DiskCall& call, const std::function<std::intptr_t()>& go) {
  if (!Changes(call)) return go();
  const std::lock_guard lock(mutex_);
  const bool counts = !cut_ && (!only_ || *only_ == std::this_thread::get_id());
  if (counts) ++calls_;
  const bool now = counts && cut_at_ && calls_ >= *cut_at_;
  // Before or after the call's own effect.
  const bool after = now && *cut_at_ % 2 == 0;
  if (now && !after) CutLocked(&call);

  if (call.kind == Kind::kMap) WillOverwrite(Find(call.descriptor));
  if (call.kind == Kind::kResize && call.empties) WillOverwrite(Find(call.descriptor));
  if (call.kind == Kind::kWrite && call.offset) {
    File* const file = Find(call.descriptor);
    if (file != nullptr && *call.offset < fs::file_size(file->link)) WillOverwrite(file);
  }
  bool was_there = true;
  if (call.kind == Kind::kCreate) {
    const auto known = by_name_.find(Relative(call.path));
    was_there = known != by_name_.end();
    if (was_there && call.empties) WillOverwrite(&files_[known->second]);
  }
  const std::intptr_t result = go();
  const int error = errno;
  if (result >= 0) Note(call, result, was_there);
  if (now && after) CutLocked(&call);
  errno = error;
  return result;
}

/// After the cut only names are followed, by which files are known.
void PowerCutDisk::Note(const DiskCall& call, std::intptr_t /*result*/, bool was_there) {
  const std::string name = Relative(call.path);
  const auto change = [&](Change made) {
    if (!cut_) changes_.push_back(std::move(made));
  };
  switch (call.kind) {
    case Kind::kCreate: {
      if (was_there) return;
      const std::size_t file = Adopt(call.path, 0);
      by_name_[name] = file;
      return change({.kind = Change::Kind::kMade, .path = name, .file = file});
    }
    case Kind::kRename:
    case Kind::kLink: {
      const auto known = by_name_.find(name);
      if (known == by_name_.end()) return;
      const std::size_t file = known->second;
      const std::string target = Relative(call.target);
      if (call.kind == Kind::kRename) by_name_.erase(known);
      by_name_[target] = file;
      if (call.kind == Kind::kLink) return change({.kind = Change::Kind::kMade, .path = target, .file = file});
      return change({.kind = Change::Kind::kRenamed, .path = name, .target = target, .file = file});
    }
    case Kind::kRemove:
      by_name_.erase(name);
      return change({.kind = Change::Kind::kRemoved, .path = name});
    case Kind::kMakeDirectory:
      return change({.kind = Change::Kind::kDirectory, .path = name});
    case Kind::kSync:
      if (!cut_) NoteSync(call);
      return;
    default:
      return;
  }
}

void PowerCutDisk::NoteSync(const DiskCall& call) {
  if (!lie_.empty() && call.path.native().ends_with(lie_)) return;
  File* const file = Find(call.descriptor);
  if (file == nullptr) {  // a directory
    const std::string directory = Relative(call.path);
    for (Change& change : changes_) {
      if (fs::path(change.path).parent_path() == directory) change.durable = true;
    }
    return;
  }
  file->durable = fs::file_size(file->link);
  if (file->overwritten) file->durable_bytes = BytesOf(file->link, file->durable);
  const auto number = static_cast<std::size_t>(file - files_.data());
  for (Change& change : changes_) {
    if (change.kind == Change::Kind::kMade && change.file == number) change.durable = true;
  }
}

void PowerCutDisk::CutLocked(const DiskCall* call) {
  cut_ = true;
  cut_in_ = call == nullptr ? "between calls" : std::string(NameOf(call->kind)) + " " + Relative(call->path);
  for (File& file : files_) {
    file.at_cut = fs::file_size(file.link);
    if (file.overwritten) file.bytes_at_cut = BytesOf(file.link, file.at_cut);
  }
}

PowerCutDisk::Names PowerCutDisk::NamesAfter(std::mt19937_64* random) const {
  const bool journal = (*random)() % 2 == 0;
  std::size_t kept = 0;  // changes of a journal
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (changes_[i].durable) kept = i + 1;
  }
  kept += (*random)() % (changes_.size() - kept + 1);
  Names names = durable_names_;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    const bool chosen = (*random)() % 2 == 0;
    if (journal ? i >= kept : !change.durable && !chosen) continue;
    switch (change.kind) {
      case Change::Kind::kMade:
        names[change.path] = change.file;
        break;
      case Change::Kind::kDirectory:
        names[change.path] = std::nullopt;
        break;
      case Change::Kind::kRemoved:
        names.erase(change.path);
        break;
      case Change::Kind::kRenamed: {
        const auto old = names.find(change.path);
        if (old != names.end() && old->second == change.file) names.erase(old);
        names[change.target] = change.file;
        break;
      }
    }
  }
  return names;
}

PowerCutDisk::Restored PowerCutDisk::Restore(const fs::path& target, std::uint64_t seed) const {
  const std::lock_guard lock(mutex_);
  std::mt19937_64 random(seed);
  Restored restored{.witness_whole = true, .what = "cut in " + cut_in_};
  // A directory comes before what is in it; what is in one that was lost is lost with it.
  const Names names = NamesAfter(&random);
  for (const auto& [name, number] : names) {
    const fs::path path = target / name;
    if (!fs::exists(path.parent_path())) continue;
    if (!number) {
      fs::create_directory(path);
      continue;
    }
    const File& file = files_[*number];
    // By its name, so that what becomes of one does not depend on how many others there are.
    Harm harm(seed ^ std::hash<std::string>()(name));
    std::string how;
    const std::string bytes =
        file.overwritten ? harm.Overwritten(file.durable_bytes, file.bytes_at_cut, &how)
                         : harm.Appended(BytesOf(file.link, file.at_cut), std::min(file.durable, file.at_cut), &how);
    std::ofstream(path, std::ios::binary) << bytes;
    const bool whole = bytes == (file.overwritten ? file.bytes_at_cut : bytes);
    if (path.filename() == "witness" && !whole) restored.witness_whole = false;
    if (!how.empty()) restored.what += ", " + name + " " + how;
  }
  return restored;
}

}  // namespace rookery::testing
