// What docs/cli-contract.md promises for every command: JSON, exit codes, clean streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "rookery/store.h"
#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class ContractTest : public CliTest {
 protected:
  Json ErrorOf(const Arguments& arguments, int exit_code) const {
    const Outcome outcome = Rookery(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.error;
    EXPECT_EQ(outcome.out, "");
    const Json json = Json::parse(outcome.error, nullptr, false);
    EXPECT_TRUE(json.is_object() && json.contains("error")) << outcome.error;
    return json.is_object() ? json["error"] : Json();
  }

  /// A call of each command that prints, all of which succeed one after the other.
  std::vector<Arguments> Calls(const std::string& id) const {
    return {{"info", "s"},
            {"post", "s", "general", "x", "--author", "a"},
            {"history", "s", "general"},
            {"get", "s", "general", id},
            {"edit", "s", "general", id, "y"},
            {"put", "s", "general", "k", "v"},
            {"get", "s", "general", "--record", "k"},
            {"list", "s", "general"},
            {"channels", "s"},
            {"export", "s"},
            {"export", "s", "--output", "out.jsonl"},
            {"import", "s", "out.jsonl"},
            {"import", "s", "out.jsonl", "--dry-run"},
            {"route", "s", "general"},
            {"shards", "s"},
            {"shards", "s", "--exact"},
            {"stats", "s"},
            {"verify", "s"},
            {"backup", "create", "s", "set"},
            {"backup", "list", "set"},
            {"backup", "verify", "set"},
            {"backup", "restore", "set", "again"},
            {"backup", "prune", "set", "--keep", "1"},
            {"doctor", "s"},
            {"salvage", "s", "saved-" + id},
            {"repair", "s"},
            {"rm", "s", "general", "--record", "k"},
            {"rm", "s", "general", id},
            {"completion", "bash"},
            {"version"},
            {"help"},
            {"help", "post"}};
  }
};

TEST_F(ContractTest, EveryCommandSpeaksJson) {
  Init();
  for (const Arguments& call : Calls(Post("general", "hello"))) {
    EXPECT_FALSE(OutJsonLines(call).empty()) << call.front();
  }
}

TEST_F(ContractTest, NothingGoesToStderrWhenAllIsWell) {
  Init();
  for (const Arguments& call : Calls(Post("general", "hello"))) EXPECT_EQ(Rookery(call).error, "") << call.front();
}

TEST_F(ContractTest, SingleObjectsNameTheirSchema) {
  Init();
  EXPECT_EQ(OutJson({"post", "s", "c", "x", "--author", "a"})["schema"], "rookery.post.v1");
  EXPECT_EQ(OutJson({"put", "s", "c", "k", "v"})["schema"], "rookery.put.v1");
  EXPECT_EQ(OutJson({"rm", "s", "c", "--record", "k"})["schema"], "rookery.rm.v1");
  EXPECT_EQ(OutJson({"stats", "s"})["schema"], "rookery.stats.v1");
  EXPECT_EQ(OutJson({"verify", "s"})["schema"], "rookery.verify.v1");
  EXPECT_EQ(OutJson({"version"})["schema"], "rookery.version.v1");
  EXPECT_EQ(OutJson({"help"})["schema"], "rookery.help.v1");
}

TEST_F(ContractTest, AMissingStoreIsExitCode10WithAHintAndIsNotCreated) {
  const Json error = ErrorOf({"post", "s", "c", "x", "--author", "a", "--json"}, 10);
  EXPECT_EQ(error["code"], "NOT_A_STORE");
  EXPECT_THAT(error["hint"].get<std::string>(), HasSubstr("rookery init"));
  EXPECT_EQ(ErrorOf({"history", "s", "c", "--json"}, 10)["code"], "NOT_A_STORE");
  EXPECT_FALSE(std::filesystem::exists(directory() / "s"));
}

