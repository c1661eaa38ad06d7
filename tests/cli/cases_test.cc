// Runs tests/cases/cli.txt: command lines and what they print, in one directory, one after the other.
#include <gtest/gtest.h>

#include "tests/cli/cli_fixture.h"
#include "tests/support/text_cases.h"

namespace rookery::testing {
namespace {

/// Two channels with fixed ids and times, a reply, an edit, an action and a record.
constexpr std::string_view kChat = R"({"channel":"general","id":"4194304","author":"ada","content":"hello"}
{"channel":"general","id":"8388608","author":"bob","content":"hi ada","reply_to":"4194304"}
{"channel":"general","id":"12582912","author":"ada","content":"waves","flags":1}
{"channel":"dm/7","id":"4194304","author":"eve","content":"tab\there","edited_at":"2026-01-01T00:00:00Z","version":2}
{"type":"record","channel":"general","key":"topic","value":"all","updated_at":"2026-01-01T00:00:00Z","version":1}
)";

class CasesTest : public CliTest {
 protected:
  /// stdout, then stderr with a mark on each line, then the exit code if it is not 0.
  std::string Answer(const TextCase& text_case) const {
    const Outcome outcome = Rookery(text_case.arguments);
    std::string answer = outcome.out;
    for (const std::string& line : Lines(outcome.error)) answer += "stderr: " + line + "\n";
    if (outcome.exit_code != 0) answer += "exit code " + std::to_string(outcome.exit_code) + "\n";
    return answer;
  }
};

TEST_F(CasesTest, TheCommandAnswersAsWritten) {
  WriteFile("chat.jsonl", kChat);
  Out({"init", "chat.rook", "--routing", "range", "--splits", "f"});
  Out({"import", "chat.rook", "chat.jsonl"});
  RunTextCases("cli.txt", {{"rookery", [this](const TextCase& text_case) { return Answer(text_case); }}});
}

}  // namespace
}  // namespace rookery::testing
