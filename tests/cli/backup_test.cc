// backup create, list, verify, restore and prune, as operators meet them.
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class BackupCliTest : public CliTest {
 protected:
  void SetUp() override {
    Init();
    Post("general", "hello");
    Post("games", "chess?");
  }
  Json Create(const Arguments& more = {}) const {
    Arguments arguments{"backup", "create", "s", "set"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return OutJson(arguments);
  }
  void Refused(const Arguments& arguments, int exit_code, const std::string& why) const {
    const Outcome outcome = Rookery(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr(why));
  }
};

TEST_F(BackupCliTest, ABackupIsProvedAndBecomesAStore) {
  const Json created = Create();
  EXPECT_EQ(created["messages"], 2);
  EXPECT_EQ(OutJsonLines({"backup", "list", "set"}).front().contains("verified_at"), false);
  const Json quick = OutJson({"backup", "verify", "set", "--quick"});
  EXPECT_EQ(quick["result"], "files only, not opened");
  EXPECT_EQ(quick["verified"], false);
  EXPECT_EQ(OutJsonLines({"backup", "list", "set"}).front().contains("verified_at"), false);
  EXPECT_EQ(OutJson({"backup", "verify", "set"})["result"], "verified");
  const Json listed = OutJsonLines({"backup", "list", "set"}).front();
  EXPECT_EQ(listed["name"], created["backup"]);
  EXPECT_EQ(listed["messages"], 2);
  EXPECT_TRUE(listed.contains("verified_at"));
  EXPECT_EQ(OutJson({"backup", "restore", "set", "again"})["messages"], 2);
  EXPECT_EQ(Out({"--recovery", "strict", "export", "again"}), Out({"export", "s"}));
  Refused({"backup", "restore", "set", "again"}, 5, "never overwrites");
}

TEST_F(BackupCliTest, WhatIsNotThereIsNamed) {
  Refused({"backup", "create", "typo", "set"}, 10, "there is no store at typo");
  EXPECT_FALSE(fs::exists(directory() / "set"));
  Refused({"backup", "verify", "set"}, 4, "there is no backup set at set");
  Refused({"backup", "list", "set"}, 4, "there is no backup set at set");
  Create();
  Refused({"backup", "verify", "set", "--backup", "x"}, 4, "has no backup x");
  for (const auto& file : fs::recursive_directory_iterator(directory() / "set" / "backups")) {
    if (file.path().filename() == "CURRENT") fs::remove(file.path());
  }
  Refused({"backup", "verify", "set"}, 12, "CURRENT is missing");
  Refused({"backup", "verify", "set", "--quick"}, 12, "CURRENT is missing");
}

TEST_F(BackupCliTest, OptionsFitTheirActions) {
  Refused({"backup", "create", "s"}, 2, "rookery backup create STORE SET");
  Refused({"backup", "restore", "set"}, 2, "rookery backup restore SET STORE");
  Refused({"backup", "list", "set", "x"}, 2, "list takes one path");
  Refused({"backup", "list", "set", "--keep", "1"}, 2, "list does not take --keep");
  Refused({"backup", "restore", "set", "x", "--as", "y"}, 2, "name it with --channel");
  Refused({"backup", "restore", "set", "x", "--into", "live"}, 2, "name it with --channel");
  Refused({"backup", "restore", "set", "x", "--channel", "games", "--as", ""}, 2, "--as needs a name");
  Refused({"backup", "list", "set", "--scratch", "x"}, 2, "list does not take --scratch");
  Refused({"backup", "prune", "set"}, 2, "--keep N or --keep-days N");
  Refused({"backup", "prune", "set", "--keep", "0"}, 2, "--keep");
}

TEST_F(BackupCliTest, OneChannelComesBack) {
  Create();
  EXPECT_EQ(OutJson({"backup", "restore", "set", "one", "--channel", "games"})["messages"], 1);
  EXPECT_EQ(OutJsonLines({"channels", "one"}).size(), 1U);
  const Arguments add{"backup", "restore", "set", "s", "--channel", "games", "--into", "live", "--as", "old games"};
  EXPECT_EQ(OutJson(add)["messages"], 1);
  EXPECT_EQ(OutJson(add)["messages"], 0);
  EXPECT_THAT(Out({"history", "s", "old games"}), HasSubstr("chess?"));
  Post("games", "another");
  Refused({"backup", "restore", "set", "s", "--channel", "games", "--into", "live"}, 5, "under another name");
  Refused({"backup", "restore", "set", "s", "--channel", "nope", "--into", "live"}, 4, "no channel \"nope\"");
}

TEST_F(BackupCliTest, WhatWasLeftOutIsTold) {
  Out({"cells", "add", "s", "dm", "--prefix", "dm/", "--shards", "2"});
  fs::rename(directory() / "s" / "cells" / "dm", directory() / "away");
  EXPECT_EQ(Create({"--leave-out-cells"})["left_out"], "dm");
  EXPECT_EQ(OutJsonLines({"backup", "list", "set"}).front()["left_out"], "dm");
  for (const Arguments& call : {Arguments{"backup", "verify", "set"}, Arguments{"backup", "verify", "set", "--quick"},
                                Arguments{"backup", "restore", "set", "again"}}) {
    const Outcome outcome = Rookery(call);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
    EXPECT_THAT(outcome.out, HasSubstr("left_out\tdm"));
    EXPECT_THAT(outcome.error, HasSubstr("cell dm is not in backup 000001-"));
  }
  const Outcome json = Rookery({"backup", "verify", "set", "--json"});
  EXPECT_EQ(Json::parse(json.out)["left_out"], "dm");
  EXPECT_EQ(Json::parse(json.error)["left_out"]["cell"], "dm");
}

TEST_F(BackupCliTest, ABackupIsProvedInAnotherDirectory) {
  Create();
  fs::create_directory(directory() / "scratch");
  EXPECT_EQ(OutJson({"backup", "verify", "set", "--scratch", "scratch"})["verified"], true);
  EXPECT_TRUE(fs::is_empty(directory() / "scratch"));
  Refused({"backup", "verify", "set", "--scratch", "missing"}, 1, "cannot be opened in missing");
}

TEST_F(BackupCliTest, PruneNamesWhatKeepsTables) {
  Create();
  fs::create_directory(directory() / "set" / "backups" / "mine");
  const Outcome outcome = Rookery({"backup", "prune", "set", "--keep", "1"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.error, HasSubstr("mine in backups/ is not rookery's"));
  EXPECT_EQ(Json::parse(Rookery({"backup", "prune", "set", "--keep", "1", "--json"}).out)["unknown_names"],
            Json::array({"mine"}));
}

TEST_F(BackupCliTest, PruneSaysWhatItWouldRemove) {
  for (int i = 0; i < 3; ++i) Create();
  const Json dry = OutJson({"backup", "prune", "set", "--keep", "1", "--dry-run"});
  EXPECT_EQ(dry["removed"], 2);
  EXPECT_EQ(OutJsonLines({"backup", "list", "set"}).size(), 3U);
  EXPECT_EQ(OutJson({"backup", "prune", "set", "--keep", "1"})["removed_names"], dry["removed_names"]);
  EXPECT_EQ(OutJsonLines({"backup", "list", "set"}).size(), 1U);
  EXPECT_EQ(OutJson({"backup", "verify", "set"})["verified"], true);
}

TEST_F(BackupCliTest, StoppedOrKilledItGoesOn) {
  WriteFile("many.jsonl", ManyMessages(20'000));
  Out({"import", "s", "many.jsonl"});
  for (const int signal : {SIGKILL, SIGINT}) {
    // So slow that it would take minutes.
    Process create(
        {.arguments = {kRookery, "backup", "create", "s", "set", "--rate", "20kB", "--json", "--progress", "json"},
         .directory = directory()});
    ASSERT_TRUE(create.WaitForError("progress"));
    create.Signal(signal);
    EXPECT_EQ(create.Wait().exit_code, signal == SIGINT ? 130 : 128 + SIGKILL);
    EXPECT_TRUE(OutJsonLines({"backup", "list", "set"}).empty());
  }
  EXPECT_EQ(Create()["messages"], 20'002);
  EXPECT_EQ(OutJson({"backup", "verify", "set"})["verified"], true);
  for (const auto& entry : fs::recursive_directory_iterator(directory() / "set")) {
    EXPECT_NE(entry.path().extension(), ".part") << entry.path();
  }
}

}  // namespace
}  // namespace rookery::testing
