#include "demo_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "text.h"

namespace rookery::demo {
namespace {

using cli::GroupDigits;
using cli::HumanBytes;

constexpr std::uint64_t kBarWidth = 20;
constexpr std::size_t kMostBars = 32;

std::string Microseconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.1f} us", static_cast<double>(time.count()) / 1e3);
}

/// A word for a shell.
std::string ShellWord(const std::string& text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+:,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char letter : text) word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return word + "'";
}

class Writer {
 public:
  explicit Writer(bool fancy) : fancy_(fancy) {}

  void Line(std::string_view label, std::string_view text) {
    fmt::format_to(std::back_inserter(page_), "  {:<9} {}\n", label, text);
  }
  void Blank() { page_ += '\n'; }
  std::string Bold(std::string_view text) const {
    return fancy_ ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
  }
  std::string Bar(std::uint64_t length) const {
    std::string bar;
    for (std::uint64_t i = 0; i < length; ++i) bar += fancy_ ? "\xe2\x96\x88" : "#";
    return bar + std::string(kBarWidth - length, ' ');
  }
  std::string Take() { return std::move(page_); }

 private:
  bool fancy_;
  std::string page_;
};

double NumberOf(const DemoFacts& facts, const std::string& name) {
  const auto found = facts.import_report.find(name);
  return found == facts.import_report.end() ? 0 : found->second;
}

std::string CountOf(const DemoFacts& facts, const std::string& name) {
  return GroupDigits(static_cast<std::uint64_t>(NumberOf(facts, name)));
}

void WriteImport(const DemoFacts& facts, const Measurement& measurement, Writer* writer) {
  const double seconds = std::max(NumberOf(facts, "seconds"), 0.001);
  const auto rate = static_cast<std::uint64_t>(NumberOf(facts, "messages_added") / seconds);
  writer->Line(
      "in", fmt::format("{}   {} messages of {} channels in {:.1f} s", writer->Bold(GroupDigits(rate) + " messages/s"),
                        CountOf(facts, "messages_added"), GroupDigits(measurement.verified.channels), seconds));
  writer->Line(
      "", fmt::format("reading, parsing and storing {} of {}", HumanBytes(NumberOf(facts, "bytes")), facts.source));
  if (NumberOf(facts, "messages_existing") > 0) {
    writer->Line("", CountOf(facts, "messages_existing") + " more are in several files and are stored once");
  }
  if (NumberOf(facts, "problems") > 0) writer->Line("", CountOf(facts, "problems") + " could not be read");
}

void WriteLatency(std::string_view label, std::string_view name, const Latency& latency, std::string_view what,
                  Writer* writer) {
  const std::string numbers =
      fmt::format("{:<4} p50 {:>9}   p99 {:>9}", name, Microseconds(latency.p50), Microseconds(latency.p99));
  writer->Line(label, fmt::format("{}   {}", writer->Bold(numbers), what));
}

void WriteReads(const Measurement& measurement, Writer* writer) {
  const char* cold = measurement.page_cache_dropped ? "reopened, the system's file cache dropped"
                                                    : "reopened, but the system still caches the files";
  WriteLatency("latest 50", "cold", measurement.cold,
               fmt::format("{} channels once; {}", GroupDigits(measurement.cold.reads), cold), writer);
  WriteLatency("", "warm", measurement.warm, fmt::format("{} reads of these", GroupDigits(measurement.warm.reads)),
               writer);
}

void WriteDisk(const Measurement& measurement, Writer* writer) {
  const auto rows = std::max<std::uint64_t>(measurement.verified.messages, 1);
  const auto bytes = static_cast<double>(measurement.disk_bytes);
  std::uint64_t raw = 0;
  for (const ShardCounts& shard : measurement.verified.shards) raw += shard.key_bytes + shard.value_bytes;
  writer->Line("on disk",
               fmt::format("{}  ({} in all; {} before compression)",
                           writer->Bold(fmt::format("{:.0f} bytes a message", bytes / static_cast<double>(rows))),
                           HumanBytes(bytes), HumanBytes(static_cast<double>(raw))));
  const auto problems = measurement.verified.problem_count;
  writer->Line("verified", problems == 0
                               ? "every row read back and checked: no problems"
                               : fmt::format("{} PROBLEMS: rookery verify says where", GroupDigits(problems)));
}

/// The messages of each shard as bars, in two columns.
void WriteShards(const Measurement& measurement, Writer* writer) {
  const auto& shards = measurement.verified.shards;
  std::uint64_t most = 1;
  for (const ShardCounts& shard : shards) most = std::max(most, shard.messages);
  writer->Line("shards",
               fmt::format("{} by {}; messages and channels in each", shards.size(), measurement.info.strategy));
  if (shards.size() > kMostBars) return;
  const std::size_t half = (shards.size() + 1) / 2;
  for (std::size_t row = 0; row < half; ++row) {
    std::string line;
    for (std::size_t i = row; i < shards.size(); i += half) {
      line +=
          fmt::format("{:>4} {} {:>9} {:>6}   ", shards[i].id.value, writer->Bar(shards[i].messages * kBarWidth / most),
                      GroupDigits(shards[i].messages), GroupDigits(shards[i].channels));
    }
    while (line.ends_with(' ')) line.pop_back();
    writer->Line("", line);
  }
}

}  // namespace

std::map<std::string, double> ReadReport(std::istream& in) {
  std::map<std::string, double> report;
  for (std::string name, value; std::getline(in, name, '\t') && std::getline(in, value);) {
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (end != value.c_str() && *end == '\0') report[name] = number;
  }
  return report;
}

std::string DemoReport(const DemoFacts& facts, const Measurement& measurement, bool fancy) {
  Writer writer(fancy);
  writer.Blank();
  WriteImport(facts, measurement, &writer);
  writer.Blank();
  WriteReads(measurement, &writer);
  writer.Blank();
  WriteDisk(measurement, &writer);
  writer.Blank();
  WriteShards(measurement, &writer);
  writer.Blank();
  const std::string command = ShellWord(facts.command);
  const std::string store = ShellWord(facts.store);
  const std::string channel = ShellWord(measurement.busy_channel);
  writer.Line("try next", fmt::format("{} history {} {} --limit 5", command, store, channel));
  writer.Line("", fmt::format("{} route {} {}", command, store, channel));
  writer.Line("", fmt::format("{} export {} --channel {} | head -n 3", command, store, channel));
  return writer.Take();
}

}  // namespace rookery::demo
