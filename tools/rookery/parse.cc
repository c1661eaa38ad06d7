#include "parse.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "text.h"

namespace rookery::cli {
namespace {

Status Invalid(std::string_view text, std::string_view expected) {
  return {StatusCode::kInvalidArgument, fmt::format("\"{}\" is not {}", TerminalText(text), expected)};
}

/// False: not a number in whole, or larger than `T` holds.
template <typename T>
bool ParseDigits(std::string_view text, T* number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *number);
  return error == std::errc{} && stop == end;
}

}  // namespace

Result<std::uint64_t> ParseCount(std::string_view text) {
  std::uint64_t number = 0;
  if (!ParseDigits(text, &number)) return Invalid(text, "a whole number");
  return number;
}

Result<std::uint64_t> ParsePositive(std::string_view text) {
  std::uint64_t number = 0;
  if (!ParseDigits(text, &number) || number == 0) return Invalid(text, "a whole number of at least 1");
  return number;
}

Result<double> ParsePercent(std::string_view text) {
  constexpr std::uint64_t kMost = 100;
  std::uint64_t number = 0;
  if (!ParseDigits(text, &number) || number == 0 || number > kMost) {
    return Invalid(text, "a percentage: a whole number from 1 to 100");
  }
  return static_cast<double>(number) / static_cast<double>(kMost);
}

Result<std::size_t> ParseSize(std::string_view text) {
  constexpr std::string_view kLetters = "kmgt";
  constexpr auto kWanted = "a size such as 64MiB, 2GiB or 1048576";
  const std::size_t digits = std::min(text.size(), text.find_first_not_of("0123456789"));
  std::uint64_t number = 0;
  if (!ParseDigits(text.substr(0, digits), &number)) return Invalid(text, kWanted);
  std::string unit;
  for (const char letter : text.substr(digits)) {
    if (letter != ' ') unit += static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
  }
  if (unit.ends_with('b')) unit.pop_back();
  const bool binary = unit.ends_with('i');
  if (binary) unit.pop_back();
  if (unit.size() > 1 || (unit.empty() && binary)) return Invalid(text, kWanted);
  const std::size_t power = unit.empty() ? 0 : kLetters.find(unit) + 1;
  if (power > kLetters.size() || (!unit.empty() && power == 0)) return Invalid(text, kWanted);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  for (std::size_t i = 0; i < power; ++i) {
    if (number > kMost / 1024) return Invalid(text, kWanted);
    number *= binary ? 1024 : 1000;
  }
  return static_cast<std::size_t>(number);
}

Result<std::uint32_t> ParseSmallCount(std::string_view text) {
  std::uint32_t number = 0;
  if (!ParseDigits(text, &number)) return Invalid(text, "a whole number");
  return number;
}

Result<std::chrono::milliseconds> ParseSeconds(std::string_view text) {
  constexpr std::chrono::milliseconds kMost = std::chrono::hours{24};
  double seconds = 0;
  if (ParseDigits(text, &seconds) && seconds > 0 && seconds <= std::chrono::duration<double>(kMost).count()) {
    const std::chrono::milliseconds time{std::llround(seconds * 1000)};
    if (time.count() > 0) return time;
  }
  return Invalid(text, "a number of seconds: more than 0, at most 86400");
}

Result<MessageId> ParseMessageId(std::string_view text) {
  std::uint64_t number = 0;
  if (!ParseDigits(text, &number) || !MessageId{number}.valid()) {
    return Invalid(text, fmt::format("a message id: a whole number from 1 to {}", MessageId::kMax));
  }
  return MessageId{number};
}

Result<Version> ParseVersion(std::string_view text) {
  std::uint64_t number = 0;
  if (!ParseDigits(text, &number)) return Invalid(text, "a version: a whole number, or 0 for \"not there yet\"");
  return Version{number};
}

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

Result<std::vector<std::uint32_t>> ParseWeights(std::string_view text) {
  std::vector<std::uint32_t> weights;
  for (const std::string& part : SplitAtCommas(text)) {
    std::uint32_t weight = 0;
    if (!ParseDigits(part, &weight)) return Invalid(text, "a list of weights such as 1,1,2");
    weights.push_back(weight);
  }
  return weights;
}

Result<std::pair<std::string, std::string>> ParseAttribute(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return Invalid(text, "an attribute: NAME=VALUE");
  return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Result<std::pair<std::string, ShardId>> ParseAssignment(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  std::uint32_t shard = 0;
  if (equals == std::string_view::npos || equals == 0 || !ParseDigits(text.substr(equals + 1), &shard)) {
    return Invalid(text, "an assignment: CHANNEL=SHARD, where SHARD is a number");
  }
  return std::pair{std::string(text.substr(0, equals)), ShardId{shard}};
}

}  // namespace rookery::cli
