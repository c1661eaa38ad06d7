#include "assembly/published_stats.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "assembly/store_directory.h"
#include "base/file_reader.h"
#include "base/macros.h"
#include "base/text.h"
#include "metrics/metric_rows.h"

namespace rookery::assembly {
namespace {

constexpr std::string_view kFirstLine = "rookery stats 1";

template <typename Number>
std::string Text(Number number) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), end};
}

std::string Text(Timestamp time) { return Text(time.time_since_epoch().count()); }

std::string ToHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex += kDigits[static_cast<unsigned char>(byte) >> 4];
    hex += kDigits[static_cast<unsigned char>(byte) & 0xF];
  }
  return hex;
}

/// The words of a line, one after the other; false once something is not as it should be.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::string_view Next() {
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(rest_.size(), word.size() + 1));
    return word;
  }

  template <typename Number>
  bool Read(Number* number) {
    const std::string_view word = Next();
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), *number);
    return error == std::errc{} && end == word.data() + word.size();
  }
  bool Read(Timestamp* time) {
    std::int64_t milliseconds = 0;
    if (!Read(&milliseconds)) return false;
    *time = Timestamp{std::chrono::milliseconds{milliseconds}};
    return true;
  }
  bool ReadHex(std::string* bytes) {
    const std::string_view hex = Next();
    if (hex.size() % 2 != 0) return false;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      std::uint8_t byte = 0;
      const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
      if (error != std::errc{} || end != hex.data() + i + 2) return false;
      bytes->push_back(static_cast<char>(byte));
    }
    return true;
  }

 private:
  std::string_view rest_;
};

bool ReadMetric(Words* words, StoreStats* stats) {
  const std::string_view name = words->Next();
  double value = 0;
  constexpr double kMostExact = 0x1p53;
  if (!words->Read(&value) || !(value >= 0 && value <= kMostExact)) return false;
  const auto rows = metrics::MetricRows();
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.name == name; });
  if (row != rows.end()) row->set(stats, value);
  return true;
}

bool ReadShard(Words* words, StoreStats* stats) {
  ShardStats shard;
  if (!words->Read(&shard.id.value) || !words->Read(&shard.estimated_rows) || !words->Read(&shard.disk_bytes) ||
      !words->Read(&shard.memory_bytes)) {
    return false;
  }
  shard.name = base::ShardName(shard.id);
  stats->shards.push_back(std::move(shard));
  return true;
}

bool ReadHot(Words* words, StoreStats* stats) {
  HotChannel hot;
  if (!words->Read(&hot.reads) || !words->ReadHex(&hot.channel)) return false;
  stats->cache.hot_channels.push_back(std::move(hot));
  return true;
}

bool ReadAdmission(Words* words, AdmissionStats* admission) {
  PrefixAdmissionStats prefix;
  if (!words->Read(&prefix.admitted) || !words->Read(&prefix.refused) || !words->ReadHex(&prefix.prefix)) return false;
  admission->prefixes.push_back(std::move(prefix));
  return true;
}

bool ReadMemory(Words* words, std::vector<MemoryPart>* memory) {
  MemoryPart part;
  if (!words->Read(&part.budget) || !words->Read(&part.used) || !words->ReadHex(&part.part)) return false;
  memory->push_back(std::move(part));
  return true;
}

bool ReadStall(Words* words, StallStats* stall) {
  std::uint32_t state = 0;
  if (!words->Read(&state) || state > static_cast<std::uint32_t>(StallState::kStopped)) return false;
  stall->state = static_cast<StallState>(state);
  return words->Read(&stall->since) && words->ReadHex(&stall->shard) && words->ReadHex(&stall->reason);
}

bool ReadClosed(Words* words, bool* closed) {
  int flag = 0;
  if (!words->Read(&flag)) return false;
  *closed = flag != 0;
  return true;
}

