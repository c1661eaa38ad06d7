// Narrowing: which channels and ids are left by what a predicate asks, and that no wanted row is ever left out.
#include "columns/row_range.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/columns/columns_fixture.h"
#include "tests/columns/random_chat.h"
#include "tests/support/seeded_random.h"

namespace rookery::columns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

RowRange NarrowedBy(const Predicate& predicate, RowRange range = {}) {
  range.Narrow(predicate);
  return range;
}
RowRange ByChannel(Comparison comparison, std::string name, RowRange range = {}) {
  return NarrowedBy(Where(comparison, "channel", std::move(name)), std::move(range));
}
RowRange ByChannels(std::vector<Literal> names, RowRange range = {}) {
  return NarrowedBy(Predicate::In(ColumnOf("channel"), std::move(names)).value(), std::move(range));
}

TEST(RowRangeTest, NamedChannelsAreThoseThatAllName) {
  RowRange range;
  range.NarrowToChannels({"a", "b", "c"});
  range.NarrowToChannels({"c", "d", "a"});
  EXPECT_THAT(range.channels, Optional(ElementsAre("c", "a")));
  range.NarrowToChannels({"x"});
  EXPECT_THAT(range.channels, Optional(IsEmpty()));
}

TEST(RowRangeTest, NamedChannelsBeginWithThePrefix) {
  RowRange range{.prefix = "ab"};
  range.NarrowToChannels({"a", "ab", "abc", "b"});
  EXPECT_THAT(range.channels, Optional(ElementsAre("ab", "abc")));
  EXPECT_EQ(range.prefix, "") << "a scan takes channels or a prefix";
  range.NarrowToPrefix("abc");
  EXPECT_THAT(range.channels, Optional(ElementsAre("abc")));
}

TEST(RowRangeTest, OfTwoPrefixesTheLongerIsLeft) {
  RowRange range{.prefix = "ab"};
  range.NarrowToPrefix("a");
  EXPECT_EQ(range.prefix, "ab");
  range.NarrowToPrefix("");
  EXPECT_EQ(range.prefix, "ab");
  range.NarrowToPrefix("abc");
  EXPECT_EQ(range.prefix, "abc");
  EXPECT_FALSE(range.channels);
}

TEST(RowRangeTest, PrefixesThatExcludeEachOtherLeaveNoChannel) {
  RowRange range{.prefix = "ab"};
  range.NarrowToPrefix("ac");
  EXPECT_THAT(range.channels, Optional(IsEmpty()));
  EXPECT_EQ(range.prefix, "");
}

TEST(RowRangeTest, IdBoundsOnlyEverComeCloser) {
  RowRange range;
  range.NarrowToAfter(MessageId{5});
  range.NarrowToAfter(MessageId{3});
  range.NarrowToBefore(MessageId{9});
  range.NarrowToBefore(MessageId{12});
  EXPECT_EQ(range.after, MessageId{5});
  EXPECT_EQ(range.before, MessageId{9});
}

TEST(RowRangeTest, TakesChannelsFromAPredicate) {
  EXPECT_THAT(ByChannel(Comparison::kEqual, "a").channels, Optional(ElementsAre("a")));
  EXPECT_THAT(ByChannels({"b", "a"}).channels, Optional(ElementsAre("a", "b")));
  EXPECT_EQ(ByChannel(Comparison::kStartsWith, "ab").prefix, "ab");
  EXPECT_THAT(ByChannel(Comparison::kEqual, "a", {.prefix = "b"}).channels, Optional(IsEmpty()));
}

TEST(RowRangeTest, TakesNoChannelsFromWhatIsNoRangeOfThem) {
  for (const Comparison comparison :
       {Comparison::kNotEqual, Comparison::kLess, Comparison::kContains, Comparison::kEndsWith}) {
    const RowRange range = ByChannel(comparison, "a");
    EXPECT_FALSE(range.channels);
    EXPECT_EQ(range.prefix, "");
  }
  EXPECT_FALSE(NarrowedBy(Where(Comparison::kEqual, "author", "a")).channels);
}

