// Reads through the cache while others write: never older than what was acknowledged before they began, and never half
// of a batch. Over every policy and both write modes.
//
// ROOKERY_STRESS_READS makes the run as long as one likes.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/store/store_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

constexpr std::size_t kChannels = 3;
constexpr std::size_t kMessages = 8;
constexpr int kReaders = 3;

std::uint64_t ReadsToDo() {
  const char* const reads = std::getenv("ROOKERY_STRESS_READS");
  return reads == nullptr ? 6'000 : std::strtoull(reads, nullptr, 10);
}

class LinearizableTest : public StoreTest, public ::testing::WithParamInterface<std::tuple<CachePolicy, WriteMode>> {
 protected:
  void SetUp() override {
    options_.cache = {.capacity = std::size_t{1} << 20,
                      .policy = std::get<0>(GetParam()),
                      .write_mode = std::get<1>(GetParam()),
                      .window = 16};
    Open();
    for (std::size_t c = 0; c < kChannels; ++c) {
      channels_[c].name = "channel " + std::to_string(c);
      for (Row& row : channels_[c].rows) {
        row.id = Post(channels_[c].name, "first");
        row.version = 1;
      }
    }
  }

  struct Row {
    MessageId id;
    std::atomic<std::uint64_t> version{0};  // acknowledged
  };
  struct Channel {
    std::string name;
    std::array<Row, kMessages> rows;
  };

  /// Edits messages; nobody else edits those of `mine`.
  void EditSome(Channel* channel, std::size_t mine) {
    Row& row = channel->rows[mine];
    const auto version = store().Edit(channel->name, row.id, {.content = "edited"});
    ASSERT_OK(version.status());
    row.version = version->value;
  }
  /// Posts two messages at once, then deletes both, one after the other.
  void PostAndDelete(Channel* channel) {
    const std::array<NewMessage, 2> pair{NewMessage{.channel = channel->name, .content = "twin"},
                                         NewMessage{.channel = channel->name, .content = "twin"}};
    const auto posted = store().PostBatch(pair);
    ASSERT_OK(posted.status());
    const auto both = store().GetMany(
        std::array{MessageKey{channel->name, (*posted)[0].id}, MessageKey{channel->name, (*posted)[1].id}});
    ASSERT_OK(both.status());
    EXPECT_TRUE((*both)[0] && (*both)[1]) << "a writer sees what it wrote";
    for (const Posted& message : *posted) ASSERT_OK(store().Delete(channel->name, message.id).status());
  }

  void ReadMessage(Channel* channel, Row* row) {
    const std::uint64_t acknowledged = row->version;
    const auto message = Get(channel->name, row->id);
    ASSERT_TRUE(message);
    EXPECT_GE(message->version().value, acknowledged);
  }
  void ReadPage(Channel* channel, std::size_t limit) {
    std::array<std::uint64_t, kMessages> acknowledged{};
    for (std::size_t i = 0; i < kMessages; ++i) acknowledged[i] = channel->rows[i].version;
    const Page page = History(channel->name, {.limit = limit});
    for (const MessageView& message : page) {
      for (std::size_t i = 0; i < kMessages; ++i) {
        if (message.id() == channel->rows[i].id) {
          EXPECT_GE(message.version().value, acknowledged[i]);
        }
      }
    }
    // Twins come together; the first of them is deleted first.
    std::size_t twins = 0;
    for (const MessageView& message : page) twins += message.content() == "twin" ? 1 : 0;
    EXPECT_LE(twins, 2U);
    if (limit >= kMessages + 2) {
      EXPECT_EQ(page.size(), kMessages + twins);
    }
  }
  void ReadMany(Channel* channel) {
    std::vector<MessageKey> keys;
    std::vector<std::uint64_t> acknowledged;
    for (const Row& row : channel->rows) {
      keys.push_back({channel->name, row.id});
      acknowledged.push_back(row.version);
    }
    const auto messages = store().GetMany(keys);
    ASSERT_OK(messages.status());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_TRUE((*messages)[i]);
      EXPECT_GE((*messages)[i]->version().value, acknowledged[i]);
    }
  }

  std::array<Channel, kChannels> channels_;
};

INSTANTIATE_TEST_SUITE_P(Caches, LinearizableTest,
                         ::testing::Combine(::testing::Values(CachePolicy::kAdaptive, CachePolicy::kLru,
                                                              CachePolicy::kExactLru, CachePolicy::kLfu,
                                                              CachePolicy::kFifo, CachePolicy::kRandom),
                                            ::testing::Values(WriteMode::kThrough, WriteMode::kAround)));

TEST_P(LinearizableTest, NoReadIsStale) {
  std::atomic<int> reading{kReaders};
  {
    std::vector<std::jthread> threads;
    for (std::size_t writer = 0; writer < 2; ++writer) {
      threads.emplace_back([&, writer] {
        SeededRandom random(50 + writer);
        while (reading > 0 && !HasFailure()) {
          Channel& channel = channels_[random.Below(kChannels)];
          EditSome(&channel, 2 * random.Below(kMessages / 2) + writer);
          if (writer == 0 && random.OneIn(4)) PostAndDelete(&channel);
        }
      });
    }
    for (std::size_t reader = 0; reader < kReaders; ++reader) {
      threads.emplace_back([&, reader] {
        SeededRandom random(reader);
        for (std::uint64_t i = 0; i < ReadsToDo() / kReaders && !HasFailure(); ++i) {
          Channel& channel = channels_[random.Below(kChannels)];
          switch (random.Below(4)) {
            case 0:
              ReadPage(&channel, 1 + random.Below(14));
              break;
            case 1:
              ReadMany(&channel);
              break;
            default:
              ReadMessage(&channel, &channel.rows[random.Below(kMessages)]);
          }
        }
        --reading;
      });
    }
  }
  // On a busy machine writers may have been ahead of every reader: now nobody is.
  for (int i = 0; i < 2; ++i) ReadMessage(&channels_[0], &channels_[0].rows[0]);
  const auto stats = store().Stats();
  ASSERT_OK(stats.status());
  EXPECT_GT(stats->cache.hits(), 0U) << "the cache took no part";
}

}  // namespace
}  // namespace rookery::testing
