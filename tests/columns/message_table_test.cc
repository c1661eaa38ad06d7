// Messages out of tables: what a query gives goes back as it was, and what cannot be a message is named.
#include "columns/message_table.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/columns/arrow_maker.h"
#include "tests/columns/columns_fixture.h"
#include "tests/columns/random_chat.h"
#include "tests/support/seeded_random.h"

namespace rookery::columns {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const TypeNode kContent = {.format = "U", .name = "content"};

OwnedSchema TableOf(std::vector<TypeNode> columns) {
  return MakeType({.format = "+s", .name = "", .nullable = false, .children = std::move(columns)});
}
OwnedArray BatchOf(std::int64_t rows, std::vector<ArrowArray> columns) {
  return MakeArray({.rows = rows}, std::vector<Buffer>(1), std::move(columns));
}
ArrowArray TextColumn(const Texts& texts) { return Give(MakeTexts<std::int64_t>(texts)); }

Status StatusOfTable(std::vector<TypeNode> columns, std::optional<std::string> channel = "c") {
  return MessageTable::New(*TableOf(std::move(columns)).get(), std::move(channel)).status();
}
/// What is said of one row with this value in a column.
Status StatusOfRow(TypeNode column, OwnedArray array) {
  const auto table = MessageTable::New(*TableOf({std::move(column)}).get(), "c");
  EXPECT_OK(table);
  return table->Read(*BatchOf(1, {Give(std::move(array))}).get()).status();
}

void ExpectSaid(const Status& status, const std::string& what) {
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(what));
}

class MessageTableTest : public ColumnsTest {};

bool SameFields(const MessageView& a, const MessageView& b) {
  return a.id() == b.id() && a.author() == b.author() && a.content() == b.content() && a.nonce() == b.nonce() &&
         a.reply_to() == b.reply_to() && a.created_at() == b.created_at() && a.edited_at() == b.edited_at() &&
         a.version() == b.version() && a.flags() == b.flags() && a.attributes() == b.attributes();
}

TEST_F(MessageTableTest, WhatAQueryGivesGoesBackAsItWas) {
  testing::SeededRandom random(91);
  SCOPED_TRACE(random.trace());
  const std::vector<StoredRow> rows = RandomChat(&random).Fill(&store(), 100);
  MessageQuery query;
  query.text = TextMode::kBinary;
  query.batch_rows = 17;
  auto copy = Store::Open("copy", {.engine = EngineKind::kMemory});
  ASSERT_OK(copy);
  const auto table = MessageTable::New(*MakeType(TableType(query.columns, query.text)).get(), std::nullopt);
  ASSERT_OK(table);
  const auto stream = Stream(query);
  for (;;) {
    ASSERT_OK_AND_ASSIGN(std::optional<Batch> batch, stream->Next(Always));
    if (!batch) break;
    OwnedArray array(batch->Take());
    ASSERT_OK_AND_ASSIGN(std::vector<NewMessage> messages, table->Read(*array.get()));
    for (NewMessage& message : messages) message.remember_nonce = false;
    ASSERT_OK(copy->PostBatch(messages));
  }
  for (const auto& [key, message] : rows) {
    const auto copied = copy->Get(key.channel, MessageId{key.id}).value();
    ASSERT_TRUE(copied) << key;
    EXPECT_TRUE(SameFields(*copied, message)) << key;
  }
}

TEST_F(MessageTableTest, ASliceOfATableIsThatPartOfIt) {
  const auto table =
      MessageTable::New(*TableOf({kContent, {.format = "l", .name = "reply_to", .nullable = true}}).get(), "c");
  ASSERT_OK(table);
  // The table is cut, and one of its columns was before.
  OwnedArray replies = WithoutFirst(MakeNumbers<std::int64_t>({99, 1, std::nullopt, 3}), 1);
  OwnedArray batch = WithoutFirst(BatchOf(3, {TextColumn({"a", "b", "c"}), Give(std::move(replies))}), 1);
  ASSERT_OK_AND_ASSIGN(const std::vector<NewMessage> messages, table->Read(*batch.get()));
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].content, "b");
  EXPECT_EQ(messages[0].reply_to, MessageId{0});
  EXPECT_EQ(messages[1].content, "c");
  EXPECT_EQ(messages[1].reply_to, MessageId{3});
}

