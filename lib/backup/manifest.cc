#include "backup/manifest.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "base/macros.h"
#include "codec/checksum.h"

namespace rookery::backup {
namespace {

constexpr std::string_view kFirstLine = "rookery backup\n";
constexpr std::uint32_t kFormat = 1;
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 50;
constexpr std::uint64_t kMaxBackupBytes = std::uint64_t{1} << 60;
constexpr std::size_t kIdDigits = 32;

Status Damaged(std::string what) { return {StatusCode::kCorruption, std::move(what)}; }

bool AllOf(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool IsId(std::string_view text) { return text.size() == kIdDigits && AllOf(text, kHexDigits); }

bool IsCellName(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return text.size() <= kLongest && AllOf(text, "abcdefghijklmnopqrstuvwxyz0123456789-_") && text[0] != '-' &&
         text[0] != '_';
}

bool IsNumbered(std::string_view name, std::string_view before, std::string_view after) {
  constexpr std::size_t kMostDigits = 20;
  if (!name.starts_with(before) || !name.ends_with(after) || name.size() <= before.size() + after.size()) return false;
  const std::string_view number = name.substr(before.size(), name.size() - before.size() - after.size());
  return number.size() <= kMostDigits && AllOf(number, kDigits);
}

bool IsStoreFile(std::string_view name) {
  return NeverChanges(name) || IsNumbered(name, "", ".log") || IsNumbered(name, "MANIFEST-", "") ||
         IsNumbered(name, "OPTIONS-", "") || name == "CURRENT" || name == kIdentityFile;
}

std::string HexOf(std::uint64_t high, std::uint64_t low) { return Checksum128{high, low}.ToHex(); }

/// The words of a line, read one after the other.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::string_view Next() {
    const std::size_t space = rest_.find(' ');
    const std::string_view word = rest_.substr(0, space);
    rest_ = space == std::string_view::npos ? std::string_view() : rest_.substr(space + 1);
    return word;
  }
  template <typename T>
  bool Number(T* value, int base = 10) {
    return ReadNumber(Next(), value, base);
  }
  bool Hex128(std::uint64_t* high, std::uint64_t* low) {
    constexpr std::size_t kHalf = kIdDigits / 2;
    const std::string_view word = Next();
    return IsId(word) && ReadNumber(word.substr(0, kHalf), high, 16) && ReadNumber(word.substr(kHalf), low, 16);
  }
  bool done() const { return rest_.empty(); }

 private:
  template <typename T>
  static bool ReadNumber(std::string_view word, T* value, int base) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), *value, base);
    return error == std::errc{} && end == word.data() + word.size();
  }

  std::string_view rest_;
};

class Decoder {
 public:
  Result<Manifest> Decode(std::string_view text) {
    RK_ASSIGN_OR_RETURN(std::string_view lines, Checked(text));
    lines.remove_prefix(kFirstLine.size());
    for (std::size_t number = 2; !lines.empty(); ++number) {
      const std::size_t end = lines.find('\n');
      if (end == std::string_view::npos) return Damaged("has been cut short");
      RK_TRY(TakeFormat(lines.substr(0, end), number));
      if (!TakeLine(lines.substr(0, end))) return Damaged("cannot be understood in line " + std::to_string(number));
      lines.remove_prefix(end + 1);
    }
    RK_TRY(CheckWhole());
    // One way to say it: nothing was passed over.
    if (EncodeManifest(manifest_) != text) return Damaged("is not as rookery writes it");
    return std::move(manifest_);
  }

 private:
  static Result<std::string_view> Checked(std::string_view text) {
    constexpr std::string_view kWord = "checksum ";
    constexpr std::size_t kLastLine = kWord.size() + kIdDigits + 1;
    if (!text.starts_with(kFirstLine)) return Damaged("is not a manifest");
    if (text.size() > kMaxManifestBytes) return Damaged("is longer than any manifest");
    if (text.size() < kFirstLine.size() + kLastLine) return Damaged("has been cut short");
    const std::string_view lines = text.substr(0, text.size() - kLastLine);
    std::string_view last = text.substr(lines.size());
    if (!last.starts_with(kWord) || last.back() != '\n') return Damaged("has been cut short, or is damaged");
    last = last.substr(kWord.size(), kIdDigits);
    if (last != codec::ChecksumOf(lines).ToHex()) return Damaged("does not have its checksum");
    return lines;
  }

  Status TakeFormat(std::string_view line, std::size_t number) {
    if (number != 2) return {};
    Words words(line);
    if (words.Next() != "format" || !words.Number(&format_)) return Damaged("has no format");
    if (format_ == kFormat) return {};
    return {StatusCode::kFormatNewer, "has format " + std::to_string(format_) + "; use a newer rookery"};
  }

