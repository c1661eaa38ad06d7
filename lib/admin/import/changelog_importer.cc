// Debian changelogs: a source package is a channel, an entry is a message. Identity is (package, version): packages
// built from one source carry the same changelog, which is then one.
#include "admin/import/calendar.h"
#include "admin/import/changelog_parser.h"
#include "admin/import/importer.h"
#include "admin/import/line_reader.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

constexpr std::size_t kMaxEntryBytes = std::size_t{16} << 20;

bool IsChangelogName(std::string_view name) { return name.starts_with("changelog"); }

/// An entry as it is put together line by line.
struct Entry {
  std::uint64_t line = 0;  // of its heading; 0: there is none
  std::string package;
  std::string version;
  std::string distribution;
  std::string urgency;
  std::string body;
  bool too_large = false;
};

class ChangelogImporter final : public Importer {
 public:
  explicit ChangelogImporter(const ImportOptions& options) : options_(options) {}

  /// A folder of documentation: <package>/changelog.Debian.gz, or one of its folders.
  bool DetectTree(const TreeView& tree) const override {
    for (std::size_t i = 0; i < tree.size(); ++i) {
      std::string_view path = tree.RelativePath(i);
      if (path.find('/') != std::string_view::npos) TakeUntil(&path, '/');
      if (path == "changelog.Debian.gz" || path == "changelog.Debian") return true;
    }
    return false;
  }

  Match DetectFile(const Probe& probe) const override {
    for (std::string_view rest = probe.head; !rest.empty();) {
      const std::string_view line = TakeUntil(&rest, '\n');
      if (Trim(line).empty()) continue;
      if (ParseChangelogHeading(line)) return Match::kYes;
      break;
    }
    return IsChangelogName(probe.file.name()) ? Match::kSkip : Match::kNo;
  }

  bool WantsInTree(const TreeView& tree, std::size_t index) const override {
    return IsChangelogName(tree[index].name());
  }

  Status ReadTree(const TreeView& tree, ImportSink* sink) override {
    for (std::size_t i = 0; i < tree.size(); ++i) {
      if (WantsInTree(tree, i)) ADMIN_TRY(sink->Absorb(ReadFile(tree[i], sink)));
    }
    return {};
  }

  Status ReadFile(const InputFile& file, ImportSink* sink) override {
    ADMIN_ASSIGN_OR_RETURN(const auto stream, sink->Open(file));
    LineReader lines(stream.get());
    Line line;
    entry_ = {};
    bool first = true;
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const bool more, lines.Next(&line));
      if (!more) break;
      if (first && Trim(line.text).empty() && !line.too_long) continue;
      // Upstream's own changelogs have the same name and any form: they are not ours.
      if (first && !ParseChangelogHeading(line.text)) return sink->SkipFile();
      first = false;
      ADMIN_TRY(ReadLine(line, sink));
    }
    return Unfinished(sink);
  }

 private:
  Status ReadLine(const Line& line, ImportSink* sink) {
    if (const auto heading = ParseChangelogHeading(line.text)) {
      ADMIN_TRY(Unfinished(sink));
      entry_ = {line.number,
                std::string(heading->package),
                std::string(heading->version),
                std::string(heading->distribution),
                std::string(heading->urgency),
                {},
                false};
      return {};
    }
    if (entry_.line == 0) return {};  // between entries: remarks, and what editors left
    if (const auto trailer = ParseChangelogTrailer(line.text)) return FinishEntry(*trailer, sink);
    entry_.too_large = entry_.too_large || line.too_long || entry_.body.size() + line.text.size() > kMaxEntryBytes;
    if (!entry_.too_large) entry_.body.append(line.text).append("\n");
    return {};
  }

  /// The entry that is open, if one is, will not be closed.
  Status Unfinished(ImportSink* sink) {
    if (entry_.line == 0) return {};
    const std::uint64_t line = std::exchange(entry_.line, 0);
    return sink->Problem(AtLine(line), "the entry has no \" -- Name <mail>  date\" line");
  }

  Status FinishEntry(const ChangelogTrailer& trailer, ImportSink* sink) {
    const Position position = AtLine(std::exchange(entry_.line, 0));
    if (entry_.too_large) return sink->Problem(position, "the entry is larger than 16 MiB");
    const auto time = ParseMailDate(trailer.date);
    if (!time) return sink->Problem(position, "the entry's date is " + Quoted(trailer.date));
    const std::string identity = entry_.package + " " + entry_.version;
    NewMessage message{.channel = options_.channel.empty() ? entry_.package : options_.channel,
                       .author = trailer.author,
                       .content = WithoutBlankEnds(entry_.body),
                       .nonce = NonceOf(options_.channel.empty() ? entry_.version : identity, &nonce_hash_),
                       .attributes = {{"version", entry_.version}},
                       .id = sink->IdAt(*time, Hash64(identity)),
                       .created_at = *time,
                       .remember_nonce = false};
    if (!entry_.distribution.empty()) message.attributes.push_back({"distribution", entry_.distribution});
    if (!entry_.urgency.empty()) message.attributes.push_back({"urgency", entry_.urgency});
    return sink->Add(message, position);
  }

  static std::string_view WithoutBlankEnds(std::string_view body) {
    while (body.starts_with('\n')) body.remove_prefix(1);
    while (body.ends_with('\n')) body.remove_suffix(1);
    return body;
  }

  const ImportOptions& options_;
  Entry entry_;
  std::string nonce_hash_;
};

}  // namespace

std::unique_ptr<Importer> NewChangelogImporter(const ImportOptions& options) {
  return std::make_unique<ChangelogImporter>(options);
}

}  // namespace rookery::admin
