// Columns: what each takes from a message, its nulls, and that a builder begins anew after it has handed over.
#include "columns/column_builder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "columns/batch.h"
#include "tests/columns/arrow_view.h"
#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class BuiltColumn : public Consumed<ArrowArray> {
 public:
  using Consumed::Consumed;
  ArrowColumn view() { return ArrowColumn(*get()); }
};

class ColumnBuilderTest : public ColumnsTest {
 protected:
  static void Append(ColumnBuilder* builder, const Message& message, std::string_view channel = "general") {
    builder->Append({.row = {.channel = channel, .message = message}, .fields = message.fields()});
  }
  static BuiltColumn Finish(ColumnBuilder* builder) {
    ArrowArray array{};
    builder->Finish(&array);
    return BuiltColumn(array);
  }
  /// The column of these messages.
  static BuiltColumn Build(std::string_view column, const std::vector<Message>& messages,
                           TextMode mode = TextMode::kUtf8) {
    const auto builder = NewColumnBuilder(ColumnOf(column), mode);
    for (const Message& message : messages) Append(builder.get(), message);
    return Finish(builder.get());
  }

  Message full_ = Post({.channel = "general",
                        .author = "ada",
                        .content = "hello",
                        .reply_to = MessageId{9},
                        .nonce = "n1",
                        .attributes = {{"size", "L"}, {"color", ""}},
                        .flags = 0x8000'0001,
                        .id = MessageId{MessageId::kMax},
                        .created_at = Timestamp{milliseconds{-1}},
                        .edited_at = Timestamp{milliseconds{2000}},
                        .version = Version::kMax});
  Message bare_ = Post({.channel = "general", .id = MessageId{1}});
};

