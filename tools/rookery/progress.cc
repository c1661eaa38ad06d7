#include "progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "signals.h"
#include "text.h"

namespace rookery::cli {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds kQuietStart{2};  // what is done sooner needs no progress
constexpr Seconds kLineInterval{0.1};
constexpr Seconds kJsonInterval{1};
constexpr Seconds kPlainInterval{5};

/// How much is done, from 0 to 1; 0 if no total is known.
double Fraction(const ProgressSample& sample) {
  const bool by_bytes = sample.total_bytes > 0;
  const auto total = static_cast<double>(by_bytes ? sample.total_bytes : sample.total_items);
  const auto done = static_cast<double>(by_bytes ? sample.bytes : sample.items);
  return total > 0 ? std::min(done / total, 1.0) : 0;
}

std::string Rate(std::string_view items, const ProgressSample& sample, Seconds elapsed) {
  if (sample.bytes_per_second > 0) return HumanBytes(static_cast<double>(sample.bytes_per_second)) + "/s";
  const double seconds = std::max(elapsed.count(), 0.001);
  if (sample.bytes > 0) return HumanBytes(static_cast<double>(sample.bytes) / seconds) + "/s";
  return fmt::format("{} {}/s", HumanCount(static_cast<double>(sample.items) / seconds), items);
}

}  // namespace

std::optional<std::chrono::seconds> TimeLeft(const ProgressSample& sample, Seconds elapsed) {
  if (sample.bytes_per_second > 0 && sample.total_bytes >= sample.bytes) {
    return std::chrono::seconds{
        static_cast<std::int64_t>((sample.total_bytes - sample.bytes) / sample.bytes_per_second)};
  }
  const double fraction = Fraction(sample);
  if (fraction <= 0) return std::nullopt;
  return std::chrono::seconds{static_cast<std::int64_t>(std::ceil(elapsed.count() * (1 - fraction) / fraction))};
}

std::string ProgressLine(std::string_view verb, std::string_view items, const ProgressSample& sample, Seconds elapsed) {
  std::string doing = sample.phase.empty() ? std::string(verb) : fmt::format("{}: {}", verb, sample.phase);
  if (!sample.phase.empty() && sample.items == 0 && sample.bytes == 0) return doing;
  std::string line = fmt::format("{}  {} {}", doing, HumanCount(static_cast<double>(sample.items)), items);
  if (const double fraction = Fraction(sample); fraction > 0) line += fmt::format("  {:.0f} %", fraction * 100);
  line += "  " + Rate(items, sample, elapsed);
  if (const auto left = TimeLeft(sample, elapsed)) line += "  ETA " + HumanDuration(*left);
  return line;
}

nlohmann::ordered_json ProgressToJson(std::string_view verb, const ProgressSample& sample, Seconds elapsed) {
  nlohmann::ordered_json progress{{"command", verb}, {"items", sample.items}, {"bytes", sample.bytes}};
  if (!sample.phase.empty()) progress["phase"] = sample.phase;
  if (sample.total_items > 0) progress["total_items"] = sample.total_items;
  if (sample.total_bytes > 0) progress["total_bytes"] = sample.total_bytes;
  progress["seconds"] = std::round(elapsed.count() * 10) / 10;
  if (const auto left = TimeLeft(sample, elapsed)) progress["seconds_left"] = left->count();
  return {{"progress", progress}};
}

Progress::Progress(Context& context, std::string_view verb, std::string_view items)
    : context_(context), verb_(verb), items_(items) {}

Progress::~Progress() { Clear(); }

bool Progress::Update(const ProgressSample& sample) {
  if (sample.phase != phase_) {
    phase_ = sample.phase;
    phase_start_ = std::chrono::steady_clock::now();
  }
  if (TakeProgressRequest()) {
    Clear();
    context_.error() << ProgressLine(verb_, items_, sample, phase_elapsed()) + "\n" << std::flush;
  }
  Show(sample);
  return InterruptSignal() == 0;
}

void Progress::Show(const ProgressSample& sample) {
  const ProgressMode mode = context_.settings().progress;
  const Seconds interval = mode == ProgressMode::kLine   ? kLineInterval
                           : mode == ProgressMode::kJson ? kJsonInterval
                                                         : kPlainInterval;
  // A front end wants to know at once that it began; a person only that it takes long.
  const bool too_early = mode != ProgressMode::kJson && elapsed() < kQuietStart;
  const auto now = std::chrono::steady_clock::now();
  if (mode == ProgressMode::kNone || too_early || (shown_ && now - *shown_ < interval)) return;
  shown_ = now;
  if (mode == ProgressMode::kJson) {
    context_.error() << JsonLine(ProgressToJson(verb_, sample, phase_elapsed())) + "\n" << std::flush;
    return;
  }
  const std::string line = ProgressLine(verb_, items_, sample, phase_elapsed());
  if (mode == ProgressMode::kPlain) {
    context_.error() << line + "\n" << std::flush;
    return;
  }
  const std::string rest(line_width_ > line.size() ? line_width_ - line.size() : 0, ' ');
  context_.error() << "\r" + line + rest << std::flush;
  line_width_ = line.size();
}

void Progress::Clear() {
  if (line_width_ == 0) return;
  context_.error() << "\r" + std::string(line_width_, ' ') + "\r" << std::flush;
  line_width_ = 0;
}

}  // namespace rookery::cli
