// What is read beside an owner: all that it has acknowledged, as of one moment, and from when that is.
#include <gmock/gmock.h>

#include <filesystem>
#include <map>

#include "tests/beside/beside_fixture.h"
#include "tests/store/store_dump.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using ViewTest = BesideTest;

TEST_F(ViewTest, ShowsAllThatWasAcknowledged) {
  for (int i = 0; i < 100; ++i) Post("general", std::string(i % 10 == 0 ? 40'000 : 100, 'x'));
  ASSERT_OK(store().Compact());
  ASSERT_OK(store().Put("general", "topic", "rooks"));
  const MessageId last = Post("random", "the last");
  ASSERT_OK_AND_ASSIGN(AttachmentWriter upload, store().PutAttachment("random", last, "cat.jpg"));
  ASSERT_OK(upload.Append(std::string(3'000'000, 'c')));
  ASSERT_OK(upload.Finish());

  ASSERT_OK_AND_ASSIGN(const Store view, TryView());
  EXPECT_EQ(DumpOf(view), DumpOf(store()));
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, view.Verify());
  EXPECT_TRUE(report.ok());
}

TEST_F(ViewTest, StaysAsItWasWhileTheOwnerWritesAndCompacts) {
  for (int i = 0; i < 200; ++i) Post("general", "message " + std::to_string(i));
  ASSERT_OK(store().Compact());
  ASSERT_OK_AND_ASSIGN(const Store view, TryView());
  const auto before = DumpOf(view);
  for (int i = 0; i < 200; ++i) Post("general", "more " + std::to_string(i));
  ASSERT_OK(store().RunRetention().status());
  ASSERT_OK(store().Compact());
  EXPECT_EQ(DumpOf(view), before);
  EXPECT_EQ(before.size(), 200U);
}

TEST_F(ViewTest, EachIsAsNewAsTheMomentWhenItWasAskedFor) {
  for (int i = 1; i <= 5; ++i) {
    Post("general", "message");
    ASSERT_OK_AND_ASSIGN(const Store view, TryView());
    EXPECT_EQ(view.History("general")->size(), static_cast<std::size_t>(i));
  }
}

TEST_F(ViewTest, TellsFromWhenItIs) {
  Post("general", "hello");
  const Timestamp then = clock().Now();
  ASSERT_OK_AND_ASSIGN(const Store view, TryView());
  clock().Advance(seconds{3});
  ASSERT_OK_AND_ASSIGN(const ViewInfo info, view.View());
  EXPECT_EQ(info.source, ViewSource::kCheckpoint);
  EXPECT_EQ(info.at, then);
  EXPECT_EQ(info.age, seconds{3});
  clock().Advance(-seconds{10});
  EXPECT_EQ(view.View()->age, seconds{0});
  EXPECT_EQ(view.Info()->path, path());
}

TEST_F(ViewTest, IsTheStoreItselfWhileNobodyHasIt) {
  Post("general", "hello");
  ASSERT_OK_AND_ASSIGN(const ViewInfo of_owner, store().View());
  EXPECT_EQ(of_owner.source, ViewSource::kLive);
  Close();
  ASSERT_OK_AND_ASSIGN(const Store view, TryView({.max_age = milliseconds{0}}));
  ASSERT_OK_AND_ASSIGN(const ViewInfo info, view.View());
  EXPECT_EQ(info.source, ViewSource::kLive);
  EXPECT_EQ(info.at, clock().Now());
  EXPECT_EQ(view.History("general")->size(), 1U);
}

TEST_F(ViewTest, RefusesWrites) {
  ASSERT_OK_AND_ASSIGN(Store view, TryView());
  EXPECT_CODE(view.Post({.channel = "general", .content = "no"}), StatusCode::kPermission);
  EXPECT_CODE(view.Put("general", "key", "no"), StatusCode::kPermission);
  EXPECT_CODE(view.AddCell({.name = "cell"}), StatusCode::kPermission);
  EXPECT_CODE(view.CreateBackup(dir_ / "set"), StatusCode::kPermission);
}

TEST_F(ViewTest, OthersShareOneThatIsNewEnough) {
  options().serve_readers = ServeReadersOptions{.interval = seconds{10}};
  Reopen();
  ASSERT_OK_AND_ASSIGN(const Store first, TryView());
  clock().Advance(seconds{9});
  Post("general", "hello");
  ASSERT_OK_AND_ASSIGN(const Store second, TryView());
  EXPECT_EQ(second.View()->age, seconds{9});
  EXPECT_TRUE(second.History("general")->empty());
  ASSERT_OK_AND_ASSIGN(const Store third, TryView({.max_age = seconds{20}}));
  EXPECT_EQ(third.View()->age, seconds{9});
  EXPECT_THAT(Checkpoints(), ElementsAre("000001"));
}

TEST_F(ViewTest, WaitsForOneThatIsNewEnough) {
  options().serve_readers = ServeReadersOptions{.interval = milliseconds{300}};
  Reopen();
  ASSERT_OK_AND_ASSIGN(const Store first, TryView());
  Post("general", "hello");
  ASSERT_OK_AND_ASSIGN(const Store second, TryView({.max_age = milliseconds{0}}));
  EXPECT_EQ(second.History("general")->size(), 1U);
}

TEST_F(ViewTest, WithoutAnAnswerTheLastCheckpointIsRead) {
  Post("general", "hello");
  ASSERT_OK(TryView());
  Post("general", "later");
  ReopenSilent();
  clock().Advance(std::chrono::minutes{2});
  ASSERT_OK_AND_ASSIGN(const Store view, TryView());
  EXPECT_EQ(view.History("general")->size(), 1U);
  EXPECT_EQ(view.View()->age, std::chrono::minutes{2});

  const auto newer = TryView({.max_age = seconds{90}});
  EXPECT_CODE(newer, StatusCode::kBusy);
  EXPECT_THAT(std::string(newer.status().message()), HasSubstr("is 120.0 s old, and at most 90.0 s were asked for"));
  EXPECT_THAT(std::string(newer.status().message()), HasSubstr("does not serve readers"));
  ASSERT_OK(TryView({.max_age = seconds{120}}));
}

TEST_F(ViewTest, WithoutAnyCheckpointItIsToldHowToGetOne) {
  ReopenSilent();
  const auto view = TryView();
  EXPECT_CODE(view, StatusCode::kLocked);
  EXPECT_THAT(std::string(view.status().message()), HasSubstr("is open in process "));
  EXPECT_THAT(std::string(view.status().message()), HasSubstr("serve_readers"));
}

TEST_F(ViewTest, ReadOnlyStillNeedsTheStoreItself) {
  EXPECT_CODE(Store::Open(path(), {.mode = OpenMode::kReadOnly}), StatusCode::kLocked);
}

TEST_F(ViewTest, WritesNothingIntoTheStoreButLocks) {
  Post("general", "hello");
  ASSERT_OK(TryView());
  const auto times = [&] {
    std::map<fs::path, fs::file_time_type> result;
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file() && name != "stats") result[entry.path()] = entry.last_write_time();
    }
    return result;
  };
  ReopenSilent();
  const auto before = times();
  ASSERT_OK(TryView());
  EXPECT_EQ(times(), before);
}

