// keys new, list and rewrite, and what every command does with --key-file and ROOKERY_KEY.
#include <filesystem>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
namespace fs = std::filesystem;

class KeysCliTest : public CliTest {
 protected:
  void SetUp() override {
    old_ = OutJson({"keys", "new", "old.key"})["key"];
    new_ = OutJson({"keys", "new", "new.key"})["key"];
    Out({"init", "s", "--shards", "2", "--key-file", "old.key"});
  }
  Outcome With(std::map<std::string, std::string> environment, const Arguments& arguments) const {
    return Rookery(Invocation{.arguments = arguments, .environment = std::move(environment)});
  }
  std::vector<std::string> KeysInUse(const std::string& store = "s") const {
    std::vector<std::string> keys;
    for (const Json& row : OutJsonLines({"keys", "list", store})) keys.push_back(row["key"]);
    return keys;
  }

  std::string old_;
  std::string new_;
};

TEST_F(KeysCliTest, ANewKeyIsPrivateAndNeverWrittenOver) {
  EXPECT_EQ(fs::status(directory() / "old.key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(ReadFile("old.key"), SizeIs(65));
  const std::string before = ReadFile("old.key");
  const Outcome outcome = Rookery({"keys", "new", "old.key"});
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_EQ(ReadFile("old.key"), before);
  const std::string told = Out({"keys", "new", "third.key"});
  EXPECT_THAT(told, Not(HasSubstr(ReadFile("third.key").substr(0, 64))));
}

TEST_F(KeysCliTest, AStoreIsReadAndWrittenWithItsKeyOnly) {
  const std::string id = Post("general", "hello", {"--key-file", "old.key"});
  EXPECT_THAT(Out({"get", "s", "general", id, "--key-file", "old.key"}), HasSubstr("hello"));
  for (const Arguments& more : {Arguments{}, Arguments{"--key-file", "new.key"}}) {
    Arguments arguments = {"get", "s", "general", id};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome refused = Rookery(arguments);
    EXPECT_EQ(refused.exit_code, 13);
    EXPECT_THAT(refused.error, HasSubstr(old_));
    EXPECT_THAT(refused.error, HasSubstr("hint: check the owner and mode of the named path; an encrypted store needs"));
  }
}

TEST_F(KeysCliTest, TheEnvironmentGivesAKeyUnlessAFileDoes) {
  const std::string key = ReadFile("old.key");
  EXPECT_EQ(With({{"ROOKERY_KEY", key}}, {"info", "s"}).exit_code, 0);
  EXPECT_EQ(With({{"ROOKERY_KEY", ReadFile("new.key")}}, {"info", "s", "--key-file", "old.key"}).exit_code, 0);
  EXPECT_EQ(With({{"ROOKERY_KEY", ReadFile("new.key")}}, {"info", "s"}).exit_code, 13);
  const Outcome wrong = With({{"ROOKERY_KEY", "hunter2"}}, {"info", "s"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.error, HasSubstr("the environment variable ROOKERY_KEY: it has 7 characters"));
  EXPECT_THAT(wrong.error, Not(HasSubstr("hunter2")));
}

TEST_F(KeysCliTest, TheEnvironmentsKeyIsForWhatIsEncrypted) {
  Out({"init", "clear"});
  Out({"post", "clear", "general", "hello", "--author", "ada"});
  Out({"backup", "create", "clear", "set"});
  const std::string key = ReadFile("old.key");
  for (const Arguments& call : {Arguments{"history", "clear", "general"}, Arguments{"doctor", "clear"},
                                Arguments{"backup", "verify", "set"}, Arguments{"backup", "restore", "set", "again"}}) {
    const Outcome outcome = With({{"ROOKERY_KEY", key}}, call);
    EXPECT_EQ(outcome.exit_code, 0) << call.front() << ": " << outcome.error;
  }
  EXPECT_EQ(With({{"ROOKERY_KEY", key}}, {"init", "sealed"}).exit_code, 0);
  EXPECT_THAT(KeysInUse("sealed"), SizeIs(1));
}

TEST_F(KeysCliTest, AKeyInThePlaceOfItsFileIsNotRepeated) {
  const std::string key = ReadFile("old.key").substr(0, 64);
  for (const Arguments& more : {Arguments{}, Arguments{"--json"}}) {
    Arguments arguments{"info", "s", "--key-file", key};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = Rookery(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.error, HasSubstr("looks like the key itself"));
    EXPECT_THAT(outcome.error + outcome.out, Not(HasSubstr(key.substr(0, 16))));
  }
}

TEST_F(KeysCliTest, AKeyFileThatIsOpenToOthersIsRefused) {
  fs::permissions(directory() / "old.key", fs::perms::group_read, fs::perm_options::add);
  const Outcome outcome = Rookery({"info", "s", "--key-file", "old.key"});
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(outcome.error, HasSubstr("chmod 600"));
}

TEST_F(KeysCliTest, AStoreInClearTakesNoKey) {
  Out({"init", "clear"});
  const Outcome outcome = Rookery({"info", "clear", "--key-file", "old.key"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("is not encrypted"));
  EXPECT_THAT(KeysInUse("clear"), SizeIs(0));
  EXPECT_FALSE(OutJson({"info", "clear"}).contains("encrypted_with"));
}

TEST_F(KeysCliTest, RewritingEndsTheOldKey) {
  Post("general", "hello", {"--key-file", "old.key"});
  EXPECT_EQ(KeysInUse(), std::vector<std::string>{old_});
  Post("general", "again", {"--key-file", "new.key", "--key-file", "old.key"});
  EXPECT_EQ(KeysInUse(), (std::vector<std::string>{new_, old_}));
  EXPECT_EQ(OutJson({"info", "s", "--key-file", "new.key", "--key-file", "old.key"})["encrypted_with"],
            new_ + " " + old_);
  const auto rows = OutJsonLines({"keys", "rewrite", "s", "--key-file", "new.key", "--key-file", "old.key"});
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0]["cell"], "main");
  EXPECT_EQ(rows[0]["key"], new_);
  EXPECT_THAT(Out({"history", "s", "general", "--key-file", "new.key"}), HasSubstr("hello"));
}

TEST_F(KeysCliTest, RewritingCoversAllCells) {
  Out({"cells", "add", "s", "dm", "--prefix", "dm/", "--shards", "2", "--key-file", "old.key"});
  Post("dm/1", "hello", {"--key-file", "old.key"});
  const auto rows = OutJsonLines({"keys", "rewrite", "s", "--key-file", "new.key", "--key-file", "old.key"});
  ASSERT_THAT(rows, SizeIs(2));
  for (const Json& row : rows) EXPECT_EQ(row["key"], new_) << row;
  EXPECT_EQ(rows[1]["cell"], "dm");
  EXPECT_THAT(Out({"history", "s", "dm/1", "--key-file", "new.key"}), HasSubstr("hello"));
}

TEST_F(KeysCliTest, TheDoctorNeedsTheKeyToSayAll) {
  Post("general", "hello", {"--key-file", "old.key"});
  EXPECT_EQ(OutJson({"doctor", "s", "--key-file", "old.key"})["complete"], true);
  const Json sealed = OutJson({"doctor", "s"});
  EXPECT_EQ(sealed["complete"], false);
  EXPECT_EQ(sealed["findings"][0]["code"], "key_needed");
  const Outcome wrong = Rookery({"doctor", "s", "--key-file", "new.key"});
  EXPECT_EQ(wrong.exit_code, 13);
  EXPECT_THAT(wrong.error, HasSubstr(old_));
  fs::remove(directory() / "s" / "cell-0000" / "CURRENT");
  EXPECT_THAT(Out({"doctor", "s", "--fix", "--key-file", "old.key"}), HasSubstr("CURRENT back"));
  EXPECT_THAT(Out({"history", "s", "general", "--key-file", "old.key"}), HasSubstr("hello"));
}

TEST_F(KeysCliTest, WhatIsSalvagedIsEncryptedAsTheCallerSays) {
  Post("general", "hello", {"--key-file", "old.key"});
  EXPECT_EQ(Rookery({"salvage", "s", "saved"}).exit_code, 13);
  Out({"salvage", "s", "saved", "--key-file", "old.key"});
  EXPECT_EQ(KeysInUse("saved"), std::vector<std::string>{old_});
  Out({"salvage", "s", "other", "--key-file", "old.key", "--new-key-file", "new.key"});
  EXPECT_EQ(KeysInUse("other"), std::vector<std::string>{new_});
  Out({"salvage", "s", "clear", "--key-file", "old.key", "--in-clear"});
  EXPECT_THAT(Out({"history", "clear", "general"}), HasSubstr("hello"));
  EXPECT_EQ(Rookery({"salvage", "s", "x", "--in-clear", "--new-key-file", "new.key"}).exit_code, 2);
}

TEST_F(KeysCliTest, BackupsNameTheKeysThatTheyNeed) {
  Post("general", "hello", {"--key-file", "old.key"});
  Out({"backup", "create", "s", "set", "--key-file", "old.key"});
  EXPECT_EQ(OutJsonLines({"backup", "list", "set"}).front()["keys"], old_);
  EXPECT_EQ(Rookery({"backup", "verify", "set", "--quick"}).exit_code, 0);
  for (const Arguments& arguments : {Arguments{"backup", "verify", "set"}, Arguments{"backup", "restore", "set", "r"},
                                     Arguments{"backup", "verify", "set", "--key-file", "new.key"}}) {
    const Outcome refused = Rookery(arguments);
    EXPECT_EQ(refused.exit_code, 13);
    EXPECT_THAT(refused.error, HasSubstr(old_));
  }
  Out({"backup", "verify", "set", "--key-file", "old.key"});
  Out({"backup", "restore", "set", "r", "--key-file", "old.key"});
  Out({"backup", "restore", "set", "r", "--channel", "general", "--into", "live", "--as", "old", "--key-file",
       "old.key"});
  EXPECT_THAT(Out({"history", "r", "old", "--key-file", "old.key"}), HasSubstr("hello"));
}

}  // namespace
}  // namespace rookery::testing
