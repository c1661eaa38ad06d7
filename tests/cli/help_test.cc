// Help, completion and docs/cli.md tell the same as the parser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class HelpTest : public CliTest {
 protected:
  Json Commands() const { return OutJson({"help"})["commands"]; }

  static std::string Document(const std::string& name) {
    std::ifstream file(std::string(ROOKERY_SOURCE_DIR) + "/docs/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(HelpTest, EveryCommandHasTwoExamplesOfItself) {
  for (const Json& command : Commands()) {
    const std::string name = command["name"];
    EXPECT_GE(command["examples"].size(), 2) << name;
    for (const std::string example : command["examples"]) EXPECT_THAT(example, HasSubstr("rookery " + name));
  }
}

TEST_F(HelpTest, HelpOfACommandIsTheSameOnBothWays) {
  for (const Json& command : Commands()) {
    const std::string name = command["name"];
    const std::string help = Out({"help", name});
    EXPECT_EQ(Out({name, "--help"}), help);
    for (const Json& option : command["options"])
      EXPECT_THAT(help, HasSubstr(option["names"].back().get<std::string>()));
  }
}

TEST_F(HelpTest, TheOverviewListsAllCommands) {
  const std::string overview = Out({"help"});
  EXPECT_EQ(Out({"--help"}), overview);
  for (const Json& command : Commands())
    EXPECT_THAT(overview, HasSubstr("\n  " + command["name"].get<std::string>() + " "));
}

TEST_F(HelpTest, HelpOfNoCommandSuggestsOne) {
  const Outcome outcome = Rookery({"help", "imprt"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("did you mean import?"));
}

TEST_F(HelpTest, EveryCommandIsDocumentedWithAnExample) {
  const std::string page = Document("cli.md");
  for (const Json& command : Commands()) {
    const std::string name = command["name"];
    const std::size_t heading = page.find("\n## " + name + "\n");
    ASSERT_NE(heading, std::string::npos) << name;
    const std::string section = page.substr(heading, page.find("\n## ", heading + 1) - heading);
    EXPECT_THAT(section, HasSubstr("rookery " + name)) << name;
  }
}

TEST_F(HelpTest, EveryOptionOfACommandIsDocumented) {
  const std::string page = Document("cli.md");
  for (const Json& command : Commands()) {
    for (const Json& option : command["options"]) {
      const std::string name = option["names"].back();
      EXPECT_TRUE(option["positional"] || page.find(name) != std::string::npos) << command["name"] << " " << name;
    }
  }
}

TEST_F(HelpTest, TheContractListsEveryExitCode) {
  const std::string page = Document("cli-contract.md");
  for (const char* code : {"0", "1", "2", "3", "4", "5", "10", "11", "12", "13", "14", "130", "143"}) {
    EXPECT_THAT(page, HasSubstr("\n| " + std::string(code) + " |")) << code;
  }
}

TEST_F(HelpTest, VersionIsAFlagToo) { EXPECT_EQ(Out({"--version"}), Out({"version"})); }

TEST_F(HelpTest, CompletionScriptsParse) {
  WriteFile("bash", Out({"completion", "bash"}));
  EXPECT_EQ(Shell("bash -n bash").exit_code, 0);
  WriteFile("zsh", Out({"completion", "zsh"}));
  EXPECT_EQ(Shell("! command -v zsh || zsh -n zsh").exit_code, 0);
  WriteFile("fish", Out({"completion", "fish"}));
  EXPECT_EQ(Shell("! command -v fish || fish -n fish").exit_code, 0);
}

TEST_F(HelpTest, CompletionScriptsKnowAllOptions) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = Out({"completion", shell});
    for (const Json& command : Commands()) {
      EXPECT_THAT(script, HasSubstr(command["name"].get<std::string>()));
      for (const Json& option : command["options"]) {
        if (option["positional"]) continue;
        const std::string name = option["names"].back();
        EXPECT_THAT(script, HasSubstr(name.substr(name.find_first_not_of('-')))) << shell;
      }
    }
  }
}

/// What bash would offer after the words.
class BashCompletionTest : public CliTest {
 protected:
  std::string Complete(const std::string& words, int position) const {
    return Shell("\"$ROOKERY\" completion bash > c; bash -c '. ./c; compopt() { :; }; COMP_WORDS=(" + words +
                 "); COMP_CWORD=" + std::to_string(position) + "; _rookery; echo \"${COMPREPLY[*]}\"'")
        .out;
  }
};

TEST_F(BashCompletionTest, OffersCommandsOptionsAndChoices) {
  EXPECT_EQ(Complete("rookery hi", 1), "history\n");
  EXPECT_EQ(Complete("rookery --color never hi", 3), "history\n");
  EXPECT_EQ(Complete("rookery history s c --lim", 4), "--limit\n");
  EXPECT_EQ(Complete("rookery import s p --format js", 5), "jsonl\n");
  EXPECT_EQ(Complete("rookery init s --routing = ra", 5), "range\n");
  EXPECT_EQ(Complete("rookery completion f", 2), "fish\n");
  EXPECT_EQ(Complete("rookery help imp", 2), "import\n");
}

TEST_F(BashCompletionTest, OffersFilesWhereAPathIsMeant) {
  WriteFile("chat-export.json", "");
  EXPECT_EQ(Complete("rookery import s chat-e", 3), "chat-export.json\n");
  EXPECT_EQ(Complete("rookery export s --output chat-e", 4), "chat-export.json\n");
}

}  // namespace
}  // namespace rookery::testing
