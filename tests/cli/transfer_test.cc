// import and export: round trips, reports, problems.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view kBroken =
    "{\"channel\":\"a\",\"id\":\"4194304\",\"author\":\"ada\",\"content\":\"fine\"}\n"
    "{\"channel\":\"a\",\"id\":\n"
    "not json\n"
    "{\"channel\":\"a\",\"id\":\"8388608\",\"author\":\"ada\",\"content\":\"fine too\"}\n";

class TransferTest : public CliTest {
 protected:
  void SetUp() override { Init(); }

  /// A store with text, bytes, edits, replies and records.
  void Fill() const {
    const std::string id = Post("general", "hello", {"--nonce", "n", "--attr", "k=v"});
    Post("general", "an answer", {"--reply-to", id});
    Out({"edit", "s", "general", id, "hello, all"});
    Out({"post", "s", "caf\xe9", "--author", "b\xff"}, std::string("\0\x01\xfe\n", 4));
    Out({"put", "s", "general", "topic", "all\nthings"});
    Out({"put", "s", "general", "blob"}, std::string("\xff\0", 2));
  }
};

TEST_F(TransferTest, ExportThroughAPipeIntoAnotherRoutingIsLossless) {
  Fill();
  Out({"init", "t", "--routing", "range", "--splits", "d,k"});
  const Outcome piped = Shell("\"$ROOKERY\" export s | \"$ROOKERY\" import t - --json");
  ASSERT_EQ(piped.exit_code, 0) << piped.error;
  EXPECT_EQ(Json::parse(piped.out)["messages_added"], 3);
  const std::string exported = Out({"export", "s"});
  EXPECT_THAT(Lines(exported), SizeIs(5));
  EXPECT_EQ(Out({"export", "t"}), exported);
  EXPECT_EQ(OutJson({"verify", "t"})["ok"], true);
}

TEST_F(TransferTest, ASecondImportAddsNothing) {
  WriteFile("many.jsonl", ManyMessages(1000));
  EXPECT_EQ(OutJson({"import", "s", "many.jsonl"})["messages_added"], 1000);
  const Json again = OutJson({"import", "s", "many.jsonl"});
  EXPECT_EQ(again["messages_added"], 0);
  EXPECT_EQ(again["messages_existing"], 1000);
  EXPECT_EQ(again["complete"], true);
}

TEST_F(TransferTest, ABulkImportGivesTheSameStore) {
  WriteFile("many.jsonl", ManyMessages(3000));
  Out({"init", "t", "--routing", "directory", "--shards", "3"});
  EXPECT_EQ(OutJson({"import", "s", "many.jsonl"})["messages_added"], 3000);
  EXPECT_EQ(OutJson({"import", "t", "many.jsonl", "--bulk", "--bulk-memory", "8MiB", "--bulk-packing",
                     "small"})["messages_added"],
            3000);
  EXPECT_EQ(Out({"export", "t"}), Out({"export", "s"}));
  EXPECT_EQ(OutJson({"import", "t", "many.jsonl", "--bulk"})["messages_existing"], 3000);
  EXPECT_EQ(OutJson({"verify", "t"})["ok"], true);
  EXPECT_FALSE(std::filesystem::exists(directory() / "t" / "cell-0000" / "bulk-load"));
}

TEST_F(TransferTest, OptionsOfABulkImportNeedOne) {
  WriteFile("one.jsonl", ManyMessages(1));
  for (const Arguments& option : {Arguments{"--bulk-memory", "8MiB"}, Arguments{"--bulk-packing", "small"}}) {
    const Outcome outcome = Rookery({"import", "s", "one.jsonl", option[0], option[1]});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.error, HasSubstr(option[0] + " requires --bulk"));
  }
}

TEST_F(TransferTest, ABulkImportNeedsEnoughMemory) {
  WriteFile("many.jsonl", ManyMessages(1));
  EXPECT_EQ(Rookery({"import", "s", "many.jsonl", "--bulk", "--bulk-memory", "1MiB"}).exit_code, 2);
  EXPECT_EQ(Rookery({"import", "s", "many.jsonl", "--bulk", "--bulk-memory", "much"}).exit_code, 2);
  EXPECT_EQ(Rookery({"import", "s", "many.jsonl", "--bulk", "--bulk-packing", "tight"}).exit_code, 2);
}

TEST_F(TransferTest, ADryRunWritesNothing) {
  WriteFile("many.jsonl", ManyMessages(10));
  EXPECT_EQ(OutJson({"import", "s", "many.jsonl", "--dry-run"})["messages_read"], 10);
  EXPECT_EQ(Out({"channels", "s"}), "");
}

TEST_F(TransferTest, ADryRunCountsAndChecksRecordsToo) {
  WriteFile("records.jsonl", R"({"type":"record","channel":"c","key":"k","value":"v"})"
                             "\n"
                             R"({"type":"record","channel":"c","key":")" +
                                 std::string(2000, 'k') + "\"}\n");
  const Outcome dry = Rookery({"import", "s", "records.jsonl", "--dry-run", "--json"});
  EXPECT_EQ(dry.exit_code, 3);
  EXPECT_EQ(Json::parse(dry.out)["records_read"], 2);
  EXPECT_EQ(Json::parse(dry.out)["problems"], 1);
}

