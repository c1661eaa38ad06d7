// Loads, ingestors and uploads over several cells.
#include <gmock/gmock.h>

#include "tests/cells/cells_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using HandlesTest = CellsTest;

TEST_F(HandlesTest, ALoadFillsAllCells) {
  ASSERT_OK_AND_ASSIGN(BulkLoader loader, store().BulkLoader());
  for (const char* channel : {"general", "dm/1", "guild/1", "dm/2", "general"}) {
    ASSERT_OK(loader.Add({.channel = channel, .content = "loaded"}));
  }
  EXPECT_TRUE(History("dm/1").empty());
  ASSERT_OK_AND_ASSIGN(const BulkReport report, loader.Finish());
  EXPECT_EQ(report.posted, 5U);
  EXPECT_THAT(Contents(History("dm/1")), ElementsAre("loaded"));
  EXPECT_EQ(History("general").size(), 2U);
  EXPECT_EQ(store().Explain("dm/2")->cell, "dm");
  EXPECT_EQ(store().Verify()->messages, 5U);
}

TEST_F(HandlesTest, OneBadMessageKeepsThoseOfOtherCellsOutOfALoad) {
  ASSERT_OK_AND_ASSIGN(BulkLoader load, store().BulkLoader());
  const std::string too_long(2000, 'x');
  const std::vector<NewMessage> messages{{.channel = "general", .author = "ada", .content = "good"},
                                         {.channel = "dm/1", .author = "ada", .content = "bad", .nonce = too_long}};
  EXPECT_CODE(load.Add(messages), StatusCode::kInvalidArgument);
  ASSERT_OK(load.Add(std::span(messages).first(1)));
  ASSERT_OK(load.Finish());
  EXPECT_EQ(store().SizeOf("general")->messages, 1U);
}

TEST_F(HandlesTest, ALoadThatIsCancelledLeavesNothing) {
  ASSERT_OK_AND_ASSIGN(BulkLoader loader, store().BulkLoader());
  ASSERT_OK(loader.Add({.channel = "dm/1", .content = "loaded"}));
  loader.Cancel();
  EXPECT_TRUE(store().Channels()->channels.empty());
  EXPECT_OK(store().BulkLoader());
}

TEST_F(HandlesTest, ACellIsNotAddedBesideALoad) {
  ASSERT_OK_AND_ASSIGN(BulkLoader loader, store().BulkLoader());
  EXPECT_CODE(Add("more", {"more/"}), StatusCode::kBusy);
}

TEST_F(HandlesTest, AnIngestorPostsToAllCells) {
  ASSERT_OK_AND_ASSIGN(Ingestor ingestor, store().Ingestor());
  std::vector<std::future<Result<Posted>>> answers;
  for (const char* channel : {"general", "dm/1", "guild/1"}) {
    answers.push_back(ingestor.Post({.channel = channel, .content = channel}));
  }
  ASSERT_OK(ingestor.Flush(std::chrono::minutes{1}));
  for (auto& answer : answers) EXPECT_OK(answer.get().status());
  EXPECT_THAT(Contents(History("dm/1")), ElementsAre("dm/1"));
  EXPECT_EQ(ingestor.Stats().total.accepted, 3U);
  ASSERT_OK(ingestor.Stop());
  EXPECT_CODE(ingestor.Post({.channel = "dm/1"}).get(), StatusCode::kClosed);
}

TEST_F(HandlesTest, WhatAnIngestorAcceptedMovesWithItsChannel) {
  ASSERT_OK_AND_ASSIGN(Ingestor ingestor, store().Ingestor({.batch = {.age = std::chrono::seconds{30}}}));
  auto before = ingestor.Post({.channel = "general", .content = "before"});
  ASSERT_OK(store().MoveToCell("general", "dm").status());
  auto after = ingestor.Post({.channel = "general", .content = "after"});
  ASSERT_OK(ingestor.Flush(std::chrono::minutes{1}));
  EXPECT_OK(before.get().status());
  EXPECT_OK(after.get().status());
  EXPECT_THAT(Contents(History("general")), ElementsAre("after", "before"));
}

TEST_F(HandlesTest, WhatAnIngestorAcceptedIsOlderThanARule) {
  ASSERT_OK_AND_ASSIGN(Ingestor ingestor, store().Ingestor({.batch = {.age = std::chrono::seconds{30}}}));
  auto answer = ingestor.Post({.channel = "bot/1", .content = "early"});
  ASSERT_OK(Add("bots", {"bot/"}));
  EXPECT_OK(answer.get().status());
  EXPECT_EQ(store().Explain("bot/1")->cell, "main");
  EXPECT_THAT(Contents(History("bot/1")), ElementsAre("early"));
}

TEST_F(HandlesTest, AnUploadToAChannelThatMovedIsBegunAgain) {
  const MessageId id = Post("general", "with a picture");
  ASSERT_OK_AND_ASSIGN(AttachmentWriter upload, store().PutAttachment("general", id, "a.png"));
  ASSERT_OK(upload.Append(std::string(2'500'000, 'a')));
  ASSERT_OK(store().MoveToCell("general", "dm").status());
  EXPECT_CODE(upload.Finish(), StatusCode::kUnavailable);
  EXPECT_TRUE(store().ListAttachments("general", id)->empty());
  ASSERT_OK_AND_ASSIGN(AttachmentWriter again, store().PutAttachment("general", id, "a.png"));
  ASSERT_OK(again.Append("a"));
  EXPECT_OK(again.Finish());
}

}  // namespace
}  // namespace rookery::testing
