// A channel that moves to another cell is wholly in one of them, and nothing of it is lost or doubled.
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "tests/cells/cells_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MoveTest : public CellsTest {
 protected:
  CellMoveReport Move(std::string_view channel, std::string_view cell) {
    const auto report = store().MoveToCell(channel, cell);
    EXPECT_OK(report.status());
    return report ? *report : CellMoveReport{};
  }
  std::string ReadAttachment(std::string_view channel, MessageId id, std::string_view name) {
    auto reader = store().GetAttachment(channel, id, name);
    EXPECT_OK(reader.status());
    if (!reader || !*reader) return "none";
    std::string bytes((*reader)->info().size, ' ');
    EXPECT_OK((*reader)->Read(bytes));
    return bytes;
  }
};

TEST_F(MoveTest, AllOfAChannelMoves) {
  const MessageId plain = Post("general", "one");
  ASSERT_OK_AND_ASSIGN(const MessageId full, store().Post({.channel = "general",
                                                           .author = "eve",
                                                           .content = "two",
                                                           .reply_to = plain,
                                                           .nonce = "n1",
                                                           .attributes = {{"k", "v"}},
                                                           .flags = 1U << 20}));
  ASSERT_OK(store().Edit("general", full, {.content = "two!"}));
  ASSERT_OK(store().Put("general", "settings", "dark"));
  ASSERT_OK(store().Put("general", "settings", "light"));
  ASSERT_OK_AND_ASSIGN(AttachmentWriter upload, store().PutAttachment("general", full, "cat.jpg"));
  ASSERT_OK(upload.Append(std::string(3'000'000, 'c')));
  ASSERT_OK_AND_ASSIGN(const AttachmentInfo before, upload.Finish());

  const CellMoveReport report = Move("general", "dm");
  EXPECT_TRUE(report.moved);
  EXPECT_EQ(report.messages, 2U);
  EXPECT_EQ(report.records, 1U);
  EXPECT_EQ(report.attachments, 1U);
  EXPECT_EQ(store().Explain("general")->cell, "dm");
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Contents(History("general")), ElementsAre("two!", "one"));
    const auto message = Get("general", full);
    EXPECT_EQ(message->version(), 2U);
    EXPECT_EQ(message->author(), "eve");
    EXPECT_EQ(message->reply_to(), plain);
    EXPECT_EQ(message->attribute("k"), "v");
    EXPECT_EQ(message->flags(), 1U << 20);
    EXPECT_EQ(store().Post({.channel = "general", .content = "again", .nonce = "n1"}).value(), full);
    EXPECT_EQ(store().GetRecord("general", "settings")->value().value, "light");
    EXPECT_EQ(store().GetRecord("general", "settings")->value().version, 2U);
    EXPECT_EQ(ReadAttachment("general", full, "cat.jpg"), std::string(3'000'000, 'c'));
    EXPECT_EQ(store().ListAttachments("general", full)->front().created_at, before.created_at);
    Reopen();
  }
}

TEST_F(MoveTest, NothingIsLeftWhereItWas) {
  for (int i = 0; i < 700; ++i) Post("general", std::to_string(i));
  ASSERT_OK(store().Put("general", "k", "v"));
  Move("general", "dm");
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.messages, 700U);
  EXPECT_EQ(report.records, 1U);
  EXPECT_EQ(report.channels, 1U);
  EXPECT_EQ(History("general", {.limit = 1000}).size(), 700U);
}

TEST_F(MoveTest, AChannelThatIsThereAlreadyIsLeftAlone) {
  PostEverywhere();
  EXPECT_FALSE(Move("dm/1", "dm").moved);
  EXPECT_CODE(store().MoveToCell("dm/1", "nowhere"), StatusCode::kNotFound);
  EXPECT_TRUE(Move("dm/1", "main").moved);
  EXPECT_TRUE(Move("dm/1", "dm").moved);
  EXPECT_THAT(Contents(History("dm/1")), ElementsAre("in dm/1"));
}

TEST_F(MoveTest, AMoveThatIsStoppedLeavesTheChannelWhereItIs) {
  for (int i = 0; i < 600; ++i) Post("general", std::to_string(i));
  const auto stopped = store().MoveToCell("general", "dm", {.progress = [](std::uint64_t rows) { return rows < 300; }});
  EXPECT_CODE(stopped, StatusCode::kInterrupted);
  EXPECT_EQ(store().Explain("general")->cell, "main");
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
  EXPECT_EQ(report.messages, 600U);
  EXPECT_TRUE(Move("general", "dm").moved);
}

