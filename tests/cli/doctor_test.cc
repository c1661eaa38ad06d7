// doctor and salvage, as a script and a person see them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DoctorCommandTest : public CliTest {
 protected:
  void SetUp() override {
    Init();
    id_ = Post("general", "hello");
  }
  fs::path Engine() const { return directory() / "s" / "cell-0000"; }

  std::string id_;
};

TEST_F(DoctorCommandTest, ASoundStoreIsExitCode0) {
  const Json report = OutJson({"doctor", "s"});
  EXPECT_EQ(report["schema"], "rookery.doctor.v1");
  EXPECT_EQ(report["ok"], true);
  EXPECT_EQ(report["complete"], true);
  EXPECT_TRUE(report["findings"].empty());
  EXPECT_THAT(Rookery({.arguments = {"doctor", "s", "--color", "never"}, .terminal_out = true}).out,
              HasSubstr("nothing is wrong"));
}

TEST_F(DoctorCommandTest, DamageIsExitCode12AndNamesTheFile) {
  fs::remove(Engine() / "CURRENT");
  const Outcome outcome = Rookery({"doctor", "s"});
  EXPECT_EQ(outcome.exit_code, 12);
  EXPECT_THAT(outcome.out, HasSubstr("finding\tdamage\tcurrent_missing\ts/cell-0000/CURRENT\t"));
  EXPECT_THAT(outcome.out, HasSubstr("--fix"));
  const Outcome json = Rookery({"doctor", "s", "--quick", "--json"});
  EXPECT_EQ(json.exit_code, 12);
  EXPECT_EQ(Json::parse(json.out)["findings"][0]["mendable"], true);
}

TEST_F(DoctorCommandTest, FixMendsAndSaysWhatItDid) {
  fs::remove(Engine() / "CURRENT");
  EXPECT_EQ(Rookery({"get", "s", "general", id_}).exit_code, 12);
  const std::string out = Out({"doctor", "s", "--fix"});
  EXPECT_THAT(out, HasSubstr("done\tput s/cell-0000/CURRENT back"));
  EXPECT_THAT(Out({"get", "s", "general", id_}), HasSubstr("hello"));
}

TEST_F(DoctorCommandTest, FixLooksAtEverything) {
  EXPECT_EQ(Rookery({"doctor", "s", "--fix", "--quick"}).exit_code, 2);
  EXPECT_EQ(Rookery({"doctor", "missing"}).exit_code, 10);
}

TEST_F(DoctorCommandTest, SalvageCopiesIntoANewStore) {
  const Json report = OutJson({"salvage", "s", "t"});
  EXPECT_EQ(report["schema"], "rookery.salvage.v1");
  EXPECT_EQ(report["whole"], true);
  EXPECT_EQ(report["messages"], 1);
  EXPECT_THAT(Out({"get", "t", "general", id_}), HasSubstr("hello"));
  EXPECT_FALSE(fs::exists(directory() / "t.salvaging"));
  EXPECT_EQ(Rookery({"salvage", "s", "t"}).exit_code, 5);
  EXPECT_EQ(Rookery({"salvage", "missing", "u"}).exit_code, 10);
}

TEST_F(DoctorCommandTest, WhatCannotBeSalvagedIsExitCode3) {
  for (const auto& entry : fs::directory_iterator(Engine())) {
    if (entry.path().extension() == ".sst") fs::resize_file(entry.path(), 10);
  }
  const Outcome outcome = Rookery({"salvage", "s", "t"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.out, HasSubstr("range\tmain\t"));
  EXPECT_THAT(Rookery({.arguments = {"salvage", "s", "u", "--color", "never"}, .terminal_out = true}).out,
              HasSubstr("cause "));
}

}  // namespace
}  // namespace rookery::testing
