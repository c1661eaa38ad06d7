#include "tests/cells/cells_fixture.h"

#include <gmock/gmock.h>

#include <fstream>

namespace rookery::testing {

using ::testing::HasSubstr;

void CellsTest::SetUp() {
  options().retention_interval = std::chrono::milliseconds{0};
  DiskStoreTest::SetUp();
  ASSERT_OK(Add("dm", {"dm/"}));
  ASSERT_OK(Add("guilds", {"guild/"}));
}

void CellsTest::PostEverywhere() {
  for (const char* channel : {"general", "guild/1", "dm/1"}) Post(channel, std::string("in ") + channel);
}

CellInfo CellsTest::InfoOf(const std::string& cell) {
  const auto cells = store().Cells();
  EXPECT_OK(cells.status());
  for (const CellInfo& info : *cells) {
    if (info.name == cell) return info;
  }
  ADD_FAILURE() << "no cell " << cell;
  return {.name = cell};
}

void CellsTest::Damage(const std::string& cell) const {
  for (const auto& file : std::filesystem::recursive_directory_iterator(DirectoryOf(cell))) {
    if (file.path().extension() != ".sst") continue;
    std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(file.file_size() / 3);
    bytes.seekp(0);
    bytes << std::string(static_cast<std::size_t>(middle), '\xa5');
  }
}

void CellsTest::OthersGoOn() {
  for (const char* channel : {"general", "guild/1"}) {
    ASSERT_OK_AND_ASSIGN(const MessageId id, store().Post({.channel = channel, .content = "more"}));
    ASSERT_OK_AND_ASSIGN(const auto message, store().Get(channel, id));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->content(), "more");
    EXPECT_GE(History(channel).size(), 1U);
  }
}

void CellsTest::DmIsRefused(const std::string& why) {
  for (const Status& status :
       {store().Post({.channel = "dm/1", .content = "more"}).status(), store().History("dm/1").status(),
        store().GetRecord("dm/1", "key").status(), store().SizeOf("dm/1").status(), store().Explain("dm/1").status()}) {
    EXPECT_EQ(status.code(), StatusCode::kUnavailable) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("cell dm is quarantined: "));
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
  }
}

}  // namespace rookery::testing
