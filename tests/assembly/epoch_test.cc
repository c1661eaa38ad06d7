// The epoch of ids is fixed when a store is created, so one with which no id could ever be made is refused then.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "assembly/checked_lines.h"
#include "rookery/store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr milliseconds kSpan{std::int64_t{1} << 41};

class EpochTest : public ::testing::TestWithParam<EngineKind> {
 protected:
  Status CreateWith(Timestamp epoch) {
    StoreOptions options{.engine = GetParam(), .clock = clock_};
    options.ids.epoch = epoch;
    auto store = Store::Open(path_, options);
    if (!store) return std::move(store).error();
    EXPECT_OK(store->Post({.channel = "c"}));
    EXPECT_OK(store->Close());
    std::filesystem::remove_all(path_);
    return {};
  }

  TempDir dir_;
  const std::filesystem::path path_ = dir_ / "store";
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
};
INSTANTIATE_TEST_SUITE_P(Engines, EpochTest, ::testing::Values(EngineKind::kMemory, EngineKind::kRocksDb));

TEST_P(EpochTest, ThePresentMustBeATimeThatIdsHold) {
  const Timestamp now = clock_->Now();
  EXPECT_OK(CreateWith(now));
  EXPECT_OK(CreateWith(now - kSpan + milliseconds{1}));
  EXPECT_CODE(CreateWith(now + milliseconds{1}), StatusCode::kInvalidArgument);
  EXPECT_CODE(CreateWith(now - kSpan), StatusCode::kInvalidArgument);
}

TEST_P(EpochTest, TimesThatCannotBeSubtractedAreRefused) {
  for (const Timestamp epoch : {Timestamp::min(), Timestamp::max()}) {
    const Status status = CreateWith(epoch);
    EXPECT_CODE(status, StatusCode::kInvalidArgument);
    EXPECT_THAT(status.ToString(), HasSubstr("ids.epoch"));
    EXPECT_FALSE(std::filesystem::exists(path_));
  }
}

TEST(EpochOnDiskTest, AnImpossibleOneIsCorruption) {
  const TempDir dir;
  const std::filesystem::path path = dir / "store";
  ASSERT_OK(Store::Open(path));
  std::ostringstream text;
  text << std::ifstream(path / "ROOKERY").rdbuf();
  std::string identity = text.str();
  const std::size_t begin = identity.find("epoch_ms ");
  identity.replace(begin, identity.find('\n', begin) - begin, "epoch_ms -9223372036854775808");
  identity.erase(identity.find("checksum "));
  std::ofstream(path / "ROOKERY") << assembly::WithChecksum(identity);
  EXPECT_CODE(Store::Open(path), StatusCode::kCorruption);
}

}  // namespace
}  // namespace rookery::testing
