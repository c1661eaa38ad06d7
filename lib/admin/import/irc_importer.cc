// IRC logs. Identity is the place in the log and what is said there: two equal lines are two messages.
//
// The day comes from the file's name and from lines that say it; a clock that goes back by many hours has passed
// midnight.
#include <array>
#include <chrono>
#include <optional>

#include "admin/import/calendar.h"
#include "admin/import/importer.h"
#include "admin/import/irc_line.h"
#include "admin/import/line_reader.h"
#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

/// Knows the day of each line of one log.
class LogCalendar {
 public:
  explicit LogCalendar(std::optional<DateInName> in_name) {
    if (in_name) SetDate(in_name->date);
  }

  void SetDate(std::chrono::year_month_day date) {
    day_ = std::chrono::sys_days{date};
    knows_day_ = true;
    last_clock_ = {};
  }

  /// The local time of a line that has one, or nullopt if no day is known yet.
  std::optional<std::chrono::sys_seconds> TimeOf(const IrcLine& line) {
    constexpr std::chrono::hours kPastMidnight{6};  // less is a clock that was set, or daylight saving
    if (line.date) SetDate(*line.date);
    if (!knows_day_) return std::nullopt;
    if (last_clock_ - line.clock > kPastMidnight) day_ += std::chrono::days{1};
    last_clock_ = line.clock;
    return day_ + line.clock;
  }

 private:
  std::chrono::sys_days day_;
  bool knows_day_ = false;
  std::chrono::seconds last_clock_{0};  // of the day's lines so far
};

bool LooksLikeChannel(std::string_view name) { return name.starts_with('#') || name.starts_with('&'); }

/// "#chan" for "#chan.2016-01-25" and "irc.example.#chan"; empty if there is nothing but a date.
std::string_view ChannelInName(std::string_view stem) {
  std::string_view name = stem;
  if (const auto date = FindDate(name)) {
    name = date->begin == 0 ? name.substr(date->end) : name.substr(0, date->begin);
  }
  constexpr std::string_view kSeparators = "._- ";
  while (!name.empty() && kSeparators.find(name.back()) != std::string_view::npos) name.remove_suffix(1);
  while (!name.empty() && kSeparators.find(name.front()) != std::string_view::npos) name.remove_prefix(1);
  const std::size_t hash = name.find('#');
  return hash == std::string_view::npos ? name : name.substr(hash);
}

std::string_view ChannelOf(const InputFile& file) {
  if (LooksLikeChannel(file.folder())) return file.folder();
  const std::string_view in_name = ChannelInName(file.stem());
  return in_name.empty() ? file.folder() : in_name;
}

class IrcImporter final : public Importer {
 public:
  explicit IrcImporter(const ImportOptions& options) : options_(options) {}

  Match DetectFile(const Probe& probe) const override {
    std::string_view rest = probe.head;
    if (probe.head.size() >= kProbeBytes) rest = rest.substr(0, rest.rfind('\n'));  // without a line that may be cut
    std::size_t lines = 0;
    std::size_t known = 0;
    bool talk = false;
    while (!rest.empty()) {
      std::string_view text = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), text.size() + 1));
      if (text.ends_with('\r')) text.remove_suffix(1);
      const IrcLine line = ParseIrcLine(text);
      if (line.kind == IrcLine::Kind::kBlank) continue;
      ++lines;
      talk = talk || line.kind != IrcLine::Kind::kEvent;
      if (line.has_time || line.kind != IrcLine::Kind::kEvent || text.starts_with("=== ")) ++known;
    }
    // A log of nothing but joins is one only if there is nothing else in it.
    const bool is_log = talk ? 4 * known >= lines : known > 0 && 10 * known >= 9 * lines;
    return is_log ? Match::kYes : Match::kNo;
  }

  Status ReadFile(const InputFile& file, ImportSink* sink) override {
    const std::string channel(options_.channel.empty() ? ChannelOf(file) : std::string_view(options_.channel));
    ADMIN_ASSIGN_OR_RETURN(const auto stream, sink->Open(file));
    LineReader lines(stream.get());
    LogCalendar calendar(FindDate(file.name()));
    Line line;
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const bool more, lines.Next(&line));
      if (!more) return {};
      if (line.too_long) {
        ADMIN_TRY(sink->Problem(AtLine(line.number), "the line is longer than 16 MiB"));
      } else {
        ADMIN_TRY(ReadLine(file, channel, line, &calendar, sink));
      }
    }
  }

 private:
  Status ReadLine(const InputFile& file, std::string_view channel, const Line& line, LogCalendar* calendar,
                  ImportSink* sink) {
    const IrcLine parsed = ParseIrcLine(line.text);
    const auto local = parsed.has_time ? calendar->TimeOf(parsed) : std::nullopt;
    switch (parsed.kind) {
      case IrcLine::Kind::kBlank:
        return {};
      case IrcLine::Kind::kDate:
        calendar->SetDate(*parsed.date);
        return {};
      case IrcLine::Kind::kEvent:
        sink->SkipEvent();
        return {};
      case IrcLine::Kind::kMessage:
      case IrcLine::Kind::kAction:
        break;
    }
    if (!local) {
      return sink->Problem(AtLine(line.number),
                           "the day is unknown: neither a line before nor the file's name (as 2026-01-31) tells it");
    }
    const Timestamp time = *local - options_.utc_offset;
    NewMessage message{.channel = channel,
                       .author = parsed.author,
                       .content = parsed.text,
                       .flags = parsed.kind == IrcLine::Kind::kAction ? kFlagAction : 0U,
                       .id = sink->IdAt(time, line.number),
                       .created_at = time,
                       .remember_nonce = false};
    if (!parsed.bridge.empty()) message.attributes.push_back({"bridge", parsed.bridge});
    nonce_ = PlaceOf(file.name(), line.number, message);
    message.nonce = NonceOf(nonce_, &nonce_hash_);
    return sink->Add(message, AtLine(line.number));
  }

  const ImportOptions& options_;
  std::string nonce_;
  std::string nonce_hash_;
};

}  // namespace

std::unique_ptr<Importer> NewIrcImporter(const ImportOptions& options) {
  return std::make_unique<IrcImporter>(options);
}

}  // namespace rookery::admin
