// The bucket map knows what a bulk load has stored.
#include <gtest/gtest.h>

#include <string>

#include "store/buckets/channel_buckets.h"
#include "tests/store/bulk_fixture.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

class BulkBucketsTest : public DiskStoreTest {
 protected:
  void SetUp() override {
    options_.bucket_width = std::chrono::minutes{1};
    DiskStoreTest::SetUp();
  }
  std::uint64_t Count(const std::string& channel) {
    const auto size = store().SizeOf(channel);
    EXPECT_OK(size);
    return size ? size->messages : 0;
  }
  /// Messages of "general" with ids that begin at `first`, a second apart.
  static OwnedMessages Messages(MessageId first, std::size_t count) {
    OwnedMessages messages;
    for (std::size_t i = 0; i < count; ++i) {
      messages.push_back({.channel = "general",
                          .author = "ada",
                          .content = "old",
                          .nonce = {},
                          .id = MessageId{first.value + (std::uint64_t{i * 1000} << MessageId::kTimeShift)},
                          .created_at = {}});
    }
    return messages;
  }
};

TEST_F(BulkBucketsTest, CountsWhatWasThereAndWhatWasLoaded) {
  Post("general", "before");
  ASSERT_OK(BulkLoad(&store(), Messages(MessageId{1 << 24}, 500)));
  EXPECT_EQ(Count("general"), 501U);
  Post("general", "after");
  EXPECT_EQ(Count("general"), 502U);
  Reopen();
  EXPECT_EQ(Count("general"), 502U);
}

TEST_F(BulkBucketsTest, WhatIsLoadedIntoABucketThatWasCutIsFound) {
  const OwnedMessages messages = Messages(MessageId{1 << 24}, 2 * store::kGraveyard);
  ASSERT_OK(BulkLoad(&store(), messages));
  for (const OwnedMessage& message : messages) ASSERT_OK(store().Delete("general", message.id));
  EXPECT_TRUE(History("general").empty());
  OwnedMessages again = messages;
  for (OwnedMessage& message : again) message.content = "new";
  ASSERT_OK(BulkLoad(&store(), again));
  EXPECT_EQ(History("general", {.limit = 1000}).size(), messages.size());
  EXPECT_EQ(Count("general"), messages.size());
}

TEST_F(BulkBucketsTest, WhatIsLoadedAmongGravesIsFound) {
  const OwnedMessages messages = Messages(MessageId{1 << 24}, 400);
  ASSERT_OK(BulkLoad(&store(), messages));
  for (std::size_t i = 1; i + 1 < messages.size(); ++i) ASSERT_OK(store().Delete("general", messages[i].id));
  EXPECT_EQ(History("general").size(), 2U);
  ASSERT_OK(BulkLoad(&store(), {messages[200]}));
  EXPECT_EQ(History("general").size(), 3U);
}

TEST_F(BulkBucketsTest, ALoadOfManyChannelsLeavesASoundMap) {
  ASSERT_OK(BulkLoad(&store(), DistinctMessages(5'000, 300)));
  ASSERT_OK_AND_ASSIGN(const RepairReport report, store().Repair());
  EXPECT_EQ(report.buckets_mended, 0U);
  EXPECT_EQ(report.messages, 5'000U);
}

}  // namespace
}  // namespace rookery::testing
