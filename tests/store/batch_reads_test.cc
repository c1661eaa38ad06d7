// A batch over two channels is never seen half: not by one read of both, nor by two reads of one after the other.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/store/engine_fixture.h"
#include "tests/store/store_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

class BatchReadsTest : public StoreTest, public ::testing::WithParamInterface<WriteMode> {
 protected:
  static constexpr std::uint64_t kBatches = 1500;
  static constexpr std::array<std::string_view, 2> kChannels = {"left", "right"};

  void SetUp() override {
    options_.routing = HashRouting{.shards = 4};
    options_.cache = {.capacity = std::size_t{1} << 20, .write_mode = GetParam(), .window = 8};
    Open();
  }

  static MessageId IdOf(std::uint64_t batch) { return MessageId{(std::uint64_t{1000} << 22) + batch}; }

  /// The batch `number` has a message of one id and content in each channel.
  void PostTwins(std::uint64_t number) {
    const std::string content = std::to_string(number);
    const std::array twins{NewMessage{.channel = kChannels[0], .content = content, .id = IdOf(number)},
                           NewMessage{.channel = kChannels[1], .content = content, .id = IdOf(number)}};
    ASSERT_OK(store().PostBatch(twins).status());
  }

  std::uint64_t Newest(std::string_view channel) {
    const Page page = History(channel, {.limit = 4});
    return page.empty() ? 0 : std::stoull(std::string(page[0].content()));
  }

  void ReadOneAfterTheOther(SeededRandom* random) {
    const std::size_t first = random->Below(2);
    const std::uint64_t seen = Newest(kChannels[first]);
    EXPECT_GE(Newest(kChannels[1 - first]), seen);
    if (seen > 0) {
      EXPECT_TRUE(Get(kChannels[1 - first], IdOf(seen)));
    }
  }

  void ReadTogether(std::uint64_t number) {
    const auto twins =
        store().GetMany(std::array{MessageKey{kChannels[0], IdOf(number)}, MessageKey{kChannels[1], IdOf(number)}});
    ASSERT_OK(twins.status());
    EXPECT_EQ((*twins)[0].has_value(), (*twins)[1].has_value()) << "batch " << number;
  }
};
INSTANTIATE_TEST_SUITE_P(Modes, BatchReadsTest, ::testing::Values(WriteMode::kThrough, WriteMode::kAround));

TEST_P(BatchReadsTest, SeeAllOfABatchOrNothing) {
  std::atomic<std::uint64_t> posting{1};
  std::vector<std::jthread> readers;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    readers.emplace_back([&, seed] {
      SeededRandom random(seed);
      while (posting <= kBatches && !HasFailure()) {
        // Also what is about to come: that it was not there is remembered too.
        random.OneIn(2) ? ReadOneAfterTheOther(&random) : ReadTogether(posting + random.Below(3));
      }
    });
  }
  for (; posting <= kBatches && !HasFailure(); ++posting) PostTwins(posting);
  posting = kBatches + 1;
}

/// A channel without a shard: nothing was ever posted there.
class UnplacedChannelTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    options_.cache.capacity = 0;
    Create(DirectoryRouting{.shards = 2});
  }
};

TEST_F(UnplacedChannelTest, WhatIsPostedThereWhileManyAreReadIsNotMissedBesideWhatCameLater) {
  ASSERT_OK(Post({.channel = "old", .content = "first"}));
  clock_->Advance(std::chrono::seconds{1});
  const MessageId id = IdAt(clock_->Now());
  engine_->BeforeNextGetMany([&] {
    ASSERT_OK(Post({.channel = "new", .content = "second", .id = id}));
    ASSERT_OK(Post({.channel = "old", .content = "third", .id = id}));
  });
  const std::array keys{MessageKey{"old", id}, MessageKey{"new", id}};
  ASSERT_OK_AND_ASSIGN(const auto found, store_->reads().GetMany(keys, nullptr, {}));
  EXPECT_TRUE(found[1] || !found[0]) << "the third message is there and the second is not";
}

}  // namespace
}  // namespace rookery::testing
