#include "tests/torture/failing_rounds.h"

#include <algorithm>
#include <sstream>

namespace rookery::torture {

void RoundResult::TakeCounts(const std::string& numbers) {
  std::istringstream words(numbers);
  for (std::uint64_t& count : calls) words >> count;
  for (std::uint64_t& count : calls_by_kind) words >> count;
}

std::string RoundResult::ToLine() const {
  std::ostringstream line;
  line << fault.ToLine() << '\t' << (died ? 1 : 0) << ' ' << errors << ' ' << acknowledged << '\t';
  for (const std::uint64_t count : calls) line << count << ' ';
  for (const std::uint64_t count : calls_by_kind) line << count << ' ';
  std::string what = wrong;
  std::replace(what.begin(), what.end(), '\t', ' ');
  line << '\t' << failed << '\t' << what;
  return std::move(line).str();
}

std::optional<RoundResult> RoundResult::FromLine(const std::string& line) {
  std::istringstream fields(line);
  std::array<std::string, 5> parts;
  for (std::string& part : parts) std::getline(fields, part, '\t');
  const auto fault = Fault::FromLine(parts[0]);
  RoundResult result;
  std::istringstream figures(parts[1]);
  if (!fault || !(figures >> result.died >> result.errors >> result.acknowledged)) return std::nullopt;
  result.fault = *fault;
  result.TakeCounts(parts[2]);
  result.failed = parts[3];
  result.wrong = parts[4];
  return result;
}

}  // namespace rookery::torture