  bool TakeLine(std::string_view line) {
    Words words(line);
    const std::string_view what = words.Next();
    if (what == "format") return true;
    if (what == "name") return TakeText(&words, &manifest_.name) && IsBackupName(manifest_.name);
    if (what == "store") return TakeText(&words, &manifest_.store_id) && IsId(manifest_.store_id);
    if (what == "made_by") return TakeText(&words, &manifest_.made_by);
    if (what == "created_ms") return TakeTime(&words);
    if (what == "left_out") return IsCellName(manifest_.left_out.emplace_back(words.Next()));
    if (what == "cell") return TakeCell(&words);
    if (manifest_.cells.empty()) return false;
    if (what == "key") return TakeKey(&words);
    return what == "shard" ? TakeShard(&words) : what == "file" && TakeFile(&words);
  }

  static bool TakeText(Words* words, std::string* text) {
    constexpr std::size_t kLongest = 64;
    *text = words->Next();
    return !text->empty() && text->size() <= kLongest;
  }

  bool TakeTime(Words* words) {
    std::int64_t time = 0;
    if (!words->Number(&time) || time < 0 || time > (std::int64_t{1} << 52)) return false;
    manifest_.created_at = Timestamp{std::chrono::milliseconds{time}};
    return true;
  }

  bool TakeCell(Words* words) {
    BackupCell& cell = manifest_.cells.emplace_back().cell;
    names_.clear();
    cell.name = words->Next();
    cell.store_id = words->Next();
    if (!IsCellName(cell.name) || !IsId(cell.store_id) || !cell_names_.insert(cell.name).second) return false;
    return words->Number(&cell.epoch.value) && words->Number(&cell.position);
  }

  bool TakeKey(Words* words) {
    const std::string id(words->Next());
    return IsId(id) && manifest_.cells.back().key_ids.insert(id).second;
  }

  bool TakeShard(Words* words) {
    BackupShard& shard = manifest_.cells.back().cell.shards.emplace_back();
    return words->Number(&shard.counts.messages) && words->Number(&shard.counts.records) &&
           words->Number(&shard.counts.attachments) && words->Number(&shard.print.rows) &&
           words->Number(&shard.print.bytes) && words->Hex128(&shard.print.high, &shard.print.low) && Adds(shard);
  }

  /// Whether the sums of all counts so far can be told.
  bool Adds(const BackupShard& shard) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
    rows_ += std::min(shard.print.rows, kMost);
    return shard.print.rows <= kMost && rows_ <= kMost && shard.counts.messages <= shard.print.rows &&
           shard.counts.records <= shard.print.rows && shard.counts.attachments <= shard.print.rows;
  }

  bool TakeFile(Words* words) {
    ManifestFile& file = manifest_.cells.back().files.emplace_back();
    const std::string_view place = words->Next();
    file.shared = place == "shared";
    file.name = words->Next();
    if (!words->Number(&file.size) || !words->Hex128(&file.checksum.high, &file.checksum.low)) return false;
    if (!IsStoreFile(file.name) || NeverChanges(file.name) != file.shared) return false;
    if (file.size > kMaxFileBytes || !names_.insert(file.name).second) return false;
    bytes_ += file.size;
    return bytes_ <= kMaxBackupBytes;
  }

  Status CheckWhole() const {
    if (manifest_.name.empty() || manifest_.store_id.empty() || manifest_.made_by.empty()) {
      return Damaged("lacks what a manifest has");
    }
    if (manifest_.cells.empty() || manifest_.cells[0].cell.name != kMainCell) return Damaged("lacks the main cell");
    for (const ManifestCell& cell : manifest_.cells) {
      const auto count = [&](auto&& is) { return std::count_if(cell.files.begin(), cell.files.end(), is); };
      const auto named = [](std::string_view name) {
        return [name](const ManifestFile& file) { return file.name == name; };
      };
      if (count(named(kIdentityFile)) != 1 || count(named("CURRENT")) != 1 ||
          count([](const ManifestFile& file) { return file.name.starts_with("MANIFEST-"); }) != 1 ||
          count([](const ManifestFile& file) { return file.name.ends_with(".log"); }) == 0) {
        return Damaged("lacks files that every cell has");
      }
      if (cell.cell.shards.empty()) return Damaged("lacks the shards of cell " + cell.cell.name);
    }
    return {};
  }

  Manifest manifest_;
  std::uint32_t format_ = 0;
  std::set<std::string, std::less<>> cell_names_;
  std::set<std::string, std::less<>> names_;  // of files, in the last cell
  std::uint64_t bytes_ = 0;
  std::uint64_t rows_ = 0;
};

