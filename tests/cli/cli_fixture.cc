#include "tests/cli/cli_fixture.h"

#include <fstream>
#include <sstream>

namespace rookery::testing {
namespace {

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

}  // namespace

std::vector<std::string> Lines(std::string_view text) { return Split(text, '\n'); }
std::vector<std::string> Cells(std::string_view line) { return Split(line, '\t'); }

Outcome CliTest::Rookery(Invocation invocation) const {
  invocation.arguments.insert(invocation.arguments.begin(), kRookery);
  invocation.directory = directory();
  return Process(invocation).Wait();
}

Outcome CliTest::Rookery(const Arguments& arguments, const std::string& input) const {
  return Rookery(Invocation{.arguments = arguments, .input = input});
}

std::string CliTest::Out(const Arguments& arguments, const std::string& input) const {
  const Outcome outcome = Rookery(arguments, input);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
  return outcome.out;
}

Json CliTest::OutJson(Arguments arguments, const std::string& input) const {
  arguments.emplace_back("--json");
  const std::string out = Out(arguments, input);
  Json json = Json::parse(out, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << out;
  return json;
}

std::vector<Json> CliTest::OutJsonLines(Arguments arguments, const std::string& input) const {
  arguments.emplace_back("--json");
  std::vector<Json> objects;
  for (const std::string& line : Lines(Out(arguments, input))) {
    objects.push_back(Json::parse(line, nullptr, false));
    EXPECT_TRUE(objects.back().is_object()) << line;
  }
  return objects;
}

Outcome CliTest::Shell(const std::string& line) const {
  return Process({.arguments = {"sh", "-c", line}, .directory = directory(), .environment = {{"ROOKERY", kRookery}}})
      .Wait();
}

void CliTest::Init() const { Out({"init", "s", "--shards", "2"}); }

std::string CliTest::Post(const std::string& channel, const std::string& content, const Arguments& more) const {
  Arguments arguments = {"post", "s", channel, "--author", "ada"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  arguments.insert(arguments.end(), {"--", content});
  std::string id = Out(arguments);
  if (id.ends_with('\n')) id.pop_back();
  return id;
}

void CliTest::WriteFile(const std::string& name, std::string_view content) const {
  std::ofstream(directory() / name, std::ios::binary) << content;
}

std::string CliTest::ReadFile(const std::string& name) const {
  std::ifstream file(directory() / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string ManyMessages(std::size_t count) {
  std::string lines;
  for (std::size_t i = 1; i <= count; ++i) {
    lines += R"({"channel":"channel-)" + std::to_string(i % 7) + R"(","id":")" + std::to_string(i << 22) +
             R"(","author":"ada","content":"message number )" + std::to_string(i) + "\"}\n";
  }
  return lines;
}

}  // namespace rookery::testing