TEST_F(ColumnBuilderTest, TakesEveryNumber) {
  EXPECT_EQ(Build("id", {full_}).view().number<std::uint64_t>(0), MessageId::kMax);
  EXPECT_EQ(Build("version", {full_}).view().number<std::uint64_t>(0), Version::kMax);
  EXPECT_EQ(Build("reply_to", {full_}).view().number(0), 9);
  EXPECT_EQ(Build("created_at", {full_}).view().number(0), -1);
  EXPECT_EQ(Build("ts", {full_}).view().number(0), -1);
  EXPECT_EQ(Build("edited_at", {full_}).view().number(0), 2000);
  EXPECT_EQ(Build("flags", {full_}).view().number<std::uint32_t>(0), 0x8000'0001);
}

TEST_F(ColumnBuilderTest, TakesEveryText) {
  EXPECT_EQ(Build("channel", {full_}).view().text(0), "general");
  EXPECT_EQ(Build("author", {full_}).view().text(0), "ada");
  EXPECT_EQ(Build("content", {full_}).view().text(0), "hello");
  EXPECT_EQ(Build("nonce", {full_}).view().text(0), "n1");
  EXPECT_EQ(Build("attributes.size", {full_}).view().text(0), "L");
}

TEST_F(ColumnBuilderTest, WhatIsAbsentIsNull) {
  for (const char* column : {"reply_to", "edited_at", "nonce", "attributes.size"}) {
    BuiltColumn built = Build(column, {full_, bare_});
    EXPECT_EQ(built.view().nulls(), 1) << column;
    EXPECT_FALSE(built.view().null(0)) << column;
    EXPECT_TRUE(built.view().null(1)) << column;
  }
}

TEST_F(ColumnBuilderTest, WhatIsEmptyIsNotNull) {
  EXPECT_EQ(Build("author", {bare_}).view().text(0), "");
  BuiltColumn color = Build("attributes.color", {full_});
  EXPECT_EQ(color.view().nulls(), 0);
  EXPECT_EQ(color.view().text(0), "");
}

TEST_F(ColumnBuilderTest, EachRowHasItsOwnBit) {
  for (const char* column : {"reply_to", "nonce"}) {
    for (std::uint32_t pattern = 0; pattern < 1U << 10; pattern += 7) {
      const auto builder = NewColumnBuilder(ColumnOf(column), TextMode::kUtf8);
      for (int row = 0; row < 10; ++row) Append(builder.get(), (pattern >> row & 1) != 0 ? full_ : bare_);
      BuiltColumn built = Finish(builder.get());
      ASSERT_EQ(built.view().rows(), 10);
      ASSERT_EQ(built.view().nulls(), 10 - __builtin_popcount(pattern));
      for (int row = 0; row < 10; ++row) ASSERT_EQ(built.view().null(row), (pattern >> row & 1) == 0) << pattern;
    }
  }
}

TEST_F(ColumnBuilderTest, BeginsAnewAfterItHasHandedOver) {
  for (const FieldInfo& info : Fields()) {
    SCOPED_TRACE(std::string(info.name));
    const auto builder = NewColumnBuilder(ColumnOf(info.name), TextMode::kUtf8);
    for (int i = 0; i < 9; ++i) Append(builder.get(), bare_);
    BuiltColumn first = Finish(builder.get());
    EXPECT_EQ(Finish(builder.get()).view().rows(), 0);
    for (int i = 0; i < 2; ++i) Append(builder.get(), full_);
    BuiltColumn second = Finish(builder.get());
    EXPECT_EQ(first.view().rows(), 9);
    EXPECT_EQ(second.view().rows(), 2);
    EXPECT_EQ(first.view().nulls(), info.nullable ? 9 : 0);
    const bool kept = info.name != "attributes.NAME";  // which neither message has
    EXPECT_EQ(second.view().nulls(), kept ? 0 : 2);
  }
}

/// Columns that are mostly null are only counted at first: a value may come at any row.
TEST_F(ColumnBuilderTest, TheFirstValueMayComeLate) {
  for (int nulls = 0; nulls < 20; ++nulls) {
    std::vector<Message> messages(static_cast<std::size_t>(nulls), bare_);
    messages.push_back(full_);
    messages.push_back(bare_);
    for (const char* column : {"reply_to", "nonce"}) {
      BuiltColumn built = Build(column, messages);
      ASSERT_EQ(built.view().nulls(), nulls + 1);
      for (int row = 0; row < nulls + 2; ++row) ASSERT_EQ(built.view().null(row), row != nulls);
    }
    EXPECT_EQ(Build("reply_to", messages).view().number(nulls), 9);
    EXPECT_EQ(Build("nonce", messages).view().text(nulls), "n1");
    EXPECT_EQ(Build("nonce", messages).view().text(nulls + 1), "");
    EXPECT_EQ(Build("attributes", messages).view().map(nulls).size(), 2U);
    EXPECT_EQ(Build("attributes", messages).view().map(nulls + 1).size(), 0U);
  }
}

TEST_F(ColumnBuilderTest, OfMoreNullsThanAreSharedIsWhole) {
  constexpr int kRows = 40'000;  // 312 KiB of numbers and offsets
  const std::vector<Message> messages(kRows, bare_);
  for (const char* column : {"reply_to", "nonce"}) {
    BuiltColumn built = Build(column, messages);
    ASSERT_EQ(built.view().nulls(), kRows);
    for (int row = 0; row < kRows; ++row) ASSERT_TRUE(built.view().null(row));
  }
  EXPECT_EQ(Build("reply_to", messages).view().number(kRows - 1), 0);
  EXPECT_EQ(Build("nonce", messages).view().text(kRows - 1), "");
  EXPECT_THAT(Build("attributes", messages).view().map(kRows - 1), IsEmpty());
}

TEST_F(ColumnBuilderTest, BuffersAreAligned) {
  for (const FieldInfo& info : Fields()) {
    for (const Message& message : {full_, bare_}) {
      BuiltColumn built = Build(info.name, {message});
      for (std::int64_t i = 0; i < built->n_buffers; ++i) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(built->buffers[i]) % 8, 0U) << info.name;
      }
    }
  }
}

