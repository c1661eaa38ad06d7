// What a format has to offer: recognise its files and read them. A new format is two files and a row in importers.cc.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "admin/import.h"
#include "admin/import/file_tree.h"
#include "admin/import/sink.h"

namespace rookery::admin {

/// A file as detection sees it.
struct Probe {
  InputFile file;
  std::string_view head;  // its first bytes, unpacked: at least kProbeBytes of them, or all

  std::string_view FirstLine() const { return head.substr(0, head.find('\n')); }
};
inline constexpr std::size_t kProbeBytes = std::size_t{32} << 10;

enum class Match : std::uint8_t {
  kNo,
  kYes,
  kSkip,  // named like a file of this format, but not one: to be left out without a word
};

/// Made anew for each import; may remember what it read from one file to the next. Used by one thread.
class Importer {
 public:
  virtual ~Importer() = default;

  /// True if the whole folder or archive is one export of this format.
  virtual bool DetectTree(const TreeView& /*tree*/) const { return false; }
  virtual Match DetectFile(const Probe& probe) const = 0;

  /// True if ReadTree reads this file of the tree.
  virtual bool WantsInTree(const TreeView& /*tree*/, std::size_t /*index*/) const { return true; }
  /// Reads a tree of which DetectTree said yes.
  virtual Status ReadTree(const TreeView& /*tree*/, ImportSink* /*sink*/) { return {}; }
  /// kCorruption says that the file is damaged from here on; the import goes on with the next one.
  virtual Status ReadFile(const InputFile& file, ImportSink* sink) = 0;
};

struct ImporterRow {
  ImportFormat format;
  std::unique_ptr<Importer> (*make)(const ImportOptions& options);  // `options` outlives what is made
};

/// All formats, in the order in which detection tries them.
std::span<const ImporterRow> ImporterTable();

std::unique_ptr<Importer> NewSlackImporter(const ImportOptions& options);
std::unique_ptr<Importer> NewDiscordImporter(const ImportOptions& options);
std::unique_ptr<Importer> NewZulipImporter(const ImportOptions& options);
std::unique_ptr<Importer> NewJsonlImporter(const ImportOptions& options);
std::unique_ptr<Importer> NewMboxImporter(const ImportOptions& options);
std::unique_ptr<Importer> NewIrcImporter(const ImportOptions& options);
std::unique_ptr<Importer> NewChangelogImporter(const ImportOptions& options);

}  // namespace rookery::admin
