// Predicates: every comparison of every column, nulls as SQL has them, and what is refused when one is made.
#include "columns/predicate.h"

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr std::array kOrders = {Comparison::kEqual,       Comparison::kNotEqual, Comparison::kLess,
                                Comparison::kLessOrEqual, Comparison::kGreater,  Comparison::kGreaterOrEqual};
constexpr std::array kTruths = {Truth::kFalse, Truth::kTrue, Truth::kNull};

class PredicateTest : public ColumnsTest {
 protected:
  PredicateTest()
      : full_(Post({.channel = "general",
                    .author = "ada",
                    .content = "hello, all",
                    .reply_to = MessageId{9},
                    .nonce = "n1",
                    .attributes = {{"color", "red"}},
                    .flags = 5,
                    .id = MessageId{77},
                    .created_at = Timestamp{milliseconds{1000}},
                    .edited_at = Timestamp{milliseconds{2000}},
                    .version = 3})),
        bare_(Post({.channel = "general"})) {}

  static Truth Evaluate(const Predicate& predicate, const Message& message) {
    return predicate.Evaluate({.channel = "general", .message = message});
  }
  Truth OfFull(Comparison comparison, std::string_view column, Literal literal) const {
    return Evaluate(Where(comparison, column, std::move(literal)), full_);
  }
  Truth OfBare(Comparison comparison, std::string_view column, Literal literal) const {
    return Evaluate(Where(comparison, column, std::move(literal)), bare_);
  }
  /// A part that evaluates to `truth`.
  static Predicate Part(Truth truth) {
    if (truth == Truth::kNull) return Where(Comparison::kEqual, "reply_to", std::int64_t{1});
    return Predicate::Constant(truth == Truth::kTrue);
  }
  Truth And(std::vector<Predicate> parts) const { return Evaluate(Predicate::And(std::move(parts)), bare_); }
  Truth Or(std::vector<Predicate> parts) const { return Evaluate(Predicate::Or(std::move(parts)), bare_); }

  /// Whether each comparison, in the order of kOrders, holds of a value that is less than, equal to and greater than
  /// its literal.
  static constexpr std::array<std::array<bool, 3>, 6> kHolds = {{{false, true, false},
                                                                 {true, false, true},
                                                                 {true, false, false},
                                                                 {true, true, false},
                                                                 {false, false, true},
                                                                 {false, true, true}}};

  Message full_;
  Message bare_;
};

TEST_F(PredicateTest, ComparesNumbersAndTimesInEveryWay) {
  const std::vector<std::pair<const char*, std::int64_t>> columns = {
      {"id", 77},          {"created_at", 1000}, {"ts", 1000}, {"reply_to", 9},
      {"edited_at", 2000}, {"version", 3},       {"flags", 5}};
  for (const auto& [column, value] : columns) {
    for (std::size_t i = 0; i < kOrders.size(); ++i) {
      SCOPED_TRACE(std::string(column) + ", comparison " + std::to_string(i));
      EXPECT_EQ(OfFull(kOrders[i], column, value + 1) == Truth::kTrue, kHolds[i][0]);
      EXPECT_EQ(OfFull(kOrders[i], column, value) == Truth::kTrue, kHolds[i][1]);
      EXPECT_EQ(OfFull(kOrders[i], column, value - 1) == Truth::kTrue, kHolds[i][2]);
      EXPECT_EQ(OfFull(kOrders[i], column, std::numeric_limits<std::int64_t>::max()) == Truth::kTrue, kHolds[i][0]);
      EXPECT_EQ(OfFull(kOrders[i], column, std::numeric_limits<std::int64_t>::min()) == Truth::kTrue, kHolds[i][2]);
    }
  }
}

TEST_F(PredicateTest, ComparesTextsInEveryWay) {
  const std::vector<std::pair<const char*, std::string>> columns = {{"channel", "general"},
                                                                    {"author", "ada"},
                                                                    {"content", "hello, all"},
                                                                    {"nonce", "n1"},
                                                                    {"attributes.color", "red"}};
  for (const auto& [column, value] : columns) {
    for (std::size_t i = 0; i < kOrders.size(); ++i) {
      SCOPED_TRACE(std::string(column) + ", comparison " + std::to_string(i));
      EXPECT_EQ(OfFull(kOrders[i], column, value + std::string(1, '\0')) == Truth::kTrue, kHolds[i][0]);
      EXPECT_EQ(OfFull(kOrders[i], column, value) == Truth::kTrue, kHolds[i][1]);
      EXPECT_EQ(OfFull(kOrders[i], column, value.substr(0, 1)) == Truth::kTrue, kHolds[i][2]);
      EXPECT_EQ(OfFull(kOrders[i], column, "") == Truth::kTrue, kHolds[i][2]);
    }
  }
}

