// Scans: what they visit, in what order, and that they pause, skip, repeat and end well.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/store/store_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// Collects what it is given; pauses after every `pause_every` messages, leaves a channel after `per_channel`.
class Collector final : public ScanSink {
 public:
  void BeginChannel(std::string_view channel) override {
    channel_ = channel;
    in_channel_ = 0;
    channels.emplace_back(channel);
  }
  ScanStep Take(const MessageView& message) override {
    rows.push_back(channel_ + "/" + std::string(message.content()));
    if (++in_channel_ == per_channel) return ScanStep::kNextChannel;
    return rows.size() % pause_every == 0 ? ScanStep::kPause : ScanStep::kNext;
  }

  std::size_t pause_every = 1'000'000;
  std::size_t per_channel = 1'000'000;
  std::vector<std::string> rows;
  std::vector<std::string> channels;

 private:
  std::string channel_;
  std::size_t in_channel_ = 0;
};

/// Reads to the end, whatever pauses there are.
void ReadAll(Result<Scan> scan, Collector* collector) {
  ASSERT_OK(scan.status());
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const bool more, scan->Read(collector));
    if (!more) return;
  }
}

class ScanTest : public StoreKindTest {
 protected:
  std::vector<std::string> Rows(const ScanQuery& query) {
    Collector collector;
    ReadAll(store().StartScan(query), &collector);
    return collector.rows;
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, ScanTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(ScanTest, VisitsEveryMessageOfEveryChannelOnce) {
  Post("a", "1");
  Post("b", "1");
  Post("a", "2");
  ASSERT_OK(store().Put("records only", "k", "v"));
  EXPECT_THAT(Rows({}), UnorderedElementsAre("a/1", "a/2", "b/1"));
}

TEST_P(ScanTest, OfAnEmptyStoreEndsAtOnce) { EXPECT_THAT(Rows({}), IsEmpty()); }

TEST_P(ScanTest, GivesAChannelInTheOrderAskedFor) {
  for (const char* content : {"1", "2", "3"}) Post("a", content);
  EXPECT_THAT(Rows({.prefix = "a"}), ElementsAre("a/3", "a/2", "a/1"));
  EXPECT_THAT(Rows({.prefix = "a", .order = Order::kOldestFirst}), ElementsAre("a/1", "a/2", "a/3"));
  EXPECT_THAT(Rows({.channels = {{"a"}}, .order = Order::kOldestFirst}), ElementsAre("a/1", "a/2", "a/3"));
}

TEST_P(ScanTest, TakesThePrefixAsBytesOfTheName) {
  for (const std::string_view channel :
       {std::string_view("a"), std::string_view("a\0b", 3), std::string_view("ab"), std::string_view("b")}) {
    Post(channel, "1");
  }
  EXPECT_THAT(Rows({.prefix = "ab"}), ElementsAre("ab/1"));
  EXPECT_EQ(Rows({.prefix = std::string_view("a\0", 2)}).size(), 1U);
  EXPECT_EQ(Rows({.prefix = "a"}).size(), 3U);
  EXPECT_THAT(Rows({.prefix = "c"}), IsEmpty());
}

TEST_P(ScanTest, TakesNamedChannelsOnceAndPassesOverThoseThatAreNotThere) {
  Post("a", "1");
  Post("b", "1");
  Post("c", "1");
  EXPECT_THAT(Rows({.channels = {{"c", "a", "none", "a"}}}), UnorderedElementsAre("a/1", "c/1"));
  EXPECT_THAT(Rows({.channels = std::vector<std::string>{}}), IsEmpty());
}

TEST_P(ScanTest, BoundsAreExclusive) {
  const MessageId first = Post("a", "1");
  Post("b", "between");
  const MessageId second = Post("a", "2");
  const MessageId third = Post("a", "3");
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
    EXPECT_THAT(Rows({.before = third, .after = first, .order = order}), UnorderedElementsAre("a/2", "b/between"));
    EXPECT_THAT(Rows({.channels = {{"a"}}, .before = third, .after = first, .order = order}), ElementsAre("a/2"));
    EXPECT_THAT(Rows({.before = second, .after = second, .order = order}), IsEmpty());
    EXPECT_THAT(Rows({.after = third, .order = order}), IsEmpty());
  }
}

TEST_P(ScanTest, BoundsBeyondAllIdsLeaveAllOrNothing) {
  Post("a", "1");
  EXPECT_EQ(Rows({.before = MessageId{~std::uint64_t{0}}}).size(), 1U);
  EXPECT_EQ(Rows({.after = MessageId{0}}).size(), 1U);
  EXPECT_THAT(Rows({.after = MessageId{~std::uint64_t{0}}}), IsEmpty());
  EXPECT_THAT(Rows({.before = MessageId{0}}), IsEmpty());
}

TEST_P(ScanTest, GoesOnWhereItPaused) {
  for (int i = 0; i < 5; ++i) Post("a", std::to_string(i));
  Post("b", "0");
  for (std::size_t pause = 1; pause < 8; ++pause) {
    Collector collector;
    collector.pause_every = pause;
    ReadAll(store().StartScan({.order = Order::kOldestFirst}), &collector);
    EXPECT_THAT(collector.rows, UnorderedElementsAre("a/0", "a/1", "a/2", "a/3", "a/4", "b/0")) << pause;
    EXPECT_THAT(collector.channels, UnorderedElementsAre("a", "b")) << "each is announced once";
  }
}

TEST_P(ScanTest, PassesOverTheRestOfAChannelWhenTheSinkSaysSo) {
  for (const char* content : {"1", "2", "3"}) {
    Post("a", content);
    Post("b", content);
  }
  for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
    Collector collector;
    collector.per_channel = 1;
    ReadAll(store().StartScan({.order = order}), &collector);
    const std::string one = order == Order::kNewestFirst ? "3" : "1";
    EXPECT_THAT(collector.rows, UnorderedElementsAre("a/" + one, "b/" + one));
  }
}

