// A store that has lost something, as operators meet it: refused until they say how to go on, and told what is missing.
#include <filesystem>
#include <string>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RecoveryCliTest : public CliTest {
 protected:
  /// A store whose engine's files are those of before its second message.
  void SetUp() override {
    Init();
    Post("general", "kept");
    fs::copy(directory() / "s" / "cell-0000", directory() / "old", fs::copy_options::recursive);
    Post("general", "lost");
    fs::remove_all(directory() / "s" / "cell-0000");
    fs::rename(directory() / "old", directory() / "s" / "cell-0000");
  }
};

TEST_F(RecoveryCliTest, WhatHasLostSomethingIsRefused) {
  for (const char* how : {"strict", "tail"}) {
    const Outcome refused = Rookery({"history", "s", "general", "--recovery", how});
    EXPECT_EQ(refused.exit_code, 12);
    EXPECT_THAT(refused.error, HasSubstr("rows that were acknowledged are missing"));
    EXPECT_THAT(refused.error, HasSubstr("--recovery salvage"));
    EXPECT_EQ(refused.out, "");
  }
}

TEST_F(RecoveryCliTest, SalvageSaysWhatItGoesOnWithout) {
  const Outcome salvaged = Rookery({"history", "s", "general", "--recovery", "salvage"});
  EXPECT_EQ(salvaged.exit_code, 0);
  EXPECT_THAT(salvaged.out, HasSubstr("kept"));
  EXPECT_THAT(salvaged.error, HasSubstr("rows that were acknowledged are missing"));
  // It was read only, so the loss stays known until somebody opens the store for writing.
  EXPECT_EQ(Rookery({"info", "s"}).exit_code, 12);
  Post("general", "new", {"--recovery", "salvage"});
  EXPECT_THAT(Out({"history", "s", "general"}), HasSubstr("new"));
}

TEST_F(RecoveryCliTest, WithJsonTheLossIsAnObject) {
  const Outcome salvaged = Rookery({"info", "s", "--json", "--recovery", "salvage"});
  EXPECT_GT(Json::parse(salvaged.error)["lost"]["rows"].get<int>(), 0);
}

}  // namespace
}  // namespace rookery::testing
