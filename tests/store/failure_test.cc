// What a store does when its engine cannot write: it says why, refuses further writes, and goes on reading.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class FailureTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    options_.on_failure = [this](const Status& cause) { causes_.push_back(cause); };
    EngineStoreTest::SetUp();
    ASSERT_OK_AND_ASSIGN(kept_, Post("kept"));
  }
  Result<MessageId> Post(std::string_view content) {
    return EngineStoreTest::Post({.channel = "c", .content = content});
  }

  std::vector<Status> causes_;  // outlives the store
  MessageId kept_;
};

TEST_F(FailureTest, AFailedWriteIsReportedAsItIs) {
  engine_->FailWrites({StatusCode::kNoSpace, "the disk is full"});
  const auto failed = Post("lost");
  EXPECT_CODE(failed, StatusCode::kNoSpace);
  EXPECT_THAT(failed.error().ToString(), HasSubstr("the disk is full"));
}

TEST_F(FailureTest, LaterWritesAreRefusedWithTheCause) {
  engine_->FailWrites({StatusCode::kNoSpace, "the disk is full"});
  EXPECT_CODE(Post("lost"), StatusCode::kNoSpace);
  engine_->FailWrites({});
  for (const Status& status :
       {Post("later").status(), store_->messages().Edit("c", kept_, {.content = "e"}, {}).status(),
        store_->messages().Delete("c", kept_, {}).status(), store_->records().Put("c", "k", "v", {}).status(),
        store_->records().Delete("c", "k", {}).status(), store_->Sync(), store_->Compact()}) {
    EXPECT_CODE(status, StatusCode::kUnavailable);
    EXPECT_THAT(status.ToString(), HasSubstr("the disk is full"));
  }
  EXPECT_THAT(store_->Stats().unavailable_reason, HasSubstr("the disk is full"));
}

TEST_F(FailureTest, ReadsGoOnAndShowWhatWasAcknowledged) {
  engine_->FailWrites({StatusCode::kIoError, "broken"});
  EXPECT_CODE(Post("lost"), StatusCode::kIoError);
  const auto page = store_->reads().History("c", {}, nullptr);
  ASSERT_OK(page);
  ASSERT_EQ(page->size(), 1U);
  EXPECT_EQ((*page)[0].content(), "kept");
}

TEST_F(FailureTest, AFailedSyncPoisonsToo) {
  engine_->FailWrites({StatusCode::kIoError, "broken"});
  EXPECT_CODE(store_->Sync(), StatusCode::kIoError);
  EXPECT_CODE(Post("x"), StatusCode::kUnavailable);
}

TEST_F(FailureTest, BackgroundWorkThatFailsPoisonsToo) {
  engine_->FailInTheBackground({StatusCode::kIoError, "cannot flush"});
  EXPECT_CODE(Post("x"), StatusCode::kUnavailable);
  EXPECT_THAT(store_->Stats().unavailable_reason, HasSubstr("cannot flush"));
}

TEST_F(FailureTest, TheFirstCauseIsToldOnce) {
  engine_->FailInTheBackground({StatusCode::kIoError, "cannot flush"});
  engine_->FailWrites({StatusCode::kNoSpace, "the disk is full"});
  EXPECT_CODE(store_->Sync(), StatusCode::kUnavailable);
  engine_->FailInTheBackground({StatusCode::kIoError, "cannot compact"});
  ASSERT_EQ(causes_.size(), 1U);
  EXPECT_THAT(causes_[0].message(), HasSubstr("cannot flush"));
}

TEST_F(FailureTest, AConflictDoesNotPoison) {
  EXPECT_CODE(store_->messages().Edit("c", kept_, {.content = "e", .expected_version = 9}, {}), StatusCode::kConflict);
  EXPECT_OK(Post("fine"));
}

TEST_F(FailureTest, AChannelWhoseFirstWriteFailedHasNoEntry) {
  engine_->FailWrites({StatusCode::kIoError, "broken"});
  EXPECT_CODE(store_->posts().Post({.channel = "new", .content = "x"}, {}), StatusCode::kIoError);
  const auto cursor = engine_->NewCursor(store_->context().catalog, {.access = engine::Access::kScan});
  int entries = 0;
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) entries += cursor->key().starts_with("\x10") ? 1 : 0;
  EXPECT_EQ(entries, 1) << "only channel c was stored";
}

}  // namespace
}  // namespace rookery::testing
