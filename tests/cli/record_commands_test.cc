// put, list, get --record and rm --record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;

class RecordCommandsTest : public CliTest {
 protected:
  void SetUp() override { Init(); }

  std::vector<std::string> Keys(const Arguments& arguments) const {
    std::vector<std::string> keys;
    for (const std::string& line : Lines(Out(arguments))) keys.push_back(Cells(line).at(0));
    return keys;
  }
};

TEST_F(RecordCommandsTest, PutStoresAndCountsVersions) {
  EXPECT_EQ(Out({"put", "s", "user/42", "settings", "{}"}), "1\n");
  EXPECT_EQ(Out({"put", "s", "user/42", "settings", "[1,2]"}), "2\n");
  EXPECT_EQ(Out({"get", "s", "user/42", "--record", "settings", "--raw"}), "[1,2]");
}

TEST_F(RecordCommandsTest, ValuesAreKeptByteForByte) {
  const std::string bytes("\x00\xff\n\t\x01", 5);
  Out({"put", "s", "user/42", "blob"}, bytes);
  EXPECT_EQ(Out({"get", "s", "user/42", "--record", "blob", "--raw"}), bytes);
  EXPECT_EQ(OutJson({"get", "s", "user/42", "--record", "blob"})["value_b64"], "AP8KCQE=");
}

TEST_F(RecordCommandsTest, ExpectZeroStoresOnlyWhatIsNotThere) {
  EXPECT_EQ(Rookery({"put", "s", "user/42", "k", "v", "--expect", "0"}).exit_code, 0);
  EXPECT_EQ(Rookery({"put", "s", "user/42", "k", "w", "--expect", "0"}).exit_code, 5);
  EXPECT_EQ(Out({"get", "s", "user/42", "--record", "k", "--raw"}), "v");
}

TEST_F(RecordCommandsTest, ListIsSortedAndTakesAPrefix) {
  for (const char* key : {"b", "a.2", "a.1"}) Out({"put", "s", "user/42", key, "v"});
  EXPECT_THAT(Keys({"list", "s", "user/42"}), ElementsAre("a.1", "a.2", "b"));
  EXPECT_THAT(Keys({"list", "s", "user/42", "a."}), ElementsAre("a.1", "a.2"));
  EXPECT_THAT(Keys({"list", "s", "user/42", "--after", "a.1", "--limit", "1"}), ElementsAre("a.2"));
  EXPECT_THAT(Keys({"list", "s", "nobody"}), ElementsAre());
}

TEST_F(RecordCommandsTest, RemovedRecordsAreGone) {
  Out({"put", "s", "user/42", "k", "v"});
  EXPECT_EQ(Rookery({"rm", "s", "user/42", "--record", "k", "--expect", "9"}).exit_code, 5);
  Out({"rm", "s", "user/42", "--record", "k"});
  EXPECT_EQ(Rookery({"rm", "s", "user/42", "--record", "k"}).exit_code, 4);
  EXPECT_EQ(Rookery({"get", "s", "user/42", "--record", "k"}).exit_code, 4);
}

TEST_F(RecordCommandsTest, AnIdAndARecordCannotBothBeMeant) {
  EXPECT_EQ(Rookery({"get", "s", "user/42", "7", "--record", "k"}).exit_code, 2);
  EXPECT_EQ(Rookery({"get", "s", "user/42"}).exit_code, 2);
  EXPECT_EQ(Rookery({"rm", "s", "user/42"}).exit_code, 2);
}

}  // namespace
}  // namespace rookery::testing