bool ReadLine(std::string_view line, PublishedStats* published) {
  Words words(line);
  const std::string_view kind = words.Next();
  if (kind == "metric") return ReadMetric(&words, &published->stats);
  if (kind == "shard") return ReadShard(&words, &published->stats);
  if (kind == "hot") return ReadHot(&words, &published->stats);
  if (kind == "admission") return ReadAdmission(&words, &published->stats.admission);
  if (kind == "memory") return ReadMemory(&words, &published->stats.memory);
  if (kind == "stall") return ReadStall(&words, &published->stats.stall);
  if (kind == "retention_paused") return words.ReadHex(&published->stats.retention.paused_reason);
  if (kind == "unavailable") return words.ReadHex(&published->stats.unavailable_reason);
  if (kind == "opened_at") return words.Read(&published->opened_at);
  if (kind == "published_at") return words.Read(&published->published_at);
  if (kind == "closed") return ReadClosed(&words, &published->closed);
  return true;
}

}  // namespace

StoreStats WithoutNames(StoreStats stats) {
  stats.cache.hot_channels.clear();
  stats.admission.prefixes.clear();
  for (std::string* reason : {&stats.retention.paused_reason, &stats.unavailable_reason}) {
    *reason = ReasonWithoutNames(std::move(*reason));
  }
  return stats;
}

std::string ReasonWithoutNames(std::string reason) {
  return reason.empty() ? std::move(reason) : "not told here, as the store is encrypted; its log has it";
}

std::string ToText(const PublishedStats& published) {
  const StoreStats& stats = published.stats;
  std::string text(kFirstLine);
  const auto line = [&text](std::string_view kind, std::string_view rest) {
    text.append("\n").append(kind).append(" ").append(rest);
  };
  line("opened_at", Text(published.opened_at));
  line("published_at", Text(published.published_at));
  line("closed", published.closed ? "1" : "0");
  for (const metrics::MetricRow& row : metrics::MetricRows()) {
    line("metric", std::string(row.name) + " " + Text(row.get(stats)));
  }
  for (const ShardStats& shard : stats.shards) {
    line("shard", Text(shard.id.value) + " " + Text(shard.estimated_rows) + " " + Text(shard.disk_bytes) + " " +
                      Text(shard.memory_bytes));
  }
  for (const HotChannel& hot : stats.cache.hot_channels) line("hot", Text(hot.reads) + " " + ToHex(hot.channel));
  for (const PrefixAdmissionStats& prefix : stats.admission.prefixes) {
    line("admission", Text(prefix.admitted) + " " + Text(prefix.refused) + " " + ToHex(prefix.prefix));
  }
  for (const MemoryPart& part : stats.memory) {
    line("memory", Text(part.budget) + " " + Text(part.used) + " " + ToHex(part.part));
  }
  line("stall", Text(static_cast<std::uint32_t>(stats.stall.state)) + " " + Text(stats.stall.since) + " " +
                    ToHex(stats.stall.shard) + " " + ToHex(stats.stall.reason));
  line("retention_paused", ToHex(stats.retention.paused_reason));
  line("unavailable", ToHex(stats.unavailable_reason));
  return text += '\n';
}

Result<PublishedStats> ParsePublishedStats(std::string_view text) {
  PublishedStats published;
  for (bool first = true; !text.empty(); first = false) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    // A line without an end was cut off.
    if (end == std::string_view::npos || (first ? line != kFirstLine : !ReadLine(line, &published))) {
      return Status(StatusCode::kCorruption, "the line " + base::Quoted(line) + " cannot be understood");
    }
    text.remove_prefix(end + 1);
  }
  if (published.published_at == Timestamp{}) return Status(StatusCode::kCorruption, "it does not say when it was made");
  return published;
}

}  // namespace rookery::assembly

namespace rookery {

Result<std::optional<PublishedStats>> ReadPublishedStats(const std::filesystem::path& store) {
  const std::filesystem::path path = assembly::StoreDirectory(store).stats_path();
  constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  const auto text = base::ReadSmallFile(path, kMostBytes);
  if (!text) {
    std::error_code error;
    const auto type = std::filesystem::status(path, error).type();
    if (type == std::filesystem::file_type::not_found) return std::optional<PublishedStats>();
    return text.error();
  }
  auto published = assembly::ParsePublishedStats(*text);
  if (published) return std::optional(*std::move(published));
  return Status(StatusCode::kCorruption, path.string() + ": " + std::string(published.error().message()) +
                                             "; it holds no data: remove it, and it is written again");
}

}  // namespace rookery
