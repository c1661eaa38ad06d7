// rookery_demo: what tools/demo needs beside the command.
//   rookery_demo generate MESSAGES SEED                 a chat as JSON Lines on stdout
//   rookery_demo show STORE SOURCE COMMAND < REPORT     measures STORE; REPORT is what `rookery import` printed
#include <unistd.h>

#include <charconv>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "chat_generator.h"
#include "demo_report.h"
#include "measure.h"
#include "text.h"

namespace rookery::demo {
namespace {

bool ParseNumber(std::string_view text, std::uint64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc{} && end == text.data() + text.size();
}

int Generate(const std::vector<std::string>& arguments) {
  ChatOptions options;
  if (!ParseNumber(arguments[1], &options.messages) || !ParseNumber(arguments[2], &options.seed)) return 2;
  GenerateChat(options, std::cout);
  std::cout.flush();
  return std::cout ? 0 : 1;
}

int Show(const std::vector<std::string>& arguments) {
  const DemoFacts facts{
      .source = arguments[2], .store = arguments[1], .command = arguments[3], .import_report = ReadReport(std::cin)};
  const Result<Measurement> measurement = Measure(facts.store);
  if (!measurement) {
    std::cerr << "rookery_demo: " << measurement.error() << '\n';
    return 1;
  }
  std::cout << DemoReport(facts, *measurement, ::isatty(STDOUT_FILENO) == 1);
  return measurement->verified.ok() ? 0 : 1;
}

int Run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 3 && arguments[0] == "generate") return Generate(arguments);
  if (arguments.size() == 4 && arguments[0] == "show") return Show(arguments);
  std::cerr << "usage: rookery_demo generate MESSAGES SEED | show STORE SOURCE COMMAND < REPORT\n";
  return 2;
}

}  // namespace
}  // namespace rookery::demo

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  rookery::cli::UseUtf8();
  try {
    return rookery::demo::Run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& exception) {
    std::cerr << "rookery_demo: " << exception.what() << '\n';
    return 1;
  }
}