TEST_F(TransferTest, WhatCannotBeReadIsListedAndTheRestIsImported) {
  WriteFile("broken.jsonl", kBroken);
  const Outcome outcome = Rookery({"import", "s", "broken.jsonl", "--format", "jsonl"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("broken.jsonl, line 2:"));
  EXPECT_THAT(outcome.error, HasSubstr("broken.jsonl, line 3:"));
  EXPECT_THAT(outcome.out, HasSubstr("messages_added\t2\n"));
  EXPECT_THAT(Lines(Out({"history", "s", "a"})), SizeIs(2));
}

TEST_F(TransferTest, ProblemsAreJsonWithJson) {
  WriteFile("broken.jsonl", kBroken);
  const Outcome outcome = Rookery({"import", "s", "broken.jsonl", "--format", "jsonl", "--json"});
  EXPECT_EQ(outcome.exit_code, 3);
  const Json problem = Json::parse(Lines(outcome.error).at(0))["problem"];
  EXPECT_EQ(problem["position"], 2);
  EXPECT_EQ(problem["unit"], "line");
  EXPECT_EQ(Json::parse(outcome.out)["problems"], 2);
}

TEST_F(TransferTest, TooManyProblemsEndTheImport) {
  WriteFile("broken.jsonl", kBroken);
  const Outcome outcome = Rookery({"import", "s", "broken.jsonl", "--format", "jsonl", "--max-errors", "1"});
  EXPECT_EQ(outcome.exit_code, 12);
  EXPECT_THAT(outcome.out, HasSubstr("complete\tfalse\n"));
}

TEST_F(TransferTest, ProblemsOfStandardInputAreNamedSo) {
  const Outcome outcome = Rookery({"import", "s", "-", "--format", "jsonl"}, std::string(kBroken));
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("standard input, line 2:"));
  EXPECT_THAT(outcome.error, Not(HasSubstr("tmp")));
}

TEST_F(TransferTest, StandardInputLeavesNoFileBehind) {
  std::filesystem::create_directory(directory() / "tmp");
  const Outcome outcome = Rookery({.arguments = {"import", "s", "-"},
                                   .input = ManyMessages(10),
                                   .environment = {{"TMPDIR", (directory() / "tmp").string()}}});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
  EXPECT_TRUE(std::filesystem::is_empty(directory() / "tmp"));
}

TEST_F(TransferTest, TimesCutImportAndExport) {
  WriteFile("days.jsonl",
            "{\"channel\":\"a\",\"created_at\":\"2026-01-01T00:00:00Z\",\"author\":\"x\",\"content\":\"first\"}\n"
            "{\"channel\":\"a\",\"created_at\":\"2026-01-02T00:00:00Z\",\"author\":\"x\",\"content\":\"second\"}\n"
            "{\"channel\":\"a\",\"created_at\":\"2026-01-03T00:00:00Z\",\"author\":\"x\",\"content\":\"third\"}\n");
  EXPECT_EQ(OutJson({"import", "s", "days.jsonl", "--since", "2026-01-02"})["messages_filtered"], 1);
  const std::string second = Out({"export", "s", "--until", "2026-01-02T12:00:00Z"});
  EXPECT_THAT(Lines(second), SizeIs(1));
  EXPECT_THAT(second, HasSubstr("second"));
}

TEST_F(TransferTest, ExportChoosesChannelsAndLeavesRecordsOut) {
  Fill();
  EXPECT_THAT(Lines(Out({"export", "s", "--channel", "general"})), SizeIs(4));
  EXPECT_THAT(Lines(Out({"export", "s", "--prefix", "caf"})), SizeIs(1));
  EXPECT_THAT(Lines(Out({"export", "s", "--no-records"})), SizeIs(3));
}

TEST_F(TransferTest, AnExportedFileAppearsWholeAndReplacesTheOldOne) {
  Fill();
  WriteFile("out.jsonl", "old");
  const Json report = OutJson({"export", "s", "--output", "out.jsonl"});
  EXPECT_EQ(report["messages"], 3);
  EXPECT_EQ(report["records"], 2);
  EXPECT_EQ(ReadFile("out.jsonl"), Out({"export", "s"}));
  EXPECT_FALSE(std::filesystem::exists(directory() / "out.jsonl.partial"));
  EXPECT_EQ(report["bytes"], ReadFile("out.jsonl").size());
}

TEST_F(TransferTest, ExportIntoADeviceOrNowhereIsHandled) {
  Fill();
  EXPECT_EQ(Rookery({"export", "s", "--output", "/dev/null"}).exit_code, 0);
  EXPECT_NE(Rookery({"export", "s", "--output", "/dev/full"}).exit_code, 0);
  const Outcome outcome = Rookery({"export", "s", "--output", "no/such/folder/x"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("no/such/folder"));
}

TEST_F(TransferTest, UnknownFormatsAreListed) {
  WriteFile("notes.txt", "just some notes\n");
  const Outcome unknown = Rookery({"import", "s", "notes.txt"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.error, HasSubstr("jsonl"));
  EXPECT_THAT(Rookery({"import", "s", "notes.txt", "--format", "jsnl"}).error, HasSubstr("did you mean jsonl?"));
}

}  // namespace
}  // namespace rookery::testing
