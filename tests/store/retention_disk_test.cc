// Retention on a disk that fills up: the error names it, nothing that may stay is lost, and what goes goes whole.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/store/fault_disk_fixture.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

/// Three buckets of a channel that may keep a part of the newest but one, beside a channel that may keep all.
class RetentionFullDiskTest : public FaultDiskTest {
 protected:
  static constexpr std::size_t kMayStay = 150;

  void SetUp() override {
    options_.bucket_width = std::chrono::minutes{1};
    options_.retention_interval = std::chrono::milliseconds{0};
    FaultDiskTest::SetUp();
    ASSERT_OK(store_->SetRetention(
        {.scope = RetentionScope::kChannel, .name = "general", .limits = {.max_messages = kMayStay}}));
    for (int i = 0; i < 20; ++i) others_.insert(Post("other"));
  }
  MessageId Post(std::string_view channel) {
    std::string noise(500, '\0');  // so that it takes its room on the disk
    for (char& byte : noise) byte = static_cast<char>(random_());
    const std::string nonce = std::to_string(++posts_);
    const auto id = store_->posts().Post(
        {.channel = channel, .content = noise, .nonce = posts_ % 3 == 0 ? std::string_view(nonce) : ""}, {});
    EXPECT_OK(id);
    return id ? *id : MessageId{};
  }
  void FillBuckets() {
    for (int bucket = 0; bucket < 3; ++bucket) {
      clock_->Advance(std::chrono::minutes{1});
      for (int i = 0; i < 100; ++i) expected_.insert(Post("general"));
    }
  }
  std::set<MessageId> IdsOf(std::string_view channel) {
    std::set<MessageId> ids;
    const auto page = store_->reads().History(channel, {.limit = kMaxPageSize}, nullptr);
    EXPECT_OK(page);
    if (!page) return ids;
    for (const MessageView& message : *page) ids.insert(message.id());
    return ids;
  }
  /// The newest, and at least as many as may stay. Takes them for what is expected from now on.
  void ExpectTheNewest() {
    const std::set<MessageId> ids = IdsOf("general");
    EXPECT_GE(ids.size(), kMayStay);
    while (expected_.size() > ids.size()) expected_.erase(expected_.begin());
    EXPECT_EQ(ids, expected_);
    EXPECT_EQ(store_->SizeOf("general")->messages, ids.size());
    EXPECT_EQ(IdsOf("other"), others_);
  }

  std::mt19937_64 random_{7};
  std::uint64_t posts_ = 0;
  std::set<MessageId> expected_;
  std::set<MessageId> others_;
};

TEST_F(RetentionFullDiskTest, IsNamedWhereverItHappensAndNothingIsLostOrCutInPart) {
  std::size_t refused = 0;
  bool done = false;
  for (std::uint64_t room = 0; !done; room += 200 + room / 3) {
    SCOPED_TRACE(room);
    ASSERT_NO_FATAL_FAILURE(FillBuckets());
    faults_.FillAfter(room);
    const auto report = store_->RunRetention({});
    done = report.has_value();
    if (!done) {
      EXPECT_CODE(report, StatusCode::kNoSpace);
      ++refused;
    }
    ExpectTheNewest();
    ASSERT_NO_FATAL_FAILURE(Reopen());
    ExpectTheNewest();
    EXPECT_EQ(Verify().messages, expected_.size() + others_.size());
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GE(refused, 10U);
  EXPECT_EQ(expected_.size(), kMayStay);
}

TEST_F(RetentionFullDiskTest, AFailedCallLosesNothingEither) {
  bool done = false;
  for (std::uint64_t call = 1; !done; ++call) {
    SCOPED_TRACE(call);
    ASSERT_NO_FATAL_FAILURE(FillBuckets());
    faults_.FailFrom(call);
    done = store_->RunRetention({}).has_value();
    ExpectTheNewest();
    ASSERT_NO_FATAL_FAILURE(Reopen());
    ExpectTheNewest();
    EXPECT_EQ(Verify().messages, expected_.size() + others_.size());
    ASSERT_FALSE(HasFailure());
    ASSERT_LT(call, 1000U);
  }
}

}  // namespace
}  // namespace rookery::testing
