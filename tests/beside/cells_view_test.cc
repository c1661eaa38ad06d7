// A store with cells, read beside its owner: all cells as of one moment.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/beside/beside_fixture.h"
#include "tests/store/store_dump.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CellsViewTest : public CellsTest {
 protected:
  void SetUp() override {
    options().serve_readers = AtOnce();
    CellsTest::SetUp();
    PostEverywhere();
  }
};

TEST_F(CellsViewTest, AllCellsAreInIt) {
  ASSERT_OK(store().Compact());
  PostEverywhere();
  ASSERT_OK_AND_ASSIGN(const Store view, ReadBeside(path()));
  EXPECT_EQ(DumpOf(view), DumpOf(store()));
  ASSERT_OK_AND_ASSIGN(const auto cells, view.Cells());
  ASSERT_EQ(cells.size(), 3U);
  for (const CellInfo& cell : cells) EXPECT_NE(cell.state, CellState::kQuarantined) << cell.reason;
}

TEST_F(CellsViewTest, ACellElsewhereIsReadFromThere) {
  fs::create_directory(dir_ / "disk");
  ASSERT_OK(store().AddCell({.name = "far", .directory = (dir_ / "disk" / "far").string(), .prefixes = {"far/"}}));
  Post("far/1", "hello");
  ASSERT_OK_AND_ASSIGN(const Store view, ReadBeside(path()));
  Post("far/1", "later");
  EXPECT_EQ(view.History("far/1")->size(), 1U);
  EXPECT_THAT(CheckpointsOf(dir_ / "disk" / "far"), ElementsAre("000001"));
}

TEST_F(CellsViewTest, ACellThatIsQuarantinedIsToldAndTheOthersAreRead) {
  Close();
  store_.reset();
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  verify_at_end_ = false;
  Open();
  ASSERT_OK_AND_ASSIGN(const Store view, ReadBeside(path()));
  EXPECT_EQ(view.History("general")->size(), 1U);
  EXPECT_EQ(view.History("guild/1")->size(), 1U);
  const Status refused = view.History("dm/1").status();
  EXPECT_CODE(refused, StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("it is not in the checkpoint"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("bring the directory back"));
}

TEST_F(CellsViewTest, PartsOfCellsGoWithTheirCheckpoint) {
  ASSERT_OK(ReadBeside(path()));
  ASSERT_OK(ReadBeside(path()));
  EXPECT_THAT(CheckpointsOf(path()), ElementsAre("000002"));
  EXPECT_THAT(CheckpointsOf(DirectoryOf("dm")), ElementsAre("000002"));
  // What a crash between the two has left.
  fs::create_directory(DirectoryOf("dm") / "readers" / "000009");
  Reopen();
  EXPECT_THAT(CheckpointsOf(DirectoryOf("dm")), ElementsAre("000002"));
  clock().Advance(std::chrono::hours{2});
  options().serve_readers.reset();
  Reopen();
  EXPECT_THAT(CheckpointsOf(path()), IsEmpty());
  EXPECT_THAT(CheckpointsOf(DirectoryOf("dm")), IsEmpty());
}

}  // namespace
}  // namespace rookery::testing
