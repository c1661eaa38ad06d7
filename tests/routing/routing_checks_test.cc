// Checks of a Routing: the message names the field.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "routing/router.h"
#include "routing/shard_map.h"
#include "tests/support/status_matchers.h"

namespace rookery::routing {
namespace {

void ExpectInvalid(const Routing& routing, std::string_view message) {
  const Status status = ValidateRouting(routing);
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), message);
}

TEST(ValidateRouting, AcceptsWhatTheLimitsAllow) {
  EXPECT_OK(ValidateRouting(HashRouting{}));
  EXPECT_OK(ValidateRouting(HashRouting{1}));
  EXPECT_OK(ValidateRouting(HashRouting{kMaxShards}));
  EXPECT_OK(ValidateRouting(RangeRouting{}));
  EXPECT_OK(ValidateRouting(RangeRouting{{std::string("\0", 1), "a", std::string(1024, 'z')}}));
  EXPECT_OK(ValidateRouting(DirectoryRouting{}));
  EXPECT_OK(ValidateRouting(DirectoryRouting{.shards = 2,
                                             .placement = Placement::kWeighted,
                                             .weights = {1, 9},
                                             .entries = {{"a", ShardId{1}}, {"b", ShardId{0}}}}));
}

TEST(ValidateRouting, NamesABadNumberOfShards) {
  ExpectInvalid(HashRouting{0}, "routing.shards: 0 is not in 1..4096");
  ExpectInvalid(HashRouting{4097}, "routing.shards: 4097 is not in 1..4096");
  ExpectInvalid(DirectoryRouting{.shards = 0}, "routing.shards: 0 is not in 1..4096");
}

TEST(ValidateRouting, NamesABadSplitPoint) {
  ExpectInvalid(
      RangeRouting{{"a", "b", "b"}},
      "routing.splits[2]: \"b\" does not sort after \"b\"; split points are sorted by their bytes, each once");
  ExpectInvalid(
      RangeRouting{{"b", "a"}},
      "routing.splits[1]: \"a\" does not sort after \"b\"; split points are sorted by their bytes, each once");
  ExpectInvalid(RangeRouting{{"", "a"}}, "routing.splits[0]: is empty; it has 1 to 1024 bytes");
  ExpectInvalid(RangeRouting{{std::string(1025, 'a')}}, "routing.splits[0]: has 1025 bytes, more than 1024");
}