TEST_F(MoveTest, WhateverTheProcessDiesInTheChannelIsWhollyInOneCell) {
  for (int i = 0; i < 600; ++i) Post("general", std::to_string(i));
  Post("dm/1", "another");
  ASSERT_OK(store().Put("general", "k", "v"));
  std::vector<std::filesystem::path> crashes;
  const CellMoveOptions options{.progress = [&](std::uint64_t) {
    // What a process that is killed leaves: all that was written, nothing that is only in memory.
    crashes.push_back(dir_ / ("crash" + std::to_string(crashes.size())));
    std::filesystem::copy(path(), crashes.back(), std::filesystem::copy_options::recursive);
    return true;
  }};
  ASSERT_OK(store().MoveToCell("general", "dm", options).status());
  ASSERT_GE(crashes.size(), 5U);
  std::set<std::string> places;
  for (const auto& crash : crashes) {
    ASSERT_OK_AND_ASSIGN(Store after, Store::Open(crash, {.mode = OpenMode::kOpen}));
    places.insert(after.Explain("general")->cell);
    EXPECT_EQ(after.History("general", {.limit = 1000})->size(), 600U);
    EXPECT_TRUE(after.GetRecord("general", "k")->has_value());
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, after.Verify());
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.messages, 601U);
    EXPECT_EQ(report.records, 1U);
    ASSERT_OK(after.Close());
  }
  EXPECT_THAT(places, ElementsAre("dm", "main"));
}

TEST_F(MoveTest, OthersWriteWhileAChannelMoves) {
  std::atomic<bool> stop{false};
  std::vector<std::set<MessageId>> posted(3);
  std::vector<std::thread> writers;
  for (std::size_t i = 0; i < posted.size(); ++i) {
    writers.emplace_back([&, i] {
      while (!stop) {
        const auto id = store().Post({.channel = "general", .content = "x"});
        ASSERT_OK(id.status());
        posted[i].insert(*id);
        if (posted[i].size() % 5 != 0) continue;
        ASSERT_OK_AND_ASSIGN(const bool deleted, store().Delete("general", *posted[i].begin()));
        ASSERT_TRUE(deleted);
        posted[i].erase(posted[i].begin());
      }
    });
  }
  for (const char* cell : {"dm", "guilds", "main", "dm"}) {
    for (;;) {
      const auto report = store().MoveToCell("general", cell);
      // It may change faster than it is copied on a machine that is busy.
      if (report.status().code() == StatusCode::kBusy) continue;
      ASSERT_OK(report.status());
      break;
    }
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  std::set<MessageId> expected;
  for (const auto& of_one : posted) expected.insert(of_one.begin(), of_one.end());
  std::set<MessageId> stored;
  std::optional<MessageId> before;
  for (bool more = true; more;) {
    const Page page = History("general", {.before = before, .limit = 1000});
    for (const MessageView& message : page) stored.insert(message.id());
    more = page.has_more();
    if (more) before = page.back().id();
  }
  EXPECT_EQ(stored, expected);
}

TEST_F(MoveTest, IdsGoOnBehindThoseThatCame) {
  // The main cell's ids run ahead of the clock.
  MessageId last;
  for (int i = 0; i < 9000; ++i) last = Post("general", "");
  Move("general", "dm");
  EXPECT_GT(Post("general", "next"), last);
}

TEST_F(MoveTest, ALoadUnderWayIsNotPassedBy) {
  PostEverywhere();
  {
    ASSERT_OK_AND_ASSIGN(BulkLoader loader, store().BulkLoader());
    EXPECT_CODE(store().MoveToCell("general", "dm"), StatusCode::kBusy);
  }
  EXPECT_TRUE(Move("general", "dm").moved);
}

TEST_F(MoveTest, CellsAreChangedOneAtATime) {
  PostEverywhere();
  const CellMoveOptions options{.progress = [&](std::uint64_t) {
    EXPECT_CODE(store().MoveToCell("dm/1", "main"), StatusCode::kBusy);
    EXPECT_CODE(store().ReopenCell("dm"), StatusCode::kBusy);
    EXPECT_CODE(Add("more"), StatusCode::kBusy);
    return true;
  }};
  ASSERT_OK(store().MoveToCell("general", "dm", options).status());
}

TEST_F(MoveTest, ASnapshotSeesTheChannelWhereItWas) {
  PostEverywhere();
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  Move("general", "dm");
  Post("general", "later");
  EXPECT_THAT(Contents(*snapshot.History("general")), ElementsAre("in general"));
  EXPECT_THAT(snapshot.Channels()->channels, ElementsAre("dm/1", "general", "guild/1"));
}

}  // namespace
}  // namespace rookery::testing