TEST(RowRangeTest, NamesThatNoChannelHasAreLeftOut) {
  const std::string too_long(kMaxChannelBytes + 1, 'a');
  const std::string longest(kMaxChannelBytes, 'a');
  EXPECT_THAT(ByChannel(Comparison::kEqual, "").channels, Optional(IsEmpty()));
  EXPECT_THAT(ByChannel(Comparison::kEqual, too_long).channels, Optional(IsEmpty()));
  EXPECT_THAT(ByChannels({"", "a", too_long, longest}).channels, Optional(ElementsAre("a", longest)));
  EXPECT_THAT(ByChannels({}).channels, Optional(IsEmpty()));
  EXPECT_THAT(ByChannel(Comparison::kStartsWith, too_long).channels, Optional(IsEmpty()));
  EXPECT_EQ(ByChannel(Comparison::kStartsWith, too_long).prefix, "");
  EXPECT_EQ(ByChannel(Comparison::kStartsWith, "").prefix, "") << "which every name begins with";
  EXPECT_FALSE(ByChannel(Comparison::kStartsWith, "").channels);
}

/// The lowest and the highest id that `predicate` leaves, both included.
std::pair<std::uint64_t, std::uint64_t> IdsLeftBy(Comparison comparison, std::int64_t literal) {
  const RowRange range = NarrowedBy(Where(comparison, "id", literal));
  return {range.after ? range.after->value + 1 : 1, range.before ? range.before->value - 1 : MessageId::kMax};
}

TEST(RowRangeTest, TakesIdsFromAPredicate) {
  constexpr std::uint64_t kAll = MessageId::kMax;
  EXPECT_EQ(IdsLeftBy(Comparison::kEqual, 7), std::pair(7UL, 7UL));
  EXPECT_EQ(IdsLeftBy(Comparison::kLess, 7), std::pair(1UL, 6UL));
  EXPECT_EQ(IdsLeftBy(Comparison::kLessOrEqual, 7), std::pair(1UL, 7UL));
  EXPECT_EQ(IdsLeftBy(Comparison::kGreater, 7), std::pair(8UL, kAll));
  EXPECT_EQ(IdsLeftBy(Comparison::kGreaterOrEqual, 7), std::pair(7UL, kAll));
  EXPECT_EQ(IdsLeftBy(Comparison::kNotEqual, 7), std::pair(1UL, kAll));
}

/// What a scan makes of the bounds: ids beyond those that messages have leave all or nothing.
bool LeavesId(Comparison comparison, std::int64_t literal, std::uint64_t id) {
  const RowRange range = NarrowedBy(Where(comparison, "id", literal));
  return (!range.after || id > range.after->value) && (!range.before || id < range.before->value);
}

TEST(RowRangeTest, IdsAtTheExtremesAreBoundsAsOthers) {
  for (const std::uint64_t id : {std::uint64_t{1}, std::uint64_t{2}, MessageId::kMax - 1, MessageId::kMax}) {
    const auto number = static_cast<std::int64_t>(id);
    for (const std::int64_t literal :
         {kLeast, kLeast + 1, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, kMost - 1, kMost}) {
      SCOPED_TRACE(std::to_string(id) + " against " + std::to_string(literal));
      EXPECT_EQ(LeavesId(Comparison::kEqual, literal, id), number == literal);
      EXPECT_EQ(LeavesId(Comparison::kLess, literal, id), number < literal);
      EXPECT_EQ(LeavesId(Comparison::kLessOrEqual, literal, id), number <= literal);
      EXPECT_EQ(LeavesId(Comparison::kGreater, literal, id), number > literal);
      EXPECT_EQ(LeavesId(Comparison::kGreaterOrEqual, literal, id), number >= literal);
    }
  }
}

TEST(RowRangeTest, AndNarrowsByEachPart) {
  const RowRange range = NarrowedBy(Predicate::And(
      {Where(Comparison::kGreater, "id", std::int64_t{3}), Where(Comparison::kStartsWith, "channel", "a"),
       Where(Comparison::kEqual, "author", "ada"),
       Predicate::And({Where(Comparison::kLess, "id", std::int64_t{9}), Where(Comparison::kEqual, "channel", "ab")})}));
  EXPECT_EQ(range.after, MessageId{3});
  EXPECT_EQ(range.before, MessageId{9});
  EXPECT_THAT(range.channels, Optional(ElementsAre("ab")));
}