TEST_F(PredicateTest, ComparesTextsAsUnsignedBytes) {
  const Message high = Post({.channel = "general", .content = "\xC3\xA9"});
  EXPECT_EQ(Evaluate(Where(Comparison::kGreater, "content", "z"), high), Truth::kTrue);
  EXPECT_EQ(Evaluate(Where(Comparison::kLess, "content", "\xFF"), high), Truth::kTrue);
}

TEST_F(PredicateTest, LooksIntoTexts) {
  const std::vector<std::tuple<Comparison, std::string, bool>> cases = {{Comparison::kContains, "lo, a", true},
                                                                        {Comparison::kContains, "hello, all", true},
                                                                        {Comparison::kContains, "", true},
                                                                        {Comparison::kContains, "lo,a", false},
                                                                        {Comparison::kContains, "HELLO", false},
                                                                        {Comparison::kStartsWith, "hell", true},
                                                                        {Comparison::kStartsWith, "", true},
                                                                        {Comparison::kStartsWith, "ello", false},
                                                                        {Comparison::kEndsWith, " all", true},
                                                                        {Comparison::kEndsWith, "", true},
                                                                        {Comparison::kEndsWith, "hello", false},
                                                                        {Comparison::kStartsWith, "hello, all!", false},
                                                                        {Comparison::kEndsWith, "hello, all!", false}};
  for (const auto& [comparison, literal, holds] : cases) {
    EXPECT_EQ(OfFull(comparison, "content", literal), holds ? Truth::kTrue : Truth::kFalse) << literal;
  }
}

TEST_F(PredicateTest, AComparisonWithNullIsNeitherTrueNorFalse) {
  for (const Comparison comparison : kOrders) {
    EXPECT_EQ(OfBare(comparison, "reply_to", std::int64_t{0}), Truth::kNull);
    EXPECT_EQ(OfBare(comparison, "edited_at", std::int64_t{0}), Truth::kNull);
    EXPECT_EQ(OfBare(comparison, "nonce", ""), Truth::kNull);
    EXPECT_EQ(OfBare(comparison, "attributes.color", ""), Truth::kNull);
  }
  for (const Comparison comparison : {Comparison::kContains, Comparison::kStartsWith, Comparison::kEndsWith}) {
    EXPECT_EQ(OfBare(comparison, "nonce", ""), Truth::kNull);
    EXPECT_EQ(OfBare(comparison, "attributes.color", "red"), Truth::kNull);
  }
}

TEST_F(PredicateTest, TextThatIsEmptyIsNotNull) {
  EXPECT_EQ(OfBare(Comparison::kEqual, "author", ""), Truth::kTrue);
  EXPECT_EQ(OfBare(Comparison::kEqual, "content", ""), Truth::kTrue);
  const Message message = Post({.channel = "general", .attributes = {{"empty", ""}}});
  EXPECT_EQ(Evaluate(Where(Comparison::kEqual, "attributes.empty", ""), message), Truth::kTrue);
}

TEST_F(PredicateTest, IsNullTellsWhatIsAbsent) {
  for (const char* column : {"reply_to", "edited_at", "nonce", "attributes.color"}) {
    const Predicate is_null = Predicate::IsNull(ColumnOf(column)).value();
    EXPECT_EQ(Evaluate(is_null, full_), Truth::kFalse) << column;
    EXPECT_EQ(Evaluate(is_null, bare_), Truth::kTrue) << column;
  }
  for (const char* column : {"id", "channel", "created_at", "author", "content", "version", "flags"}) {
    EXPECT_EQ(Evaluate(Predicate::IsNull(ColumnOf(column)).value(), bare_), Truth::kFalse) << column;
  }
}

TEST_F(PredicateTest, InLooksForTheValueAmongMany) {
  const auto in = [&](std::string_view column, std::vector<Literal> literals, const Message& message) {
    return Evaluate(Predicate::In(ColumnOf(column), std::move(literals)).value(), message);
  };
  EXPECT_EQ(in("author", {"zoe", "ada", "bob", "ada"}, full_), Truth::kTrue);
  EXPECT_EQ(in("author", {"ad", "adab", ""}, full_), Truth::kFalse);
  EXPECT_EQ(in("version", {std::int64_t{9}, std::int64_t{-1}, std::int64_t{3}}, full_), Truth::kTrue);
  EXPECT_EQ(in("version", {std::int64_t{4}, std::int64_t{2}}, full_), Truth::kFalse);
  EXPECT_EQ(in("author", {}, full_), Truth::kFalse);
  EXPECT_EQ(in("nonce", {"n1"}, bare_), Truth::kNull);
  EXPECT_EQ(in("reply_to", {std::int64_t{9}}, bare_), Truth::kNull);
}

TEST_F(PredicateTest, NotTurnsTruthAroundAndLeavesNull) {
  EXPECT_EQ(Evaluate(Predicate::Not(Part(Truth::kTrue)), bare_), Truth::kFalse);
  EXPECT_EQ(Evaluate(Predicate::Not(Part(Truth::kFalse)), bare_), Truth::kTrue);
  EXPECT_EQ(Evaluate(Predicate::Not(Part(Truth::kNull)), bare_), Truth::kNull);
}