TEST_F(MessageTableTest, WhatIsNullIsLeftOut) {
  const auto table = MessageTable::New(*TableOf({{.format = "U", .name = "author"},
                                                 {.format = "l", .name = "id"},
                                                 {.format = "tsu:", .name = "ts"},
                                                 {.format = "n", .name = "attributes"}})
                                            .get(),
                                       "c");
  ASSERT_OK(table);
  OwnedArray batch =
      BatchOf(1, {TextColumn({std::nullopt}), Give(MakeNumbers<std::int64_t>({std::nullopt})),
                  Give(MakeNumbers<std::int64_t>({std::nullopt})), Give(MakeArray({.rows = 1, .nulls = 1}, {}))});
  ASSERT_OK_AND_ASSIGN(const std::vector<NewMessage> messages, table->Read(*batch.get()));
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].channel, "c");
  EXPECT_EQ(messages[0].author, "");
  EXPECT_EQ(messages[0].id, MessageId{0});
  EXPECT_FALSE(messages[0].created_at);
  EXPECT_THAT(messages[0].attributes, IsEmpty());
}

TEST_F(MessageTableTest, ChannelsComeFromAColumnOrFromTheCaller) {
  const TypeNode channel{.format = "U", .name = "channel"};
  EXPECT_OK(StatusOfTable({channel}, std::nullopt));
  EXPECT_OK(StatusOfTable({kContent}, "c"));
  ExpectSaid(StatusOfTable({channel}, "c"), "do not name a channel");
  ExpectSaid(StatusOfTable({kContent}, std::nullopt), "no column 'channel'");
}

TEST_F(MessageTableTest, ARowWithoutAChannelIsNamed) {
  const auto table = MessageTable::New(*TableOf({{.format = "U", .name = "channel"}}).get(), std::nullopt);
  ASSERT_OK(table);
  for (const std::optional<std::string_view> channel :
       {std::optional<std::string_view>(), std::optional<std::string_view>("")}) {
    ExpectSaid(table->Read(*BatchOf(2, {TextColumn({"a", channel})}).get()).status(), "row 1: channel");
  }
}

TEST_F(MessageTableTest, NumbersBeyondTheirBoundsAreNamed) {
  const auto number = [](const char* name) { return TypeNode{.format = "l", .name = name}; };
  for (const std::int64_t id : {0, -1}) {
    ExpectSaid(StatusOfRow(number("id"), MakeNumbers<std::int64_t>({id})), "row 0: id is " + std::to_string(id));
    ExpectSaid(StatusOfRow(number("version"), MakeNumbers<std::int64_t>({id})), "row 0: version is ");
  }
  ExpectSaid(StatusOfRow(number("reply_to"), MakeNumbers<std::int64_t>({-1})), "row 0: reply_to is -1");
  ExpectSaid(StatusOfRow(number("flags"), MakeNumbers<std::int64_t>({-1})), "row 0: flags is -1");
  ExpectSaid(StatusOfRow(number("flags"), MakeNumbers<std::int64_t>({std::int64_t{1} << 32})), "4294967295");
  EXPECT_OK(StatusOfRow(number("flags"), MakeNumbers<std::int64_t>({(std::int64_t{1} << 32) - 1})));
}

TEST_F(MessageTableTest, ColumnsThatMessagesDoNotHaveAreRefused) {
  ExpectSaid(StatusOfTable({{.format = "U", .name = "text"}}), "no column 'text'");
  ExpectSaid(StatusOfTable({{.format = "U", .name = ""}}), "no column ''");
  ExpectSaid(StatusOfTable({{.format = "l", .name = "content"}}), "column 'content' has the Arrow type 'l'");
  ExpectSaid(StatusOfTable({{.format = "g", .name = "id"}}), "floats cannot hold ids");
  ExpectSaid(StatusOfTable({{.format = "U", .name = "attributes"}}), "column 'attributes'");
}

TEST_F(MessageTableTest, WhatIsNoTableIsRefused) {
  ExpectSaid(MessageTable::New(*MakeType(kContent).get(), "c").status(), "a table is wanted");
}

