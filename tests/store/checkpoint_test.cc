// Checkpoints of the live-bucket map beside writers who make channels dirty faster than one of them is written.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "store/buckets/bucket_map.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

class CheckpointTest : public EngineStoreTest {
 protected:
  void SetUp() override { Create(HashRouting{.shards = 1}); }

  static std::string Channel(int number) { return "channel-" + std::to_string(number); }
  store::BucketMap& map() { return *store_->context().buckets; }
  void MakeDirty(int number) {
    const MessageId id = IdAt(clock_->Now());
    map().With(Channel(number), [&](store::ChannelBuckets& all) { static_cast<void>(all.Changing(map().rule(), id)); });
  }
};

TEST_F(CheckpointTest, WritesWhatWasDirtyWhenItBeganOnce) {
  constexpr int kChannels = 5000;
  for (int i = 0; i < kChannels; ++i) MakeDirty(i);
  int writes = 0;
  // Half of these are written by then, and dirty again.
  engine_->BeforeEachWrite([&] { MakeDirty(writes++ % kChannels); });
  EXPECT_OK(store_->keeper().Checkpoint());
  engine_->BeforeEachWrite({});  // closing writes, too
  EXPECT_EQ(writes, kChannels);
  EXPECT_FALSE(map().DirtyChannels(1).empty());
}

TEST_F(CheckpointTest, NoPartOfTheMapIsLeftBehind) {
  constexpr std::size_t kParts = 64;
  for (int i = 0; i < 2000; ++i) MakeDirty(i);
  std::set<std::string> first;
  for (std::size_t i = 0; i < kParts; ++i) {
    const std::vector<std::string> some = map().DirtyChannels(1);
    ASSERT_EQ(some.size(), 1U);
    first.insert(some[0]);
  }
  EXPECT_EQ(first.size(), kParts);
}

}  // namespace
}  // namespace rookery::testing
