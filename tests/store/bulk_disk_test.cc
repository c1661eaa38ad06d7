// Bulk loads onto a disk that fills up or fails, at every step: all of a load is there afterwards, or nothing of it.
#include <gmock/gmock.h>

#include "store/bulk/bulk_load.h"
#include "tests/store/bulk_fixture.h"
#include "tests/store/fault_disk_fixture.h"

namespace rookery::testing {
namespace {

class BulkDiskTest : public FaultDiskTest {
 protected:
  Status Load(const OwnedMessages& messages) {
    auto load = store::bulk::BulkLoad::Start(store_.get(), {.memory_bytes = std::size_t{8} << 20});
    if (!load) return load.status();
    for (const OwnedMessage& message : messages) {
      const NewMessage view = message.view();
      const Status status = (*load)->Add({&view, 1}, {});
      if (!status.ok()) return status;
    }
    return (*load)->Finish().status();
  }
  std::uint64_t CountAndVerify() { return Verify().messages; }
  bool leftovers() const { return std::filesystem::exists(directory() / "bulk-load"); }
};

TEST_F(BulkDiskTest, AFullDiskIsNamedWhereverItHappensAndALoadIsWholeOrAbsent) {
  const OwnedMessages messages = DistinctMessages(9000, 9, 900);
  bool loaded = false;
  for (std::uint64_t room = 1'000'000; !loaded; room += 3'000'000) {
    faults_.FillAfter(room);
    const Status status = Load(messages);
    loaded = status.ok();
    if (!loaded) {
      EXPECT_CODE(status, StatusCode::kNoSpace);
    }
    Reopen();
    EXPECT_EQ(CountAndVerify(), loaded ? messages.size() : 0U) << room;
    EXPECT_FALSE(leftovers());
  }
}

TEST_F(BulkDiskTest, AFailedCallLeavesALoadWholeOrAbsent) {
  OwnedMessages messages = DistinctMessages(30, 3);
  for (OwnedMessage& message : messages) message.nonce = message.content;
  std::uint64_t expected = 0;
  bool loaded = false;
  for (std::uint64_t call = 1; !loaded; ++call) {
    faults_.FailFrom(call);
    const Status status = Load(messages);
    loaded = status.ok();
    Reopen();
    const std::uint64_t count = CountAndVerify();
    EXPECT_TRUE(count == messages.size() || (!loaded && count == 0)) << call << ": " << count;
    expected = std::max(expected, count);
    EXPECT_FALSE(leftovers());
    ASSERT_LT(call, 1000U);
  }
  EXPECT_EQ(expected, messages.size());
}

TEST_F(BulkDiskTest, AFullDiskWhileSortingLeavesTheStoreWritable) {
  const OwnedMessages messages = DistinctMessages(9000, 9, 900);
  faults_.FillAfter(100'000);
  EXPECT_CODE(Load(messages), StatusCode::kNoSpace);
  faults_.Heal();
  EXPECT_OK(store_->posts().Post({.channel = "c", .content = "x"}, {}));
  EXPECT_OK(Load(messages));
}

TEST_F(BulkDiskTest, APoisonedStoreTakesNoLoad) {
  faults_.FailFrom(1);
  EXPECT_FALSE(store_->posts().Post({.channel = "c", .content = "x"}, {}).status().ok());
  faults_.Heal();
  EXPECT_CODE(Load(DistinctMessages(3)), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace rookery::testing