TEST_F(MessageTableTest, AStructOfAttributesGivesThoseThatAreNotNull) {
  const TypeNode type{.format = "+s",
                      .name = "attributes",
                      .nullable = true,
                      .children = {{.format = "u", .name = "a"}, {.format = "u", .name = "b"}}};
  const auto table = MessageTable::New(*TableOf({type}).get(), "c");
  ASSERT_OK(table);
  std::vector<Buffer> validity(1);
  validity[0].Push(std::uint8_t{0b101});
  OwnedArray attributes = MakeArray(
      {.rows = 3, .nulls = 1}, std::move(validity),
      {Give(MakeTexts<std::int32_t>({"1", "never", std::nullopt})), Give(MakeTexts<std::int32_t>({"2", "seen", ""}))});
  OwnedArray batch = BatchOf(3, {Give(std::move(attributes))});
  ASSERT_OK_AND_ASSIGN(const std::vector<NewMessage> messages, table->Read(*batch.get()));
  EXPECT_THAT(messages[0].attributes, ElementsAre(Attribute{"a", "1"}, Attribute{"b", "2"}));
  EXPECT_THAT(messages[1].attributes, IsEmpty());
  EXPECT_THAT(messages[2].attributes, ElementsAre(Attribute{"b", ""}));
}

/// A map or a list of pairs: rows of 2, 0 and 1 pairs. Those of the first row of the child are not of any.
template <typename Offset>
OwnedArray Pairs() {
  std::vector<Buffer> buffers(2);
  for (const Offset offset : {0, 2, 2, 3}) buffers[1].Push(offset);
  OwnedArray pairs = MakeArray({.rows = 4}, std::vector<Buffer>(1),
                               {Give(MakeTexts<std::int32_t>({"", "a", "b", "c"})),
                                Give(MakeTexts<std::int32_t>({"", "1", std::nullopt, "3"}))});
  return MakeArray({.rows = 3}, std::move(buffers), {Give(WithoutFirst(std::move(pairs), 1))});
}

TEST_F(MessageTableTest, MapsAndListsOfPairsGiveAttributes) {
  for (const char* format : {"+m", "+l", "+L"}) {
    const TypeNode type{.format = format,
                        .name = "attributes",
                        .nullable = true,
                        .children = {{.format = "+s",
                                      .name = "entries",
                                      .nullable = false,
                                      .children = {{.format = "u", .name = "key"}, {.format = "u", .name = "value"}}}}};
    const auto table = MessageTable::New(*TableOf({type}).get(), "c");
    ASSERT_OK(table);
    OwnedArray batch = BatchOf(3, {Give(format[1] == 'L' ? Pairs<std::int64_t>() : Pairs<std::int32_t>())});
    ASSERT_OK_AND_ASSIGN(const std::vector<NewMessage> messages, table->Read(*batch.get()));
    EXPECT_THAT(messages[0].attributes, ElementsAre(Attribute{"a", "1"}, Attribute{"b", ""})) << format;
    EXPECT_THAT(messages[1].attributes, IsEmpty());
    EXPECT_THAT(messages[2].attributes, ElementsAre(Attribute{"c", "3"}));
  }
}

TEST_F(MessageTableTest, ListsOfOtherThingsAreRefused) {
  const auto list = [](TypeNode of) {
    return TypeNode{.format = "+l", .name = "attributes", .nullable = true, .children = {std::move(of)}};
  };
  ExpectSaid(StatusOfTable({list({.format = "u", .name = "item"})}), "list of pairs");
  const TypeNode number{.format = "l", .name = "value"};
  const TypeNode pair{
      .format = "+s", .name = "item", .nullable = true, .children = {{.format = "u", .name = "key"}, number}};
  ExpectSaid(StatusOfTable({list(pair)}), "column 'value'");
}

TEST_F(MessageTableTest, OneAttributeMayHaveAColumn) {
  const auto table = MessageTable::New(
      *TableOf({{.format = "U", .name = "attributes.color"}, {.format = "U", .name = "attributes.a.b"}}).get(), "c");
  ASSERT_OK(table);
  OwnedArray batch = BatchOf(2, {TextColumn({"red", std::nullopt}), TextColumn({"", "x"})});
  ASSERT_OK_AND_ASSIGN(const std::vector<NewMessage> messages, table->Read(*batch.get()));
  EXPECT_THAT(messages[0].attributes, ElementsAre(Attribute{"color", "red"}, Attribute{"a.b", ""}));
  EXPECT_THAT(messages[1].attributes, ElementsAre(Attribute{"a.b", "x"}));
}

}  // namespace
}  // namespace rookery::columns