TEST(ValidateRouting, RefusesTooManySplitPoints) {
  std::vector<std::string> splits;
  splits.reserve(kMaxShards);
  for (int i = 0; i < 4096; ++i) splits.push_back(std::to_string(100'000 + i));
  ExpectInvalid(RangeRouting{splits}, "routing.splits: 4096 split points make more than 4096 shards");
  splits.pop_back();
  EXPECT_OK(ValidateRouting(RangeRouting{splits}));
}

TEST(ValidateRouting, NamesBadWeights) {
  ExpectInvalid(DirectoryRouting{.shards = 3, .placement = Placement::kWeighted, .weights = {1, 2}},
                "routing.weights: 2 weights for 3 shards; give one per shard");
  ExpectInvalid(DirectoryRouting{.shards = 2, .placement = Placement::kWeighted, .weights = {1, 0}},
                "routing.weights[1]: is 0; it must be at least 1");
  ExpectInvalid(DirectoryRouting{.shards = 2, .placement = Placement::kHash, .weights = {1, 1}},
                "routing.weights: are given, but placement is hash; leave them out or choose weighted");
  ExpectInvalid(DirectoryRouting{.placement = static_cast<Placement>(9)}, "routing.placement: 9 is not a placement");
}

TEST(ValidateRouting, NamesABadEntry) {
  ExpectInvalid(DirectoryRouting{.shards = 2, .entries = {{"a", ShardId{0}}, {"", ShardId{0}}}},
                "routing.entries[1], the channel: is empty; it has 1 to 1024 bytes");
  ExpectInvalid(DirectoryRouting{.shards = 2, .entries = {{"a", ShardId{2}}}},
                "routing.entries[0]: shard 2 of channel \"a\" is not below routing.shards, 2");
  ExpectInvalid(DirectoryRouting{.shards = 2, .entries = {{"a", ShardId{0}}, {"a", ShardId{0}}}},
                "routing.entries[1]: channel \"a\" has an entry before");
}

TEST(CheckSameRouting, AcceptsWhatTheMapWasMadeFrom) {
  const DirectoryRouting weighted{.shards = 2, .placement = Placement::kWeighted, .weights = {1, 9}};
  for (const Routing& routing : {Routing(HashRouting{8}), Routing(RangeRouting{{"a", "b"}}), Routing(weighted)}) {
    EXPECT_OK(CheckSameRouting(MakeShardMap(routing), routing));
  }
}

class CheckEntriesOf : public ::testing::Test {
 protected:
  void SetUp() override { router_->Learn("vip", ShardId{1}); }
  Status Check(std::vector<std::pair<std::string, ShardId>> entries) const {
    return CheckSameEntries(*router_, DirectoryRouting{.shards = 2, .entries = std::move(entries)});
  }
  const std::unique_ptr<Router> router_ = Router::New(MakeShardMap(DirectoryRouting{.shards = 2}));
};

TEST_F(CheckEntriesOf, ADirectoryAcceptsThoseItHasAndNone) {
  EXPECT_OK(Check({}));
  EXPECT_OK(Check({{"vip", ShardId{1}}}));
}

TEST_F(CheckEntriesOf, ADirectoryNamesTheOnesItHasNot) {
  EXPECT_EQ(
      Check({{"vip", ShardId{1}}, {"late", ShardId{0}}}).message(),
      "routing.entries[1]: shard-0000 is asked for channel \"late\", which the store has no entry for; entries are "
      "given when a store is created: leave this one out");
  EXPECT_EQ(
      Check({{"vip", ShardId{0}}}).message(),
      "routing.entries[0]: shard-0000 is asked for channel \"vip\", which the store has in shard-0001; entries are "
      "given when a store is created: leave this one out");
}

TEST_F(CheckEntriesOf, OtherStrategiesHaveNone) { EXPECT_OK(CheckSameEntries(*router_, HashRouting{})); }

TEST(CheckSameRouting, LeavesDirectoryEntriesToTheirOwnCheck) {
  const ShardMap map = MakeShardMap(DirectoryRouting{.shards = 2});
  EXPECT_OK(CheckSameRouting(map, DirectoryRouting{.shards = 2, .entries = {{"a", ShardId{1}}}}));
}

TEST(CheckSameRouting, AcceptsAHashTableThatHasGrown) {
  ShardMap map = MakeShardMap(HashRouting{8});
  map.table = GrowHashTable(std::get<HashTable>(map.table), 8, 9);
  map.shards = 9;
  EXPECT_OK(CheckSameRouting(map, HashRouting{9}));
  EXPECT_CODE(CheckSameRouting(map, HashRouting{8}), StatusCode::kInvalidArgument);
}

TEST(CheckSameRouting, SaysWhatTheStoreHas) {
  const auto message = [](const Routing& has, const Routing& wanted) {
    return std::string(CheckSameRouting(MakeShardMap(has), wanted).message());
  };
  EXPECT_EQ(message(HashRouting{16}, HashRouting{8}),
            "routing: the store has hash over 16 shards, but hash over 8 shards is asked for; leave "
            "StoreOptions::routing out, or give what the store has");
  EXPECT_EQ(
      message(RangeRouting{{"a", "b", "c", "d", "e"}}, HashRouting{1}),
      "routing: the store has range over 6 shards, split at \"a\", \"b\", \"c\", \"d\", ..., but hash over 1 shard "
      "is asked for; leave StoreOptions::routing out, or give what the store has");
  EXPECT_EQ(message(DirectoryRouting{.shards = 2, .placement = Placement::kWeighted, .weights = {1, 9}},
                    DirectoryRouting{.shards = 2, .placement = Placement::kHash}),
            "routing: the store has directory over 2 shards, placement weighted 1:9, but directory over 2 shards, "
            "placement hash is asked for; leave StoreOptions::routing out, or give what the store has");
}

}  // namespace
}  // namespace rookery::routing