TEST_P(ScanTest, ShardsTogetherAreTheWholeStore) {
  for (int i = 0; i < 50; ++i) Post("channel " + std::to_string(i), "x");
  ASSERT_OK_AND_ASSIGN(const StoreInfo info, store().Info());
  std::vector<std::string> together;
  for (std::uint32_t shard = 0; shard < info.shards; ++shard) {
    const auto rows = Rows({.shard = ShardId{shard}});
    together.insert(together.end(), rows.begin(), rows.end());
  }
  EXPECT_EQ(together.size(), 50U);
  EXPECT_EQ(together, Rows({}));
  EXPECT_CODE(store().StartScan({.shard = ShardId{info.shards}}), StatusCode::kInvalidArgument);
}

TEST_P(ScanTest, SeesTheStoreAsItWasWhenItWasMade) {
  Post("a", "1");
  ASSERT_OK_AND_ASSIGN(Scan scan, store().StartScan());
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  Post("a", "2");
  Collector collector;
  ASSERT_OK(scan.Read(&collector));
  EXPECT_THAT(collector.rows, ElementsAre("a/1"));
  Collector of_snapshot;
  ReadAll(snapshot.StartScan(), &of_snapshot);
  EXPECT_THAT(of_snapshot.rows, ElementsAre("a/1"));
}

TEST_P(ScanTest, OutlivesItsSnapshotAndAnswersClosedAfterItsStore) {
  Post("a", "1");
  Post("a", "2");
  std::optional<Scan> scan;
  {
    ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
    ASSERT_OK_AND_ASSIGN(scan, snapshot.StartScan());
  }
  Collector collector;
  collector.pause_every = 1;
  ASSERT_OK_AND_ASSIGN(const bool more, scan->Read(&collector));
  EXPECT_TRUE(more);
  Close();
  EXPECT_CODE(scan->Read(&collector), StatusCode::kClosed);
  store_.reset();
  EXPECT_CODE(scan->Read(&collector), StatusCode::kClosed);
  EXPECT_EQ(collector.rows.size(), 1U);
}

