// How long checkpoints are there, and what of a directory `readers` is touched.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "tests/beside/beside_fixture.h"
#include "tests/store/store_dump.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CheckpointsTest : public BesideTest {
 protected:
  void Touch(const fs::path& file) { std::ofstream(file) << "somebody's"; }
  Status TryOpen() {
    auto opened = Store::Open(path(), options());
    if (opened) store_.emplace(*std::move(opened));
    return opened.status();
  }
  void CloseAndForget() {
    Close();
    store_.reset();
  }
};

TEST_F(CheckpointsTest, NoneIsMadeUnlessSomebodyAsks) {
  Post("general", "hello");
  EXPECT_THAT(Checkpoints(), IsEmpty());
  ASSERT_OK(TryView());
  EXPECT_THAT(Checkpoints(), ElementsAre("000001"));
}

TEST_F(CheckpointsTest, OnlyTheOwnersUserCanLookIntoThem) {
  ASSERT_OK(TryView());
  const auto mode = [](const fs::path& file) {
    struct stat status {};
    EXPECT_EQ(::lstat(file.c_str(), &status), 0) << file;
    return status.st_mode & 0777U;
  };
  EXPECT_EQ(mode(readers()), 0700U);
  EXPECT_EQ(mode(readers() / "socket"), 0600U);
  EXPECT_EQ(mode(readers() / "000001"), 0700U);
  EXPECT_EQ(mode(readers() / "000001" / "checkpoint"), 0600U);
}

TEST_F(CheckpointsTest, TheNewestStaysAndAnOlderOneGoes) {
  for (int i = 0; i < 3; ++i) ASSERT_OK(TryView());
  EXPECT_THAT(Checkpoints(), ElementsAre("000003"));
}

TEST_F(CheckpointsTest, OneThatIsReadStaysUntilItsReaderCloses) {
  for (int i = 0; i < 100; ++i) Post("general", std::string(1000, 'x'));
  ASSERT_OK_AND_ASSIGN(Store reader, TryView());
  for (int i = 0; i < 3; ++i) {
    Post("general", "more");
    ASSERT_OK(store().Compact());
    ASSERT_OK(TryView());
  }
  EXPECT_THAT(Checkpoints(), ElementsAre("000001", "000004"));
  EXPECT_EQ(DumpOf(reader).size(), 100U);
  ASSERT_OK(reader.Close());
  ASSERT_OK(TryView());
  EXPECT_THAT(Checkpoints(), ElementsAre("000005"));
}

TEST_F(CheckpointsTest, OneThatIsReadOutlivesItsOwner) {
  Post("general", "hello");
  std::optional<Store> reader;
  {
    ASSERT_OK_AND_ASSIGN(Store opened, TryView());
    reader.emplace(std::move(opened));
  }
  ASSERT_OK(TryView());
  CloseAndForget();
  EXPECT_THAT(Checkpoints(), ElementsAre("000001", "000002"));
  Open();
  EXPECT_THAT(Checkpoints(), ElementsAre("000001", "000002"));
  EXPECT_EQ(DumpOf(*reader).size(), 1U);
  reader.reset();
  Reopen();
  EXPECT_THAT(Checkpoints(), ElementsAre("000002"));
}

TEST_F(CheckpointsTest, WhatACrashLeftIsRemovedAtTheNextOpening) {
  ASSERT_OK(TryView());
  CloseAndForget();
  for (const char* name : {"000002.part", "000003.gone"}) fs::create_directory(readers() / name);
  fs::create_directory(readers() / "000004");  // without a note it is none
  Open();
  EXPECT_THAT(Checkpoints(), ElementsAre("000001"));
}

TEST_F(CheckpointsTest, OneFromBeforeTheMachineWentDownIsNoUse) {
  ASSERT_OK(TryView());
  ReopenSilent();
  std::ifstream in(readers() / "000001" / "checkpoint");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  ASSERT_THAT(text, HasSubstr("\nboot "));
  text.replace(text.find("\nboot ") + 6, 4, "beef");
  std::ofstream(readers() / "000001" / "checkpoint") << text;
  EXPECT_CODE(TryView(), StatusCode::kLocked);
  Reopen();
  EXPECT_THAT(Checkpoints(), IsEmpty());
}

TEST_F(CheckpointsTest, AnOwnerWhoDoesNotServeForgetsOldOnes) {
  ASSERT_OK(TryView());
  ReopenSilent();
  EXPECT_THAT(Checkpoints(), ElementsAre("000001"));
  clock().Advance(std::chrono::minutes{61});
  Reopen();
  EXPECT_THAT(Checkpoints(), IsEmpty());
}