TEST(RowRangeTest, PartsThatContradictEachOtherLeaveNothing) {
  const auto two = [](Predicate a, Predicate b) { return NarrowedBy(Predicate::And({std::move(a), std::move(b)})); };
  EXPECT_THAT(two(Where(Comparison::kEqual, "channel", "a"), Where(Comparison::kEqual, "channel", "b")).channels,
              Optional(IsEmpty()));
  const RowRange range =
      two(Where(Comparison::kEqual, "id", std::int64_t{5}), Where(Comparison::kEqual, "id", std::int64_t{4}));
  EXPECT_GE(range.after->value + 1, range.before->value);
}

TEST(RowRangeTest, OrAndNotNarrowNothing) {
  const Predicate a = Where(Comparison::kEqual, "channel", "a");
  for (const Predicate& predicate : {Predicate::Or({a}), Predicate::Not(a), Predicate::Constant(false)}) {
    const RowRange range = NarrowedBy(predicate);
    EXPECT_FALSE(range.channels || range.after || range.before) << predicate.ToString();
  }
}

TEST(RowRangeTest, BecomesTheScanOfAShard) {
  const RowRange range{.prefix = "a", .after = MessageId{1}, .before = MessageId{2}};
  const ScanQuery scan = range.ToScan(Order::kOldestFirst, ShardId{3});
  EXPECT_EQ(scan.prefix, "a");
  EXPECT_FALSE(scan.channels);
  EXPECT_EQ(scan.after, MessageId{1});
  EXPECT_EQ(scan.before, MessageId{2});
  EXPECT_EQ(scan.order, Order::kOldestFirst);
  EXPECT_EQ(scan.shard, ShardId{3});
}

TEST(RowRangeTest, NarrowingKeepsWhatIsDoneAboutMissingCells) {
  const RowRange range = ByChannel(Comparison::kEqual, "a", {.missing_cells = MissingCells::kLeaveOut});
  EXPECT_EQ(range.ToScan(Order::kNewestFirst, std::nullopt).missing_cells, MissingCells::kLeaveOut);
  EXPECT_EQ(RowRange().ToScan(Order::kNewestFirst, std::nullopt).missing_cells, MissingCells::kRefuse);
}

class NarrowingTest : public ColumnsTest {
 protected:
  static bool Holds(const RowRange& range, const RowKey& key) {
    if (range.channels && std::count(range.channels->begin(), range.channels->end(), key.channel) == 0) return false;
    if (!key.channel.starts_with(range.prefix)) return false;
    return (!range.after || key.id > range.after->value) && (!range.before || key.id < range.before->value);
  }
};

TEST_F(NarrowingTest, NeverLeavesOutAWantedRowNorTakesOneBack) {
  testing::SeededRandom random(31);
  SCOPED_TRACE(random.trace());
  RandomChat chat(&random);
  const std::vector<StoredRow> rows = chat.Fill(&store(), 150);
  int wanted = 0;
  for (int round = 0; round < 2000; ++round) {
    const RowRange before = chat.MakeQuery().range;
    const Predicate predicate = chat.MakePredicate(3);
    const RowRange after = NarrowedBy(predicate, before);
    for (const auto& [key, message] : rows) {
      const bool wants = predicate.Wants({.channel = key.channel, .message = message});
      ASSERT_TRUE(Holds(after, key) || !wants || !Holds(before, key)) << predicate.ToString() << " of " << key;
      ASSERT_TRUE(Holds(before, key) || !Holds(after, key)) << predicate.ToString() << " of " << key;
      wanted += wants ? 1 : 0;
    }
  }
  EXPECT_GT(wanted, 1000) << "or nothing was tested";
}

TEST_F(NarrowingTest, LeavesWhatAScanAccepts) {
  testing::SeededRandom random(32);
  SCOPED_TRACE(random.trace());
  RandomChat chat(&random);
  for (int round = 0; round < 2000; ++round) {
    const Predicate predicate = chat.MakePredicate(3);
    const RowRange range = NarrowedBy(predicate, chat.MakeQuery().range);
    ASSERT_OK(store().StartScan(range.ToScan(Order::kNewestFirst, std::nullopt))) << predicate.ToString();
  }
}

}  // namespace
}  // namespace rookery::columns
