// The names of columns: what each names, and what is said of those that name nothing.
#include "columns/column.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/status_matchers.h"

namespace rookery::columns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ColumnTest, EveryFieldHasItsName) {
  for (const FieldInfo& info : Fields()) {
    if (info.field == Field::kOneAttribute) continue;
    ASSERT_OK_AND_ASSIGN(const Column column, ParseColumn(info.name));
    EXPECT_EQ(column, (Column{.field = info.field, .name = std::string(info.name)}));
    EXPECT_EQ(column.type(), info.type);
    EXPECT_EQ(column.nullable(), info.nullable);
  }
}

TEST(ColumnTest, TsIsCreatedAtAndKeepsItsName) {
  ASSERT_OK_AND_ASSIGN(const Column column, ParseColumn("ts"));
  EXPECT_EQ(column, (Column{.field = Field::kCreatedAt, .name = "ts"}));
  EXPECT_EQ(column.type(), ColumnType::kTime);
}

TEST(ColumnTest, AnAttributeIsNamedByAllThatFollowsTheDot) {
  for (const char* name : {"color", "a.b", ".", " ", "NAME", "\xff"}) {
    const std::string full = std::string("attributes.") + name;
    ASSERT_OK_AND_ASSIGN(const Column column, ParseColumn(full));
    EXPECT_EQ(column, (Column{.field = Field::kOneAttribute, .name = full, .attribute = name}));
    EXPECT_TRUE(column.nullable());
    EXPECT_EQ(column.type(), ColumnType::kText);
  }
}

TEST(ColumnTest, WhatNamesNoColumnIsAnswered) {
  for (const char* name : {"", "ID", "id ", "attributes.", "attribute.x", "created"}) {
    const auto column = ParseColumn(name);
    EXPECT_CODE(column, StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(column.error().message()), HasSubstr("'" + std::string(name) + "'"));
    EXPECT_THAT(std::string(column.error().message()), HasSubstr("id, channel, created_at, author, content, reply_to"));
  }
}

TEST(ColumnTest, ByDefaultATableHasEveryField) {
  std::vector<std::string> names;
  for (const Column& column : DefaultColumns()) names.push_back(column.name);
  EXPECT_THAT(names, ElementsAre("id", "channel", "created_at", "author", "content", "reply_to", "edited_at", "version",
                                 "flags", "nonce", "attributes"));
}

}  // namespace
}  // namespace rookery::columns