TEST_F(CheckpointsTest, OnceThereAreAsManyAsMayBeTheNewestOfThemIsRead) {
  options().serve_readers->max_checkpoints = 2;
  Reopen();
  Post("general", "one");
  ASSERT_OK_AND_ASSIGN(const Store first, TryView());
  Post("general", "two");
  ASSERT_OK_AND_ASSIGN(Store second, TryView());
  Post("general", "three");
  clock().Advance(std::chrono::seconds{7});
  ASSERT_OK_AND_ASSIGN(const Store third, TryView());
  EXPECT_EQ(third.History("general")->size(), 2U);
  EXPECT_EQ(third.View()->age, std::chrono::seconds{7});
  const auto newer = TryView({.max_age = std::chrono::seconds{1}});
  EXPECT_CODE(newer, StatusCode::kBusy);
  EXPECT_THAT(std::string(newer.status().message()), HasSubstr("as many as there may be"));
}

TEST_F(CheckpointsTest, DiskIsBoundedHoweverManyAreMade) {
  const auto round = [&] {
    for (int i = 0; i < 50; ++i) {
      ASSERT_OK(store().Put("general", "key " + std::to_string(i), std::string(2000, 'x')));
    }
    ASSERT_OK(store().Compact());
    ASSERT_OK(TryView());
  };
  for (int i = 0; i < 3; ++i) round();
  const std::uint64_t before = BytesBelow(path());
  for (int i = 0; i < 100; ++i) round();
  EXPECT_EQ(Checkpoints().size(), 1U);
  EXPECT_LT(BytesBelow(path()), 2 * before + 1'000'000);
}

TEST_F(CheckpointsTest, WhatSomebodyElseHasPutThereStaysAndIsTold) {
  CloseAndForget();
  fs::remove_all(readers());
  Touch(readers());
  EXPECT_CODE(TryOpen(), StatusCode::kAlreadyExists);
  EXPECT_TRUE(fs::is_regular_file(readers()));

  fs::remove(readers());
  fs::create_directory(readers());
  fs::permissions(readers(), fs::perms::owner_all);
  fs::create_directory(readers() / "000001");
  const Status foreign = TryOpen();
  EXPECT_CODE(foreign, StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(foreign.message()), HasSubstr(readers().string() + " is not what rookery makes there"));
  options().serve_readers.reset();
  Open();
  EXPECT_CODE(TryView(), StatusCode::kLocked);
  EXPECT_TRUE(fs::exists(readers() / "000001"));
}

TEST_F(CheckpointsTest, ALinkIsNotFollowed) {
  ASSERT_OK(TryView());
  CloseAndForget();
  fs::rename(readers(), dir_ / "elsewhere");
  fs::create_directory_symlink(dir_ / "elsewhere", readers());
  EXPECT_CODE(TryOpen(), StatusCode::kAlreadyExists);
  options().serve_readers.reset();
  clock().Advance(std::chrono::hours{2});
  Open();
  EXPECT_TRUE(fs::exists(dir_ / "elsewhere" / "000001"));
  EXPECT_CODE(TryView(), StatusCode::kLocked);
}

TEST_F(CheckpointsTest, TheirDirectoryOfAnotherStoreIsNotTouched) {
  ASSERT_OK(TryView());
  ASSERT_OK_AND_ASSIGN(Store other, Store::Open(dir_ / "other"));
  ASSERT_OK(other.Close());
  CloseAndForget();
  fs::rename(readers(), dir_ / "other" / "readers");
  StoreOptions serving = options();
  serving.routing.reset();
  EXPECT_CODE(Store::Open(dir_ / "other", serving), StatusCode::kAlreadyExists);
  EXPECT_THAT(CheckpointsOf(dir_ / "other"), ElementsAre("000001"));
}

TEST_F(CheckpointsTest, ADirectoryThatOthersCanUseIsRefused) {
  CloseAndForget();
  fs::permissions(readers(), fs::perms::owner_all | fs::perms::group_exec);
  const Status open = TryOpen();
  EXPECT_CODE(open, StatusCode::kPermission);
  EXPECT_THAT(std::string(open.message()), HasSubstr("set its mode to 0700"));
}

TEST_F(CheckpointsTest, WhatIsNoSocketIsNotReplaced) {
  CloseAndForget();
  Touch(readers() / "socket");
  const Status open = TryOpen();
  EXPECT_CODE(open, StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(open.message()), HasSubstr("socket is not a socket"));
  EXPECT_TRUE(fs::is_regular_file(readers() / "socket"));
}

}  // namespace
}  // namespace rookery::testing