TEST_F(ContractTest, AFolderOfSomethingElseIsNotAStore) {
  std::filesystem::create_directory(directory() / "s");
  WriteFile("s/letter.txt", "dear");
  EXPECT_EQ(ErrorOf({"stats", "s", "--json"}, 10)["code"], "NOT_A_STORE");
}

TEST_F(ContractTest, AStoreThatIsOpenElsewhereIsExitCode11NamingTheHolder) {
  Init();
  const Result<Store> holder = Store::Open(directory() / "s", {.mode = OpenMode::kOpen});
  ASSERT_TRUE(holder) << holder.status();
  const Json error = ErrorOf({"post", "s", "c", "x", "--author", "a", "--json"}, 11);
  EXPECT_EQ(error["code"], "LOCKED");
  EXPECT_THAT(error["message"].get<std::string>(), HasSubstr(std::to_string(::getpid())));
  EXPECT_EQ(ErrorOf({"history", "s", "c", "--json"}, 11)["code"], "LOCKED");
}

TEST_F(ContractTest, WhatIsNotThereIsExitCode4) {
  Init();
  EXPECT_EQ(ErrorOf({"get", "s", "c", "1", "--json"}, 4)["code"], "NOT_FOUND");
  EXPECT_EQ(ErrorOf({"edit", "s", "c", "1", "x", "--json"}, 4)["code"], "NOT_FOUND");
  EXPECT_EQ(ErrorOf({"import", "s", "no-such-file", "--json"}, 4)["code"], "NOT_FOUND");
}

TEST_F(ContractTest, BadArgumentsAreExitCode2) {
  Init();
  EXPECT_EQ(ErrorOf({"histroy", "s", "--json"}, 2)["message"], "unknown command \"histroy\"; did you mean history?");
  EXPECT_EQ(ErrorOf({"history", "s", "c", "--limt", "5", "--json"}, 2)["message"],
            "unknown option --limt; did you mean --limit?");
  EXPECT_EQ(ErrorOf({"history", "s", "", "--json"}, 2)["code"], "INVALID_ARGUMENT");
  EXPECT_EQ(ErrorOf({"history", "s", std::string(1025, 'x'), "--json"}, 2)["code"], "INVALID_ARGUMENT");
  EXPECT_EQ(ErrorOf({"get", "s", "c", "0", "--json"}, 2)["code"], "INVALID_ARGUMENT");
  EXPECT_EQ(ErrorOf({"--json"}, 2).size(), 3);
}

TEST_F(ContractTest, AReadOnlyDirectoryIsExitCode13) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  std::filesystem::create_directory(directory() / "closed");
  std::filesystem::permissions(directory() / "closed", std::filesystem::perms::owner_read);
  EXPECT_EQ(ErrorOf({"init", "closed/s", "--json"}, 13)["code"], "PERMISSION");
}

TEST_F(ContractTest, AValueThatLooksLikeAnOptionIsAValue) {
  Init();
  EXPECT_THAT(Out({"post", "s", "c", "x", "--author", "--json"}), ::testing::MatchesRegex("[0-9]+\n"));
}

TEST_F(ContractTest, AFullDiskUnderStdoutIsAnError) {
  const Outcome outcome = Shell("\"$ROOKERY\" help > /dev/full");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("standard output"));
}

TEST_F(ContractTest, AReaderThatLeavesEarlyIsNoError) {
  Init();
  WriteFile("many.jsonl", ManyMessages(20'000));
  Out({"import", "s", "many.jsonl"});
  const Outcome outcome = Shell("\"$ROOKERY\" export s | head -n 1 > /dev/null");
  EXPECT_EQ(outcome.error, "");
}

TEST_F(ContractTest, ReadCommandsRunBesideEachOther) {
  Init();
  const Outcome outcome =
      Shell("\"$ROOKERY\" verify s > a & \"$ROOKERY\" verify s > b; code=$?; wait $! && exit $code");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
}

}  // namespace
}  // namespace rookery::testing
