// Commands that read beside a process that has the store open: they say from when what they show is.
#include <filesystem>
#include <string>

#include "rookery/store.h"
#include "tests/cli/cli_fixture.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class BesideCliTest : public CliTest {
 protected:
  void SetUp() override {
    Init();
    id_ = Post("general", "hello");
    OpenOwner(ServeReadersOptions{.interval = std::chrono::milliseconds{0}});
  }
  void OpenOwner(std::optional<ServeReadersOptions> serving) {
    owner_.reset();
    auto opened = Store::Open(directory() / "s", {.serve_readers = serving});
    ASSERT_OK(opened.status());
    owner_.emplace(*std::move(opened));
  }

  std::string id_;
  std::optional<Store> owner_;
};

TEST_F(BesideCliTest, EveryCommandThatReadsDoes) {
  for (const Arguments& call : std::vector<Arguments>{{"info", "s"},
                                                      {"history", "s", "general"},
                                                      {"get", "s", "general", id_},
                                                      {"list", "s", "general"},
                                                      {"channels", "s"},
                                                      {"export", "s"},
                                                      {"route", "s", "general"},
                                                      {"shards", "s", "--exact"},
                                                      {"verify", "s"},
                                                      {"cells", "list", "s"},
                                                      {"retention", "show", "s"},
                                                      {"reshard", "status", "s"}}) {
    const Outcome outcome = Rookery(call);
    EXPECT_EQ(outcome.exit_code, 0) << call.front() << outcome.error;
    EXPECT_THAT(outcome.error, StartsWith("rookery: as of 2")) << call.front();
    EXPECT_THAT(outcome.error, HasSubstr(" s old (a checkpoint, as another process writes)\n")) << call.front();
  }
}

TEST_F(BesideCliTest, ShowsWhatTheOwnerHasAcknowledgedByThen) {
  ASSERT_OK(owner_->Post({.channel = "general", .author = "ada", .content = "just now"}));
  EXPECT_THAT(Out({"history", "s", "general"}), HasSubstr("just now"));
}

TEST_F(BesideCliTest, WithJsonTheViewIsAnObject) {
  const Outcome outcome = Rookery({"history", "s", "general", "--json", "--quiet"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(Json::parse(outcome.out)["content"], "hello");
  const Json view = Json::parse(outcome.error)["view"];
  EXPECT_EQ(view["source"], "checkpoint");
  EXPECT_THAT(view["as_of"].get<std::string>(), StartsWith("2"));
  EXPECT_GE(view["age_ms"].get<std::int64_t>(), 0);
}

TEST_F(BesideCliTest, TheStoreItselfNeedsNoWord) {
  owner_.reset();
  EXPECT_EQ(Rookery({"history", "s", "general", "--max-view-age", "0"}).error, "");
}

TEST_F(BesideCliTest, StatsAreWhatTheOwnerTells) {
  const Json stats = OutJson({"stats", "s"});
  EXPECT_EQ(stats["in_use"], true);
}

TEST_F(BesideCliTest, WhatIsTooOldIsRefused) {
  EXPECT_EQ(Rookery({"history", "s", "general", "--max-view-age", "0"}).exit_code, 0);
  OpenOwner(std::nullopt);
  EXPECT_EQ(Rookery({"history", "s", "general"}).exit_code, 0);
  const Outcome refused = Rookery({"history", "s", "general", "--max-view-age", "0"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.error, HasSubstr("were asked for"));
  EXPECT_THAT(refused.error, HasSubstr("does not serve readers"));
  EXPECT_EQ(refused.out, "");
}

TEST_F(BesideCliTest, WritesAreRefusedAsBefore) {
  const Outcome locked = Rookery({"post", "s", "general", "x", "--author", "a"});
  EXPECT_EQ(locked.exit_code, 11);
  owner_.reset();
  const Outcome wrong = Rookery({"post", "s", "general", "x", "--author", "a", "--max-view-age", "5s"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.error, HasSubstr("--max-view-age is for commands that read a store"));
}

TEST_F(BesideCliTest, AnAgeIsADuration) {
  for (const char* age : {"5s", "0", "0s"}) {
    EXPECT_EQ(Rookery({"history", "s", "general", "--max-view-age", age}).exit_code, 0) << age;
  }
  for (const char* age : {"5", "-1s", "soon", ""}) {
    EXPECT_EQ(Rookery({"history", "s", "general", "--max-view-age", age}).exit_code, 2) << age;
  }
}

TEST_F(BesideCliTest, WhoDoesNotServeIsToldHowTo) {
  std::filesystem::remove_all(directory() / "s" / "readers");
  OpenOwner(std::nullopt);
  const Outcome locked = Rookery({"history", "s", "general"});
  EXPECT_EQ(locked.exit_code, 11);
  EXPECT_THAT(locked.error, HasSubstr("is open in process "));
  EXPECT_THAT(locked.error, HasSubstr("serve_readers"));
}

}  // namespace
}  // namespace rookery::testing