TEST_F(ColumnBuilderTest, WhatWasHandedOverDoesNotChange) {
  const auto builder = NewColumnBuilder(ColumnOf("content"), TextMode::kUtf8);
  Append(builder.get(), full_);
  BuiltColumn first = Finish(builder.get());
  for (int i = 0; i < 100; ++i) Append(builder.get(), bare_);
  BuiltColumn second = Finish(builder.get());
  EXPECT_EQ(first.view().text(0), "hello");
}

TEST_F(ColumnBuilderTest, MapsHoldTheAttributesOfEachRow) {
  const Message three = Post({.channel = "general", .attributes = {{"c", "3"}, {"a", "1"}, {"b", "2"}}});
  BuiltColumn built = Build("attributes", {bare_, full_, bare_, three, bare_});
  EXPECT_EQ(built.view().rows(), 5);
  EXPECT_EQ(built.view().child(0).rows(), 5) << "entries of all rows";
  EXPECT_THAT(built.view().map(0), IsEmpty());
  EXPECT_THAT(built.view().map(1), ElementsAre(Pair("color", ""), Pair("size", "L")));
  EXPECT_THAT(built.view().map(2), IsEmpty());
  EXPECT_THAT(built.view().map(3), ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c", "3")));
  EXPECT_THAT(built.view().map(4), IsEmpty());
}

TEST_F(ColumnBuilderTest, OfNoRowsIsAnArrayOfNoRows) {
  for (const FieldInfo& info : Fields()) {
    BuiltColumn built = Build(info.name, {});
    EXPECT_EQ(built.view().rows(), 0) << info.name;
    for (std::int64_t i = 1; i < built->n_buffers; ++i) EXPECT_NE(built->buffers[i], nullptr) << info.name;
  }
}

std::string FormatOf(std::string_view column, TextMode mode) { return TypeOf(ColumnOf(column), mode).format; }

TEST(ColumnTypeTest, TypesAreThoseOfTheSpecification) {
  for (const TextMode mode : {TextMode::kUtf8, TextMode::kBinary}) {
    for (const char* column : {"id", "reply_to", "version"}) EXPECT_EQ(FormatOf(column, mode), "l");
    for (const char* column : {"created_at", "ts", "edited_at"}) EXPECT_EQ(FormatOf(column, mode), "tsm:UTC");
    EXPECT_EQ(FormatOf("flags", mode), "I");
    EXPECT_EQ(FormatOf("attributes", mode), "+m");
    for (const char* column : {"channel", "author", "content", "nonce", "attributes.x"}) {
      EXPECT_EQ(FormatOf(column, mode), mode == TextMode::kUtf8 ? "U" : "Z");
    }
  }
}

TEST(ColumnTypeTest, AMapIsAListOfEntriesOfKeyAndValue) {
  const TypeNode map = TypeOf(ColumnOf("attributes"), TextMode::kUtf8);
  ASSERT_EQ(map.children.size(), 1U);
  EXPECT_EQ(map.children[0].format, "+s");
  EXPECT_FALSE(map.children[0].nullable);
  ASSERT_EQ(map.children[0].children.size(), 2U);
  EXPECT_EQ(map.children[0].children[0].format, "u");
  EXPECT_FALSE(map.children[0].children[0].nullable) << "keys are never null";
  EXPECT_EQ(TypeOf(ColumnOf("attributes"), TextMode::kBinary).children[0].children[1].format, "z");
}

TEST(ColumnTypeTest, ATableIsAStructOfItsColumnsUnderTheirNames) {
  const std::vector<Column> columns = {ColumnOf("ts"), ColumnOf("reply_to"), ColumnOf("attributes.a.b")};
  const TypeNode table = TableType(columns, TextMode::kUtf8);
  EXPECT_EQ(table.format, "+s");
  ASSERT_EQ(table.children.size(), 3U);
  EXPECT_EQ(table.children[0].name, "ts");
  EXPECT_FALSE(table.children[0].nullable);
  EXPECT_EQ(table.children[1].name, "reply_to");
  EXPECT_TRUE(table.children[1].nullable);
  EXPECT_EQ(table.children[2].name, "attributes.a.b");
}

}  // namespace
}  // namespace rookery::columns