void AppendCell(const ManifestCell& from, std::string* text) {
  const BackupCell& cell = from.cell;
  const auto line = [text](std::initializer_list<std::string> words) {
    for (const std::string& word : words) *text += (text->back() == '\n' ? "" : " ") + word;
    *text += '\n';
  };
  using std::to_string;
  line({"cell", cell.name, cell.store_id, to_string(cell.epoch.value), to_string(cell.position)});
  for (const std::string& id : from.key_ids) line({"key", id});
  for (const BackupShard& shard : cell.shards) {
    line({"shard", to_string(shard.counts.messages), to_string(shard.counts.records),
          to_string(shard.counts.attachments), to_string(shard.print.rows), to_string(shard.print.bytes),
          HexOf(shard.print.high, shard.print.low)});
  }
  for (const ManifestFile& file : from.files) {
    line({"file", file.shared ? "shared" : "own", file.name, to_string(file.size), file.checksum.ToHex()});
  }
}

}  // namespace

bool NeverChanges(std::string_view name) { return IsNumbered(name, "", ".sst") || IsNumbered(name, "", ".blob"); }

std::string EncodeManifest(const Manifest& manifest) {
  std::string text(kFirstLine);
  text += "format " + std::to_string(kFormat) + "\nname " + manifest.name + "\nstore " + manifest.store_id +
          "\nmade_by " + manifest.made_by + "\ncreated_ms " +
          std::to_string(manifest.created_at.time_since_epoch().count()) + "\n";
  for (const std::string& cell : manifest.left_out) text += "left_out " + cell + "\n";
  for (const ManifestCell& cell : manifest.cells) AppendCell(cell, &text);
  return text += "checksum " + codec::ChecksumOf(text).ToHex() + "\n";
}

Result<Manifest> DecodeManifest(std::string_view text) { return Decoder().Decode(text); }

bool IsBackupName(std::string_view name) {
  constexpr std::size_t kTime = std::string_view("-20261123T165102Z").size();
  constexpr std::size_t kFewestDigits = 6;
  constexpr std::size_t kMostDigits = 18;
  if (name.size() < kFewestDigits + kTime || name.size() > kMostDigits + kTime) return false;
  const std::string_view time = name.substr(name.size() - kTime);
  return AllOf(name.substr(0, name.size() - kTime), kDigits) && time[0] == '-' && AllOf(time.substr(1, 8), kDigits) &&
         time[9] == 'T' && AllOf(time.substr(10, 6), kDigits) && time[16] == 'Z';
}

std::uint64_t NumberOfBackup(std::string_view name) {
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + name.find('-'), number);
  return number;
}

BackupInfo InfoOf(const Manifest& manifest) {
  BackupInfo info{.name = manifest.name,
                  .store_id = manifest.store_id,
                  .created_at = manifest.created_at,
                  .made_by = manifest.made_by,
                  .left_out = manifest.left_out};
  std::set<std::string> key_ids;
  for (const ManifestCell& from : manifest.cells) {
    key_ids.insert(from.key_ids.begin(), from.key_ids.end());
    BackupCell cell = from.cell;
    cell.files = from.files.size();
    for (const ManifestFile& file : from.files) cell.bytes += file.size;
    for (const BackupShard& shard : cell.shards) {
      info.counts.messages += shard.counts.messages;
      info.counts.records += shard.counts.records;
      info.counts.attachments += shard.counts.attachments;
    }
    info.files += cell.files;
    info.bytes += cell.bytes;
    info.cells.push_back(std::move(cell));
  }
  info.key_ids.assign(key_ids.begin(), key_ids.end());
  return info;
}

std::string SharedName(const ManifestFile& file) {
  const std::size_t dot = file.name.rfind('.');
  return file.name.substr(0, dot) + "-" + std::to_string(file.size) + "-" + file.checksum.ToHex() +
         file.name.substr(dot);
}

bool IsSharedName(std::string_view name) {
  const std::size_t number = name.find('-');
  const std::size_t size = name.find('-', number + 1);
  const std::size_t dot = name.find('.');
  if (number == std::string_view::npos || size == std::string_view::npos || dot == std::string_view::npos) return false;
  return dot > size && NeverChanges(std::string(name.substr(0, number)) + std::string(name.substr(dot))) &&
         AllOf(name.substr(number + 1, size - number - 1), kDigits) && IsId(name.substr(size + 1, dot - size - 1));
}

}  // namespace rookery::backup
