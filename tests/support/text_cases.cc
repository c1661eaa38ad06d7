#include "tests/support/text_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace rookery::testing {
namespace {

constexpr std::string_view kRuler = "----";

/// The character after a backslash at the front of `text`, which is taken off. nullopt: not an escape.
std::optional<char> TakeEscape(std::string_view* text) {
  if (text->empty()) return std::nullopt;
  const char kind = text->front();
  text->remove_prefix(1);
  if (kind != 'x') return kind;
  if (text->size() < 2) return std::nullopt;
  const std::string digits(text->substr(0, 2));
  char* end = nullptr;
  const auto value = std::strtoul(digits.c_str(), &end, 16);
  text->remove_prefix(2);
  return *end == '\0' ? std::optional(static_cast<char>(value)) : std::nullopt;
}

/// The word at the front of `line`, which is taken off with the spaces before it. nullopt at the end of the line.
std::optional<std::string> TakeWord(std::string_view* line) {
  line->remove_prefix(std::min(line->find_first_not_of(' '), line->size()));
  if (line->empty()) return std::nullopt;
  if (line->front() != '"') {
    const std::string word(line->substr(0, line->find(' ')));
    line->remove_prefix(word.size());
    return word;
  }
  std::string word;
  line->remove_prefix(1);
  while (!line->empty() && line->front() != '"') {
    const char next = line->front();
    line->remove_prefix(1);
    const auto byte = next == '\\' ? TakeEscape(line) : std::optional(next);
    if (!byte) ADD_FAILURE() << "bad escape before " << *line;
    word.push_back(byte.value_or('?'));
  }
  if (line->empty()) ADD_FAILURE() << "a quoted word does not end: " << word;
  line->remove_prefix(std::min<std::size_t>(1, line->size()));
  return word;
}

Words WordsOf(std::string_view line) {
  Words words;
  while (auto word = TakeWord(&line)) words.push_back(*std::move(word));
  return words;
}

/// What `command` answers to the case whose lines above the ruler are `lines`.
std::string AnswerTo(const std::vector<std::string>& lines, const std::map<std::string, TextCommand>& commands) {
  TextCase text_case{.arguments = WordsOf(lines.front()), .input = {}};
  for (std::size_t i = 1; i < lines.size(); ++i) text_case.input.push_back(WordsOf(lines[i]));
  const auto command = commands.find(text_case.arguments.front());
  if (command == commands.end()) return "no such command\n";
  text_case.arguments.erase(text_case.arguments.begin());
  return command->second(text_case);
}

/// A file of cases that is read line by line and, as a copy with the answers that were got, written again.
class CaseFile {
 public:
  explicit CaseFile(const std::filesystem::path& path) : in_(path) {}

  /// Reads up to the next ruler: the lines of a case. Empty at the end of the file.
  std::vector<std::string> NextCase() {
    std::vector<std::string> lines;
    while (NextLine()) {
      copy_ << line_ << '\n';
      if (line_ == kRuler) return lines;
      const bool between_cases = lines.empty() && (line_.empty() || line_.front() == '#');
      if (!between_cases) lines.push_back(line_);
    }
    EXPECT_TRUE(lines.empty()) << "the last case has no " << kRuler;
    return {};
  }

  std::string NextAnswer() {
    std::string answer;
    while (NextLine() && !line_.empty()) answer += line_ + '\n';
    return answer;
  }
  void CopyAnswer(std::string_view answer) { copy_ << answer << (in_.eof() ? "" : "\n"); }

  int line_number() const { return line_number_; }
  std::string copy() const { return copy_.str(); }

 private:
  bool NextLine() { return ++line_number_, static_cast<bool>(std::getline(in_, line_)); }

  std::ifstream in_;
  std::ostringstream copy_;
  std::string line_;
  int line_number_ = 0;
};

}  // namespace

std::uint32_t NumberOf(const std::string& word) {
  return static_cast<std::uint32_t>(std::strtoul(word.c_str(), nullptr, 10));
}

void RunTextCases(std::string_view name, const std::map<std::string, TextCommand>& commands) {
  const auto path = std::filesystem::path(ROOKERY_SOURCE_DIR) / "tests" / "cases" / name;
  const bool rewrite = std::getenv("ROOKERY_REWRITE_CASES") != nullptr;
  CaseFile file(path);
  int cases = 0;
  for (auto lines = file.NextCase(); !lines.empty(); lines = file.NextCase(), ++cases) {
    SCOPED_TRACE(std::string(name) + ":" + std::to_string(file.line_number()) + ": " + lines.front());
    const std::string expected = file.NextAnswer();
    const std::string answer = AnswerTo(lines, commands);
    if (!rewrite) {
      EXPECT_EQ(answer, expected);
    }
    file.CopyAnswer(answer);
  }
  EXPECT_GT(cases, 0) << "no cases in " << path;
  if (rewrite) std::ofstream(path) << file.copy();
}

}  // namespace rookery::testing
