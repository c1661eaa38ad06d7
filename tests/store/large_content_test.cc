// Messages whose content is large: read back, edited, deleted, and named when their file is damaged.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/store/store_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LargeContentTest : public DiskStoreTest {
 protected:
  std::string Large(std::size_t bytes = 100'000) { return random_.Bytes(bytes); }
  std::vector<fs::path> BlobFiles() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
      if (entry.path().extension() == ".blob") files.push_back(entry.path());
    }
    return files;
  }
  void DamageBlobFiles() {
    for (const fs::path& file : BlobFiles()) {
      std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
      stream.seekp(static_cast<std::streamoff>(fs::file_size(file) / 2));
      stream.write("damage", 6);
    }
  }

  SeededRandom random_{7};
};

TEST_F(LargeContentTest, ContentOnBothSidesOfTheThresholdReadsBackAfterReopening) {
  std::vector<std::pair<MessageId, std::string>> posted;
  for (const std::size_t bytes : {32'000U, 32'767U, 32'768U, 33'000U, 1U << 20}) {
    const std::string content = Large(bytes);
    posted.emplace_back(Post("c", content), content);
  }
  Reopen();
  EXPECT_FALSE(BlobFiles().empty());
  for (const auto& [id, content] : posted) EXPECT_EQ(Get("c", id)->content(), content);
  EXPECT_EQ(History("c").size(), posted.size());
}

TEST_F(LargeContentTest, EditsMoveAMessageAcrossTheThreshold) {
  const MessageId id = Post("c", "small");
  const std::string large = Large();
  ASSERT_OK(store().Edit("c", id, {.content = large}));
  Reopen();
  EXPECT_EQ(Get("c", id)->content(), large);
  ASSERT_OK(store().Edit("c", id, {.content = "small again"}));
  Reopen();
  EXPECT_EQ(Get("c", id)->content(), "small again");
}

TEST_F(LargeContentTest, CompactingGivesTheSpaceOfDeletedMessagesBack) {
  std::vector<MessageId> ids;
  for (int i = 0; i < 50; ++i) ids.push_back(Post("c", Large()));
  Reopen();
  ASSERT_GT(store().Stats()->disk_bytes, 5'000'000U);
  for (const MessageId id : ids) ASSERT_OK(store().Delete("c", id));
  ASSERT_OK(store().Compact());
  Reopen();
  EXPECT_LT(store().Stats()->disk_bytes, 500'000U);
}

TEST_F(LargeContentTest, ADamagedBlobFileIsCorruptionThatNamesTheMessage) {
  const MessageId id = Post("general", Large());
  Close();
  DamageBlobFiles();
  Open();
  verify_at_end_ = false;
  const std::string name = "message " + std::to_string(id.value) + " of channel \"general\"";
  const auto got = store().Get("general", id);
  EXPECT_CODE(got, StatusCode::kCorruption);
  EXPECT_THAT(got.error().ToString(), HasSubstr(name));
  const MessageKey keys[] = {{"general", id}};
  EXPECT_THAT(store().GetMany(keys).status().ToString(), HasSubstr(name));
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
    const auto page = store().History("general", {.order = order});
    EXPECT_CODE(page, StatusCode::kCorruption);
    EXPECT_THAT(page.status().ToString(), HasSubstr("general"));
  }
  EXPECT_CODE(store().Verify(), StatusCode::kCorruption);
}

}  // namespace
}  // namespace rookery::testing