TEST_F(ViewTest, AStoreThatMovedIsServedWhereItIs) {
  // Longer than the address of a socket can be.
  const fs::path deep = dir_ / std::string(100, 'd') / std::string(100, 'e');
  Post("general", "hello");
  Close();
  fs::create_directories(deep.parent_path());
  fs::rename(path(), deep);
  ASSERT_OK_AND_ASSIGN(Store owner, Store::Open(deep, options()));
  ASSERT_OK_AND_ASSIGN(const Store view, ReadBeside(deep));
  EXPECT_EQ(view.History("general")->size(), 1U);
  EXPECT_EQ(view.View()->source, ViewSource::kCheckpoint);
}

TEST_F(ViewTest, AStoreOfAnotherEngineServesNobody) {
  EXPECT_CODE(Store::Open("memory", {.engine = EngineKind::kMemory, .serve_readers = AtOnce()}),
              StatusCode::kInvalidArgument);
  EXPECT_CODE(Store::Open("memory", {.mode = OpenMode::kReadBeside, .engine = EngineKind::kMemory}),
              StatusCode::kInvalidArgument);
  EXPECT_CODE(Store::Open(path(), {.mode = OpenMode::kReadBeside, .serve_readers = AtOnce()}),
              StatusCode::kInvalidArgument);
  EXPECT_CODE(ReadBeside(dir_ / "nothing"), StatusCode::kNotAStore);
}

TEST_F(ViewTest, OptionsHaveBounds) {
  const auto of = [](const ServeReadersOptions& serving) { return StoreOptions{.serve_readers = serving}.Validate(); };
  EXPECT_CODE(of({.interval = milliseconds{-1}}), StatusCode::kInvalidArgument);
  EXPECT_CODE(of({.interval = std::chrono::hours{2}}), StatusCode::kInvalidArgument);
  EXPECT_CODE(of({.max_checkpoints = 1}), StatusCode::kInvalidArgument);
  EXPECT_CODE(of({.max_checkpoints = 1001}), StatusCode::kInvalidArgument);
  const auto beside = [](const BesideOptions& options) { return StoreOptions{.beside = options}.Validate(); };
  EXPECT_CODE(beside({.max_age = milliseconds{-1}}), StatusCode::kInvalidArgument);
  EXPECT_CODE(beside({.timeout = milliseconds{-1}}), StatusCode::kInvalidArgument);
  EXPECT_CODE(beside({.timeout = std::chrono::hours{2}}), StatusCode::kInvalidArgument);
}

TEST_F(ViewTest, OneThatIsNotWholeIsNoView) {
  Post("general", "hello");
  ASSERT_OK(TryView());
  ReopenSilent();
  // The log loses its end, as on a disk that lies.
  for (const auto& entry : fs::directory_iterator(readers() / "000001" / "cell-0000")) {
    if (entry.path().extension() == ".log") fs::resize_file(entry.path(), entry.file_size() / 2);
  }
  const auto view = TryView();
  EXPECT_CODE(view, StatusCode::kCorruption);
  EXPECT_THAT(std::string(view.status().message()), HasSubstr("and was copied at"));
  // Nothing happened to the store.
  EXPECT_EQ(History("general").size(), 1U);
}

}  // namespace
}  // namespace rookery::testing
