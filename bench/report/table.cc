#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/report/report.h"

namespace rookery::bench {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

/// 123456 as "123,456".
std::string WithCommas(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string NumberText(double value) {
  if (value >= 1000) return WithCommas(static_cast<std::size_t>(std::llround(value)));
  return value >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.2f}", value);
}

}  // namespace

std::string HeaderText(const Environment& environment, const Sizes& sizes) {
  return fmt::format(
      "machine   {}, {} cores, {:.0f} GiB, {}, {}, load {:.1f}\n"
      "sizes     {} messages of {} bytes on average in {} channels, Zipf {}, seed {}; {} rounds\n"
      "commit    {}\n"
      "build     {}\n"
      "versions  Rookery {}, RocksDB {}, LMDB {}, SQLite {}\n",
      environment.cpu, environment.cores, static_cast<double>(environment.memory_bytes) / kGiB, environment.kernel,
      environment.file_system, environment.load, WithCommas(sizes.chat.messages),
      sizes.content_bytes / sizes.chat.messages, WithCommas(sizes.chat.channels), kChannelExponent, sizes.chat.seed,
      sizes.rounds, environment.commit, environment.build, environment.rookery, environment.rocksdb, environment.lmdb,
      environment.sqlite);
}

std::string TableText(const std::string& title, const std::vector<ResultRow>& rows) {
  std::string text = fmt::format("\n{}\n{:<14} {:<26} {:>12} {:<11} {:<11} {:>6}\n", title, "contender", "metric",
                                 "value", "unit", "ratio to", "ratio");
  std::string_view before;
  for (const ResultRow& row : rows) {
    // Each contender is named once.
    const std::string_view name = row.contender == before ? std::string_view() : std::string_view(row.contender);
    before = row.contender;
    text += fmt::format("{:<14} {:<26} {:>12} {:<11} {:<11} {:>6}\n", name, row.metric, NumberText(row.value), row.unit,
                        row.ratio_to.value_or("-"), row.ratio ? fmt::format("{:.2f}", *row.ratio) : "-");
  }
  return text;
}

}  // namespace rookery::bench
