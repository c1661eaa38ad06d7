#include "shield.h"

namespace rookery::cli {
namespace {

constexpr char kMarker = '\x01';

bool MeansSomethingToTheParser(std::string_view argument) {
  constexpr std::string_view kFirstLetters = "[{+%\x01";
  return argument.empty() || kFirstLetters.find(argument.front()) != std::string_view::npos;
}

std::string ShieldOne(const std::string& argument, bool options_ended) {
  const std::size_t equals = argument.find('=');
  if (!options_ended && argument.starts_with("--") && equals != std::string::npos) {
    return argument.substr(0, equals + 1) + kMarker + argument.substr(equals + 1);
  }
  return MeansSomethingToTheParser(argument) ? kMarker + argument : argument;
}

}  // namespace

std::vector<std::string> Shield(const std::vector<std::string>& arguments) {
  std::vector<std::string> shielded;
  bool options_ended = false;
  for (const std::string& argument : arguments) {
    shielded.push_back(ShieldOne(argument, options_ended));
    options_ended = options_ended || argument == "--";
  }
  return shielded;
}

std::string Unshield(std::string_view argument) {
  if (!argument.empty() && argument.front() == kMarker) argument.remove_prefix(1);
  return std::string(argument);
}

}  // namespace rookery::cli
