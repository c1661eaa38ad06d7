// attach put, get, list and rm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/cli_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AttachTest : public CliTest {
 protected:
  void SetUp() override {
    Init();
    id_ = Post("general", "look");
    while (!id_.empty() && id_.back() == '\n') id_.pop_back();
  }
  Arguments Attach(const std::string& action, const Arguments& more = {}) const {
    Arguments arguments{"attach", action, "s", "general", id_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const std::string& line : Lines(Out(Attach("list")))) names.push_back(Cells(line).at(0));
    return names;
  }

  SeededRandom random_{3};
  std::string id_;
};

TEST_F(AttachTest, AFileComesBackByteForByte) {
  const std::string bytes = random_.Bytes(2'500'000);
  WriteFile("in", bytes);
  Out(Attach("put", {"cat.jpg", "in", "--type", "image/jpeg", "--author", "ada", "--sync"}));
  EXPECT_EQ(Out(Attach("get", {"cat.jpg"})), bytes);
  EXPECT_EQ(Out(Attach("get", {"cat.jpg", "-"})), bytes);
  EXPECT_EQ(Out(Attach("get", {"cat.jpg", "out"})), "");
  EXPECT_EQ(ReadFile("out"), bytes);
}

TEST_F(AttachTest, StandardInputIsReadToItsEnd) {
  Out(Attach("put", {"a"}), "hello");
  Out(Attach("put", {"b", "-"}), std::string("\0\xff", 2));
  Out(Attach("put", {"empty"}), "");
  EXPECT_EQ(Out(Attach("get", {"a"})), "hello");
  EXPECT_EQ(Out(Attach("get", {"b"})), std::string("\0\xff", 2));
  EXPECT_EQ(Out(Attach("get", {"empty"})), "");
  EXPECT_THAT(Names(), ElementsAre("a", "b", "empty"));
}

TEST_F(AttachTest, WhatAnActionDoesNotTakeIsWrongUsage) {
  Out(Attach("put", {"a"}), "hello");
  const auto refused = [&](const std::string& action, const Arguments& more, const std::string& named) {
    const Outcome outcome = Rookery(Attach(action, more), "other");
    EXPECT_EQ(outcome.exit_code, 2) << action;
    EXPECT_THAT(outcome.error, HasSubstr(action + " does not take " + named));
  };
  refused("list", {"a"}, "NAME");
  refused("list", {"--replace"}, "--replace");
  refused("get", {"a", "out", "--sync"}, "--sync");
  refused("get", {"a", "--type", "text/plain"}, "--type");
  refused("rm", {"a", "out"}, "FILE");
  refused("rm", {"a", "--author", "ada"}, "--author");
  EXPECT_EQ(Out(Attach("get", {"a"})), "hello");
}

TEST_F(AttachTest, ListSaysWhatIsKnown) {
  EXPECT_THAT(Names(), IsEmpty());
  const Json stored = OutJson(Attach("put", {"a", "--type", "text/plain", "--author", "ada"}), "hello");
  EXPECT_EQ(stored["schema"], "rookery.attach.v1");
  EXPECT_EQ(stored["id"], id_);
  const std::vector<Json> list = OutJsonLines(Attach("list"));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["name"], "a");
  EXPECT_EQ(list[0]["size"], 5);
  EXPECT_EQ(list[0]["media_type"], "text/plain");
  EXPECT_EQ(list[0]["author"], "ada");
  EXPECT_EQ(list[0]["checksum"], stored["checksum"]);
}

TEST_F(AttachTest, ANameIsReplacedOnlyWhenAsked) {
  Out(Attach("put", {"a"}), "one");
  EXPECT_EQ(Rookery(Attach("put", {"a"}), "two").exit_code, 5);
  EXPECT_EQ(Out(Attach("get", {"a"})), "one");
  Out(Attach("put", {"a", "--replace"}), "two");
  EXPECT_EQ(Out(Attach("get", {"a"})), "two");
}

TEST_F(AttachTest, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(Rookery(Attach("get", {"a"})).exit_code, 4);
  EXPECT_EQ(Rookery(Attach("get", {"a", "out"})).exit_code, 4);
  EXPECT_FALSE(std::filesystem::exists(directory() / "out"));
  EXPECT_EQ(Rookery(Attach("rm", {"a"})).exit_code, 4);
  EXPECT_EQ(Rookery(Attach("put", {"a", "no such file"})).exit_code, 4);
  const Outcome nowhere = Rookery({"attach", "put", "s", "general", "77", "a"}, "x");
  EXPECT_EQ(nowhere.exit_code, 4);
  EXPECT_THAT(nowhere.error, HasSubstr("no message 77"));
  Out(Attach("put", {"a"}), "one");
  Out(Attach("rm", {"a"}));
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(AttachTest, WrongUseIsSaid) {
  EXPECT_EQ(Rookery(Attach("put")).exit_code, 2);
  EXPECT_EQ(Rookery(Attach("send", {"a"})).exit_code, 2);
  EXPECT_EQ(Rookery(Attach("put", {"a", "--type", "jpeg"}), "x").exit_code, 2);
}

TEST_F(AttachTest, VerifyAndShardsCountThem) {
  Out(Attach("put", {"a"}), "one");
  EXPECT_EQ(OutJson({"verify", "s"})["attachments"], 1);
  std::uint64_t count = 0;
  for (const Json& shard : OutJsonLines({"shards", "s", "--exact"})) count += shard["attachments"].get<std::uint64_t>();
  EXPECT_EQ(count, 1U);
}

TEST_F(AttachTest, ExportLeavesThemOut) {
  const std::string before = Out({"export", "s"});
  Out(Attach("put", {"a"}), "one");
  EXPECT_EQ(Out({"export", "s"}), before);
}

}  // namespace
}  // namespace rookery::testing