/// False is less than null, and null less than true: and is the least, or the greatest.
int Rank(Truth truth) { return truth == Truth::kFalse ? 0 : truth == Truth::kNull ? 1 : 2; }

TEST_F(PredicateTest, AndIsTheLeastAndOrTheGreatestOfItsParts) {
  for (const Truth a : kTruths) {
    EXPECT_EQ(And({Part(a)}), a);
    EXPECT_EQ(Or({Part(a)}), a);
    for (const Truth b : kTruths) {
      EXPECT_EQ(Rank(And({Part(a), Part(b)})), std::min(Rank(a), Rank(b)));
      EXPECT_EQ(Rank(Or({Part(a), Part(b)})), std::max(Rank(a), Rank(b)));
      for (const Truth c : kTruths) {
        EXPECT_EQ(Rank(And({Part(a), Part(b), Part(c)})), std::min({Rank(a), Rank(b), Rank(c)}));
        EXPECT_EQ(Rank(Or({Part(a), Part(b), Part(c)})), std::max({Rank(a), Rank(b), Rank(c)}));
      }
    }
  }
}

TEST_F(PredicateTest, OfNoPartsAndIsTrueAndOrIsFalse) {
  EXPECT_EQ(And({}), Truth::kTrue);
  EXPECT_EQ(Or({}), Truth::kFalse);
}

TEST_F(PredicateTest, DeMorganHoldsWithNulls) {
  for (const Truth a : kTruths) {
    for (const Truth b : kTruths) {
      const Truth nand = Evaluate(Predicate::Not(Predicate::And({Part(a), Part(b)})), bare_);
      EXPECT_EQ(nand, Or({Predicate::Not(Part(a)), Predicate::Not(Part(b))}));
    }
  }
}

TEST_F(PredicateTest, OnlyWhatIsTrueIsWanted) {
  for (const Truth truth : kTruths) {
    EXPECT_EQ(Part(truth).Wants({.channel = "general", .message = bare_}), truth == Truth::kTrue);
  }
}

void ExpectRefused(const Result<Predicate>& predicate, const std::string& column) {
  EXPECT_CODE(predicate, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(predicate.status().message()), HasSubstr("'" + column + "'"));
}

TEST_F(PredicateTest, RefusesALiteralOfAnotherType) {
  for (const FieldInfo& info : Fields()) {
    if (info.type == ColumnType::kTextMap) continue;
    const std::string name(info.name);
    const Literal wrong = info.type == ColumnType::kText ? Literal(std::int64_t{1}) : Literal("1");
    ExpectRefused(Predicate::Compare(Comparison::kEqual, ColumnOf(name), wrong), name);
    ExpectRefused(Predicate::In(ColumnOf(name), {wrong}), name);
  }
  ExpectRefused(Predicate::In(ColumnOf("author"), {"a", std::int64_t{1}}), "author");
}

TEST_F(PredicateTest, RefusesToLookIntoNumbers) {
  for (const Comparison comparison : {Comparison::kContains, Comparison::kStartsWith, Comparison::kEndsWith}) {
    ExpectRefused(Predicate::Compare(comparison, ColumnOf("flags"), std::int64_t{1}), "flags");
  }
}

TEST_F(PredicateTest, RefusesMaps) {
  ExpectRefused(Predicate::Compare(Comparison::kEqual, ColumnOf("attributes"), "x"), "attributes");
  ExpectRefused(Predicate::In(ColumnOf("attributes"), {}), "attributes");
  ExpectRefused(Predicate::IsNull(ColumnOf("attributes")), "attributes");
}

TEST_F(PredicateTest, ReadsAsAPersonWouldWriteIt) {
  const Predicate ada = Where(Comparison::kEqual, "author", "ada");
  const Predicate late = Where(Comparison::kGreaterOrEqual, "ts", std::int64_t{-5});
  const Predicate reply = Predicate::Not(Predicate::IsNull(ColumnOf("reply_to")).value());
  EXPECT_EQ(Predicate::And({ada, reply}).ToString(), "author == 'ada' and not (reply_to is null)");
  EXPECT_EQ(Predicate::Or({Predicate::And({ada, late}), reply}).ToString(),
            "(author == 'ada' and ts >= -5) or not (reply_to is null)");
  EXPECT_EQ(Predicate::In(ColumnOf("flags"), {std::int64_t{2}, std::int64_t{1}, std::int64_t{2}})->ToString(),
            "flags in (1, 2)");
  EXPECT_EQ(Where(Comparison::kStartsWith, "attributes.color", "re").ToString(), "attributes.color starts with 're'");
  EXPECT_EQ(Predicate::Constant(true).ToString(), "true");
  EXPECT_EQ(Predicate::And({}).ToString(), "true");
  EXPECT_EQ(Predicate::Or({}).ToString(), "false");
}

}  // namespace
}  // namespace rookery::columns
