// Rows: what goes in comes out, what is absent takes no room, and an envelope of another version is refused.
#include "codec/message_codec.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "codec/bare_message.h"
#include "codec/plain_message.h"
#include "tests/support/sealed_row.h"
#include "tests/support/seeded_random.h"

namespace rookery::codec {
namespace {

using std::chrono::milliseconds;
using testing::SeededRandom;

constexpr Timestamp kEpoch{milliseconds{1'000'000}};

/// A message with random fields, and the memory that they lie in.
struct RandomMessage {
  explicit RandomMessage(SeededRandom* random) {
    const auto text = [&](std::size_t most) { return random->OneIn(3) ? std::string() : random->HostileName(most); };
    author = text(1024);
    content = text(4000);
    nonce = text(255);
    for (std::uint64_t i = random->Below(4); i > 0; --i) {
      names.push_back(std::string(i, 'n') + random->HostileName(20));
      values.push_back(text(300));
    }
    for (std::size_t i = 0; i < names.size(); ++i) attributes.push_back({names[i], values[i]});
    fields = {.author = author,
              .content = content,
              .reply_to = MessageId{random->OneIn(2) ? 0 : random->Next() >> 1},
              .nonce = nonce,
              .nonce_remembered = random->OneIn(2),
              .attributes = attributes,
              .created_at = RandomTime(random),
              .edited_at = RandomTime(random),
              .version = random->OneIn(2) ? 1 : random->Next(),
              .flags = random->OneIn(2) ? 0 : static_cast<std::uint32_t>(random->Next()),
              .attachment_count = random->OneIn(2) ? 0 : static_cast<std::uint32_t>(random->Next())};
  }

  static std::optional<Timestamp> RandomTime(SeededRandom* random) {
    if (random->OneIn(3)) return std::nullopt;
    return Timestamp{milliseconds{random->OneIn(4) ? 0 : static_cast<std::int64_t>(random->Next())}};
  }

  std::string author, content, nonce;
  std::vector<std::string> names, values;
  std::vector<Attribute> attributes;
  MessageFields fields;
};

void ExpectSame(const MessageFields& a, const MessageFields& b) {
  EXPECT_EQ(a.author, b.author);
  EXPECT_EQ(a.content, b.content);
  EXPECT_EQ(a.reply_to, b.reply_to);
  EXPECT_EQ(a.nonce, b.nonce);
  EXPECT_EQ(a.attachment_count, b.attachment_count);
  EXPECT_EQ(a.nonce_remembered, b.nonce_remembered);
  EXPECT_EQ(std::vector(a.attributes.begin(), a.attributes.end()),
            std::vector(b.attributes.begin(), b.attributes.end()));
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.edited_at, b.edited_at);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.flags, b.flags);
}

TEST(MessageCodec, MessagesWithoutAttributesPassTheQuickCheck) {
  SeededRandom random(12);
  SCOPED_TRACE(random.trace());
  RowEncoder encoder;
  for (int i = 0; i < 3000; ++i) {
    const RandomMessage message(&random);
    const std::string_view value = encoder.EncodeMessage(message.fields);
    EXPECT_EQ(IsPlainMessage(value.substr(kHeadLength)), message.fields.attributes.empty());
  }
}

TEST(MessageCodec, GivesBackEveryFieldOfEveryMessage) {
  SeededRandom random(11);
  SCOPED_TRACE(random.trace());
  RowEncoder encoder;
  for (int i = 0; i < 3000; ++i) {
    const RandomMessage message(&random);
    const std::string value(encoder.EncodeMessage(message.fields));
    const auto view = DecodeMessage(value, MessageId{42}, kEpoch);
    ASSERT_TRUE(view);
    std::vector<Attribute> storage;
    ExpectSame(FieldsOf(*view, &storage), message.fields);
    EXPECT_EQ(view->encoded(), value);
  }
}

/// As FlatBuffers itself builds it.
std::string BuiltRow(std::string_view author, std::string_view content) {
  flatbuffers::FlatBufferBuilder builder;
  const auto vector_of = [&](std::string_view bytes) {
    return builder.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  };
  const auto content_at = vector_of(content);
  const auto author_at = vector_of(author);
  row::MessageBuilder table(builder);
  table.add_content(content_at);
  table.add_author(author_at);
  builder.Finish(table.Finish());
  return testing::RowOf(builder);
}

