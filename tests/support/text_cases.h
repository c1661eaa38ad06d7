// Tests written as text: files of cases under tests/cases, each a command, its input and what it should answer.
//
//   # A comment, outside of a case.
//   command word "a word with \x00, \" and \\" ...
//   more lines of words, if the command takes input
//   ----
//   the expected answer, up to an empty line or the end of the file
//
// Run a test with ROOKERY_REWRITE_CASES=1 to write the answers that it gets into the file, then read the diff.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::testing {

using Words = std::vector<std::string>;

/// A word as a number; 0 if it is none.
std::uint32_t NumberOf(const std::string& word);

/// One case, as a command sees it.
struct TextCase {
  Words arguments;           // the words after the command
  std::vector<Words> input;  // the lines after the first
};

/// Answers in lines, each ended by '\n'.
using TextCommand = std::function<std::string(const TextCase&)>;

/// Runs all cases of tests/cases/`file`; fails the test, naming file and line, where an answer differs.
void RunTextCases(std::string_view file, const std::map<std::string, TextCommand>& commands);

}  // namespace rookery::testing
