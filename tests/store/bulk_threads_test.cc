// Bulk loads when the system has few threads to give, or none.
#include <gtest/gtest.h>

#include <atomic>

#include "store/bulk/bulk_load.h"
#include "tests/store/bulk_fixture.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using store::bulk::StartThread;
using store::bulk::ThreadStarter;

/// Gives the first `count` threads that are wanted, and no more.
ThreadStarter Only(int count) {
  return [left = std::make_shared<std::atomic<int>>(count)](std::function<void()> work) {
    return (*left)-- > 0 ? StartThread(std::move(work)) : std::thread();
  };
}

class BulkThreadsTest : public EngineStoreTest, public ::testing::WithParamInterface<int> {
 protected:
  void SetUp() override { Create(HashRouting{.shards = 4}); }
};
INSTANTIATE_TEST_SUITE_P(Threads, BulkThreadsTest, ::testing::Values(0, 1, 2));

TEST_P(BulkThreadsTest, ALoadGoesOnWithThoseThatThereAre) {
  // Spilled several times, and with memory for two threads where there are as many processors.
  const OwnedMessages messages = DistinctMessages(60'000, 7, 1000);
  const BulkOptions options{.memory_bytes = std::size_t{48} << 20};
  ASSERT_OK_AND_ASSIGN(const auto load, store::bulk::BulkLoad::Start(store_.get(), options, Only(GetParam())));
  for (const OwnedMessage& message : messages) {
    const NewMessage view = message.view();
    ASSERT_OK(load->Add({&view, 1}, {}));
  }
  ASSERT_OK_AND_ASSIGN(const BulkReport report, load->Finish());
  EXPECT_EQ(report.posted, messages.size());
  for (const OwnedMessage& message : messages) ASSERT_TRUE(Get(message.channel, message.id)) << message.id;
}

TEST_P(BulkThreadsTest, ALoadWithFewOrNoneCanBeStopped) {
  const BulkOptions options{.progress = [](const BulkProgress& now) { return now.phase != BulkPhase::kPublishing; }};
  ASSERT_OK_AND_ASSIGN(const auto load, store::bulk::BulkLoad::Start(store_.get(), options, Only(GetParam())));
  const NewMessage message{.channel = "c", .content = "x", .id = MessageId{1}};
  ASSERT_OK(load->Add({&message, 1}, {}));
  EXPECT_CODE(load->Finish(), StatusCode::kInterrupted);
  EXPECT_FALSE(Get("c", MessageId{1}));
}

}  // namespace
}  // namespace rookery::testing