TEST(MessageCodec, BareMessagesAreTheBytesThatTheBuilderMakes) {
  SeededRandom random(13);
  std::string buffer = random.Bytes(64);  // what was there before leaves no trace
  for (std::size_t author_size = 1; author_size < 10; ++author_size) {
    for (const std::size_t content_size : {1, 2, 3, 4, 5, 200, 70'001}) {
      const std::string author = random.Bytes(author_size);
      const std::string content = random.Bytes(content_size);
      const MessageFields fields{.author = author, .content = content};
      ASSERT_TRUE(IsBare(fields));
      EXPECT_EQ(EncodeBareMessage(fields, &buffer), BuiltRow(author, content)) << author_size << ", " << content_size;
    }
  }
}

TEST(MessageCodec, WhatHasMoreThanAuthorAndContentIsNotBare) {
  const MessageFields bare{.author = "a", .content = "c"};
  const auto with = [&](auto change) {
    MessageFields fields = bare;
    change(fields);
    return IsBare(fields);
  };
  const Attribute attribute{"name", "value"};
  EXPECT_TRUE(with([](auto&) {}));
  EXPECT_FALSE(with([](auto& fields) { fields.author = {}; }));
  EXPECT_FALSE(with([](auto& fields) { fields.content = {}; }));
  EXPECT_FALSE(with([](auto& fields) { fields.reply_to = MessageId{1}; }));
  EXPECT_FALSE(with([](auto& fields) { fields.nonce = "n"; }));
  EXPECT_FALSE(with([](auto& fields) { fields.nonce_remembered = true; }));
  EXPECT_FALSE(with([&](auto& fields) { fields.attributes = {&attribute, 1}; }));
  EXPECT_FALSE(with([](auto& fields) { fields.created_at = Timestamp{}; }));
  EXPECT_FALSE(with([](auto& fields) { fields.edited_at = Timestamp{}; }));
  EXPECT_FALSE(with([](auto& fields) { fields.version = 2; }));
  EXPECT_FALSE(with([](auto& fields) { fields.flags = 1; }));
  EXPECT_FALSE(with([](auto& fields) { fields.attachment_count = 1; }));
}

TEST(MessageCodec, EncodesEqualMessagesToEqualBytes) {
  SeededRandom random(12);
  const RandomMessage message(&random);
  RowEncoder encoder;
  const std::string first(encoder.EncodeMessage(message.fields));
  encoder.EncodeMessage({.content = "something else"});
  EXPECT_EQ(encoder.EncodeMessage(message.fields), first);
  EXPECT_EQ(RowEncoder().EncodeMessage(message.fields), first);
}

TEST(MessageCodec, AbsentFieldsTakeNoRoom) {
  RowEncoder encoder;
  const std::size_t nothing = encoder.EncodeMessage({}).size();
  EXPECT_LE(nothing, kHeadLength + 12U);  // root offset, vtable and table without a field
  EXPECT_EQ(encoder.EncodeMessage({.version = 1}).size(), nothing);
  const std::size_t short_text = encoder.EncodeMessage({.author = "ada", .content = "hello"}).size();
  EXPECT_LE(short_text,
            kHeadLength + 12 + 2 * (2 + 4 + 4) + 4 + 8);  // a field: vtable slot, offset, length; bytes in fours
}

TEST(MessageCodec, KeepsWorkingAfterAGiantMessage) {
  RowEncoder encoder;
  const std::string giant(std::size_t{8} << 20, 'g');
  const std::string value(encoder.EncodeMessage({.content = giant}));
  EXPECT_EQ(DecodeMessage(value, MessageId{1}, kEpoch)->content(), giant);
  const std::string small(encoder.EncodeMessage({.content = "small"}));
  EXPECT_EQ(DecodeMessage(small, MessageId{1}, kEpoch)->content(), "small");
}

TEST(MessageCodec, HoldsAsManyAttributesAsItSays) {
  std::vector<Attribute> attributes(kMaxStoredAttributes, {"n", "v"});
  RowEncoder encoder;
  const std::string most(encoder.EncodeMessage({.attributes = attributes}));
  EXPECT_EQ(DecodeMessage(most, MessageId{1}, kEpoch)->attributes().size(), kMaxStoredAttributes);
  attributes.push_back({"n", "v"});
  const std::string too_many(encoder.EncodeMessage({.attributes = attributes}));
  EXPECT_FALSE(DecodeMessage(too_many, MessageId{1}, kEpoch));
}

TEST(MessageCodec, GivesBackEveryRecord) {
  SeededRandom random(13);
  SCOPED_TRACE(random.trace());
  RowEncoder encoder;
  for (int i = 0; i < 3000; ++i) {
    const std::string bytes = random.OneIn(5) ? std::string() : random.HostileName(4000);
    const Version version = random.OneIn(2) ? 1 : random.Next();
    const Timestamp time{milliseconds{static_cast<std::int64_t>(random.Next())}};
    const std::string value(encoder.EncodeRecord(bytes, version, time));
    const auto record = DecodeRecord(value);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->value, bytes);
    EXPECT_EQ(record->version, version);
    EXPECT_EQ(record->updated_at, time);
  }
}

TEST(MessageCodec, GivesBackTheIdOfANonce) {
  RowEncoder encoder;
  for (const std::uint64_t id : {std::uint64_t{1}, std::uint64_t{123'456'789}, MessageId::kMax}) {
    EXPECT_EQ(DecodeNonce(std::string(encoder.EncodeNonce(MessageId{id}))), MessageId{id});
  }
  EXPECT_FALSE(DecodeNonce(std::string(encoder.EncodeNonce(MessageId{0}))));
  EXPECT_FALSE(DecodeNonce(std::string(encoder.EncodeNonce(MessageId{MessageId::kMax + 1}))));
}

TEST(MessageCodec, RefusesAnEnvelopeThatItDoesNotKnow) {
  RowEncoder encoder;
  std::string value(encoder.EncodeMessage({.content = "hello"}));
  for (int envelope = 0; envelope < 256; ++envelope) {
    value[0] = static_cast<char>(envelope);
    EXPECT_EQ(DecodeMessage(value, MessageId{1}, kEpoch).has_value(), envelope == kValueFormat) << envelope;
    EXPECT_EQ(IsNewerFormat(value), envelope % 16 > kValueFormat) << envelope;
  }
  EXPECT_FALSE(IsNewerFormat(""));
}

}  // namespace
}  // namespace rookery::codec