TEST_P(ScanTest, EndsForGood) {
  Post("a", "1");
  ASSERT_OK_AND_ASSIGN(Scan scan, store().StartScan());
  Collector collector;
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const bool more, scan.Read(&collector));
    EXPECT_FALSE(more);
  }
  EXPECT_EQ(collector.rows.size(), 1U);
}

TEST_P(ScanTest, NamesWhatIsWrongWithAQuery) {
  EXPECT_CODE(store().StartScan({.channels = {{""}}}), StatusCode::kInvalidArgument);
  EXPECT_CODE(store().StartScan({.channels = {{"a"}}, .prefix = "b"}), StatusCode::kInvalidArgument);
  const std::string long_prefix(kMaxChannelBytes + 1, 'x');
  EXPECT_CODE(store().StartScan({.prefix = long_prefix}), StatusCode::kInvalidArgument);
}

TEST_P(ScanTest, CopiesOfMessagesOutliveTheScan) {
  class Keeper final : public ScanSink {
   public:
    void BeginChannel(std::string_view) override {}
    ScanStep Take(const MessageView& message) override {
      kept.push_back(Message::CopyOf(message));
      return ScanStep::kNext;
    }
    std::vector<Message> kept;
  };
  const MessageId id = Post("a", "hello");
  Keeper keeper;
  {
    ASSERT_OK_AND_ASSIGN(Scan scan, store().StartScan());
    ASSERT_OK(scan.Read(&keeper));
  }
  ASSERT_EQ(keeper.kept.size(), 1U);
  EXPECT_EQ(keeper.kept[0].id(), id);
  EXPECT_EQ(keeper.kept[0].content(), "hello");
  EXPECT_EQ(keeper.kept[0].created_at(), Get("a", id)->created_at());
}

/// Random channels, bounds, orders and pauses against a plain filter.
TEST_P(ScanTest, AgreesWithAFilterOverAllMessages) {
  SeededRandom random(20'261);
  SCOPED_TRACE(random.trace());
  std::map<std::string, std::vector<std::pair<MessageId, std::string>>> all;
  std::vector<MessageId> ids;
  for (int i = 0; i < 300; ++i) {
    const std::string channel(1 + random.Below(3), static_cast<char>('a' + random.Below(3)));
    const std::string content = std::to_string(i);
    const MessageId id = Post(channel, content);
    all[channel].emplace_back(id, channel + "/" + content);
    ids.push_back(id);
  }
  for (int round = 0; round < 200; ++round) {
    ScanQuery query;
    const std::string prefix(random.Below(3), static_cast<char>('a' + random.Below(3)));
    if (random.Below(2) == 0) query.prefix = prefix;
    if (query.prefix.empty() && random.Below(2) == 0) query.channels = {{"a", "bb", "ccc", "zz"}};
    if (random.Below(2) == 0) query.before = ids[random.Below(ids.size())];
    if (random.Below(2) == 0) query.after = ids[random.Below(ids.size())];
    if (random.Below(2) == 0) query.order = Order::kOldestFirst;

    Collector collector;
    collector.pause_every = 1 + random.Below(7);
    ReadAll(store().StartScan(query), &collector);
    std::vector<std::string> expected;
    for (const auto& [channel, messages] : all) {
      if (!channel.starts_with(query.prefix)) continue;
      if (query.channels && std::count(query.channels->begin(), query.channels->end(), channel) == 0) continue;
      for (const auto& [id, row] : messages) {
        if (query.before && id >= *query.before) continue;
        if (query.after && id <= *query.after) continue;
        expected.push_back(row);
      }
    }
    EXPECT_THAT(collector.rows, ::testing::UnorderedElementsAreArray(expected)) << "round " << round;
  }
}

}  // namespace
}  // namespace rookery::testing
