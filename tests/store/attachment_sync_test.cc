// An attachment that is finished with kSync is on the disk, not only in the log's buffers.
#include <gtest/gtest.h>

#include <string>

#include "store/upload.h"
#include "tests/store/fault_disk_fixture.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

class AttachmentSyncTest : public FaultDiskTest {
 protected:
  void SetUp() override {
    FaultDiskTest::SetUp();
    ASSERT_OK_AND_ASSIGN(message_, store_->posts().Post({.channel = "c", .content = "x"}, {}));
  }
  /// How many bytes of the log are written and not synced once an attachment of so many is finished.
  std::uint64_t UnsyncedAfter(std::size_t bytes, Durability durability) {
    auto upload = store::Upload::Begin(&store_->attachments(), "c", message_, "n", {.if_exists = IfExists::kReplace});
    EXPECT_OK(upload);
    EXPECT_OK((*upload)->Append(std::string(bytes, 'x')));
    EXPECT_OK((*upload)->Finish({.durability = durability}));
    return faults_.unsynced_log_bytes();
  }

  MessageId message_;
};

TEST_F(AttachmentSyncTest, WithSyncNothingOfItIsLeftToTheKernel) {
  for (const std::size_t bytes : {std::size_t{100}, std::size_t{1} << 20, std::size_t{3'500'000}}) {
    EXPECT_EQ(UnsyncedAfter(bytes, Durability::kSync), 0U) << bytes;
  }
}

TEST_F(AttachmentSyncTest, BufferedItIsLeftToTheKernelUntilTheNextSync) {
  // Less than fills a memtable: its flush syncs the log.
  EXPECT_GT(UnsyncedAfter(300'000, Durability::kBuffered), 300'000U);
  ASSERT_OK(store_->Sync());
  EXPECT_EQ(faults_.unsynced_log_bytes(), 0U);
}

}  // namespace
}  // namespace rookery::testing
