// A bulk load that meets what it should not: bad messages, a closed or read-only store, another load, a stop.
#include <gmock/gmock.h>

#include "tests/store/bulk_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class BulkBadInputTest : public DiskStoreTest {
 protected:
  std::filesystem::path leftovers() const { return std::filesystem::path(path()) / "cell-0000" / "bulk-load"; }
  rookery::BulkLoader NewLoader(const BulkOptions& options = {}) {
    auto loader = store().BulkLoader(options);
    EXPECT_OK(loader);
    return *std::move(loader);
  }
};

TEST_F(BulkBadInputTest, AMessageOverTheLimitsFailsAloneAndTheLoadGoesOn) {
  auto loader = NewLoader();
  ASSERT_OK(loader.Add({.channel = "c", .content = "fine"}));
  EXPECT_CODE(loader.Add({.channel = "", .content = "x"}), StatusCode::kInvalidArgument);
  const std::vector<NewMessage> two = {{.channel = "c", .content = "one"}, {.channel = std::string_view{}}};
  EXPECT_CODE(loader.Add(two), StatusCode::kInvalidArgument);
  ASSERT_OK(loader.Add({.channel = "c", .content = "too"}));
  ASSERT_OK_AND_ASSIGN(const BulkReport report, loader.Finish());
  EXPECT_EQ(report.posted, 2U);
}

TEST_F(BulkBadInputTest, CancelLeavesNothing) {
  auto loader = NewLoader({.memory_bytes = std::size_t{8} << 20});
  for (const OwnedMessage& message : DistinctMessages(8000, 7, 1000)) ASSERT_OK(loader.Add(message.view()));
  EXPECT_TRUE(std::filesystem::exists(leftovers()));
  loader.Cancel();
  EXPECT_FALSE(std::filesystem::exists(leftovers()));
  EXPECT_CODE(loader.Add({.channel = "c"}), StatusCode::kInvalidArgument);
  EXPECT_CODE(loader.Finish(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(Dump(store()).empty());
}

TEST_F(BulkBadInputTest, ASecondLoadHasToWait) {
  auto loader = NewLoader();
  const auto second = store().BulkLoader();
  EXPECT_CODE(second, StatusCode::kBusy);
  EXPECT_THAT(second.error().ToString(), HasSubstr("bulk load"));
  ASSERT_OK(loader.Finish());
  EXPECT_OK(store().BulkLoader());
}

TEST_F(BulkBadInputTest, ClosingTheStoreEndsTheLoad) {
  auto loader = NewLoader();
  ASSERT_OK(loader.Add({.channel = "c", .content = "x"}));
  ASSERT_OK(store().Close());
  EXPECT_FALSE(std::filesystem::exists(leftovers()));
  EXPECT_CODE(loader.Add({.channel = "c"}), StatusCode::kClosed);
  EXPECT_CODE(loader.Finish(), StatusCode::kClosed);
  EXPECT_CODE(store().BulkLoader(), StatusCode::kClosed);
}

TEST_F(BulkBadInputTest, AReadOnlyStoreTakesNone) {
  Close();
  store_.reset();
  options().mode = OpenMode::kReadOnly;
  Open();
  EXPECT_CODE(store().BulkLoader(), StatusCode::kPermission);
}

TEST_F(BulkBadInputTest, TooLittleMemoryIsNamed) {
  const auto refused = store().BulkLoader({.memory_bytes = 1000});
  EXPECT_CODE(refused, StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.error().ToString(), HasSubstr("memory_bytes is 1000"));
}

TEST_F(BulkBadInputTest, FiguresOutOfRangeAreNamed) {
  const auto message = [](const BulkOptions& options) { return options.Validate().ToString(); };
  EXPECT_OK((BulkOptions{.memory_bytes = std::size_t{1} << 40}.Validate()));
  EXPECT_THAT(message({.memory_bytes = (std::size_t{1} << 40) + 1}), HasSubstr("memory_bytes is 1099511627777"));
  EXPECT_THAT(message({.packing = static_cast<BulkPacking>(7)}), HasSubstr("packing"));
}

TEST_F(BulkBadInputTest, ProgressThatSaysNoStopsIt) {
  for (const BulkPhase phase : {BulkPhase::kAdding, BulkPhase::kPublishing}) {
    auto loader = NewLoader({.progress = [&](const BulkProgress& now) { return now.phase != phase; }});
    Status status;
    for (int i = 0; i < 1000 && status.ok(); ++i) status = loader.Add({.channel = "c", .content = "x"});
    if (status.ok()) status = loader.Finish().status();
    EXPECT_CODE(status, StatusCode::kInterrupted);
    EXPECT_CODE(loader.Finish(), StatusCode::kInterrupted);  // it has ended
    EXPECT_FALSE(std::filesystem::exists(leftovers()));
    EXPECT_TRUE(Dump(store()).empty());
  }
}

TEST_F(BulkBadInputTest, AMessageLargerThanTheMemoryOfALoadIsTaken) {
  Close();
  store_.reset();
  options().limits.max_content_bytes = std::size_t{64} << 20;
  Open();
  const std::string large(std::size_t{12} << 20, 'x');
  auto loader = NewLoader({.memory_bytes = std::size_t{8} << 20});
  for (std::uint64_t i = 1; i < 4; ++i) {
    ASSERT_OK(loader.Add({.channel = "c", .content = i == 2 ? large : "small", .id = MessageId{i}}));
  }
  ASSERT_OK(loader.Finish());
  EXPECT_EQ(Get("c", MessageId{2})->content(), large);
  EXPECT_EQ(Dump(store()).size(), 3U);
}

TEST_F(BulkBadInputTest, HundredsThatWantOneIdAreSettled) {
  OwnedMessages messages = DistinctMessages(700, 1);
  for (OwnedMessage& message : messages) message.id = MessageId{1};
  ASSERT_OK_AND_ASSIGN(const BulkReport report,
                       BulkLoad(&store(), messages, {.id_collision = IdCollision::kNextFreeId}));
  EXPECT_EQ(report.posted, 700U);
  EXPECT_EQ(report.renamed, 699U);
  EXPECT_EQ(Get("channel-0", MessageId{700})->content(), messages[699].content);
}

}  // namespace
}  // namespace rookery::testing
