// Damaged rows: every truncation and every flipped bit of every kind of row gives nullopt or a view that can be read.
// Run with the address sanitizer, a read beyond the row fails the test: the rows are copied into memory of their size.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "codec/message_codec.h"
#include "codec/plain_message.h"
#include "codec/row_generated.h"
#include "tests/support/seeded_random.h"

namespace rookery::codec {
namespace {

/// Reads every byte that a message hands out, and says how many.
std::size_t ReadAll(const MessageView& view) {
  std::size_t bytes = 0;
  const auto read = [&](std::string_view text) { bytes += std::string(text).size(); };
  read(view.author());
  read(view.content());
  read(view.nonce());
  for (const Attribute& attribute : view.attributes()) {
    read(attribute.name);
    read(attribute.value);
    EXPECT_TRUE(view.attribute(attribute.name));
  }
  static_cast<void>(view.created_at());
  static_cast<void>(view.edited_at());
  static_cast<void>(view.reply_to());
  return bytes + (view.nonce_remembered() ? 1 : 0) + view.version().value % 2 + view.flags() % 2;
}

/// What the quick check accepts, the general verifier accepts.
void ExpectNoPlainMessageRefused(std::string_view value) {
  if (value.empty() || !IsPlainMessage(value.substr(1))) return;
  flatbuffers::Verifier::Options options;
  options.check_alignment = false;
  const auto* table = reinterpret_cast<const std::uint8_t*>(value.data()) + 1;
  EXPECT_TRUE(flatbuffers::Verifier(table, value.size() - 1, options).VerifyBuffer<row::Message>(nullptr));
}

/// Decodes a copy of the bytes that ends where they end, as every kind of row.
void DecodeAsEverything(std::string_view bytes) {
  const auto copy = std::make_unique<char[]>(bytes.size());
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  const std::string_view value(copy.get(), bytes.size());
  ExpectNoPlainMessageRefused(value);
  if (const auto message = DecodeMessage(value, MessageId{1}, Timestamp{})) {
    EXPECT_LE(ReadAll(*message), value.size() + 3);
    std::vector<Attribute> storage;
    const std::string again(RowEncoder().EncodeMessage(FieldsOf(*message, &storage)));
    EXPECT_TRUE(DecodeMessage(again, MessageId{1}, Timestamp{}));
  }
  const auto record = DecodeRecord(value);
  EXPECT_LE(std::string(record ? record->value : "").size(), value.size());
  EXPECT_TRUE(DecodeNonce(value).value_or(MessageId{1}).valid());
}

std::vector<std::string> Rows() {
  RowEncoder encoder;
  const std::array attributes{Attribute{"color", "red"}, Attribute{"shape", ""}, Attribute{"size", "large"}};
  std::vector<std::string> rows;
  rows.emplace_back(encoder.EncodeMessage({}));
  rows.emplace_back(encoder.EncodeMessage({.author = "ada", .content = "hello"}));
  rows.emplace_back(encoder.EncodeMessage({.author = "ada",
                                           .content = "a longer text, to have some bytes to point into",
                                           .reply_to = MessageId{7},
                                           .nonce = "nonce",
                                           .nonce_remembered = true,
                                           .attributes = attributes,
                                           .created_at = Timestamp{std::chrono::milliseconds{1}},
                                           .edited_at = Timestamp{std::chrono::milliseconds{2}},
                                           .version = 2,
                                           .flags = 3}));
  rows.emplace_back(encoder.EncodeRecord("value", 2, Timestamp{std::chrono::milliseconds{3}}));
  rows.emplace_back(encoder.EncodeNonce(MessageId{4}));
  return rows;
}

TEST(HostileRows, EveryTruncationIsSafe) {
  for (const std::string& row : Rows()) {
    for (std::size_t size = 0; size <= row.size(); ++size) DecodeAsEverything(std::string_view(row).substr(0, size));
  }
}

TEST(HostileRows, EveryFlippedBitIsSafe) {
  for (std::string row : Rows()) {
    for (std::size_t bit = 0; bit < 8 * row.size(); ++bit) {
      const char mask = static_cast<char>(1 << bit % 8);
      row[bit / 8] = static_cast<char>(row[bit / 8] ^ mask);
      DecodeAsEverything(row);
      row[bit / 8] = static_cast<char>(row[bit / 8] ^ mask);
    }
  }
}

TEST(HostileRows, RandomDamageIsSafe) {
  testing::SeededRandom random(21);
  SCOPED_TRACE(random.trace());
  const std::vector<std::string> rows = Rows();
  for (int i = 0; i < 30'000; ++i) {
    std::string row = rows[random.Below(rows.size())];
    for (std::uint64_t damage = 1 + random.Below(8); damage > 0; --damage) {
      row[1 + random.Below(row.size() - 1)] = static_cast<char>(random.OneIn(2) ? random.Below(16) : random.Next());
    }
    DecodeAsEverything(row);
  }
}

TEST(HostileRows, NothingAndNoiseAreNoRows) {
  EXPECT_FALSE(DecodeMessage("", MessageId{1}, Timestamp{}));
  EXPECT_FALSE(DecodeMessage("\x01", MessageId{1}, Timestamp{}));
  EXPECT_FALSE(DecodeRecord(""));
  EXPECT_FALSE(DecodeNonce(std::string(64, '\x01')));
  EXPECT_FALSE(DecodeMessage(std::string(64, '\xFF'), MessageId{1}, Timestamp{}));
}

TEST(HostileRows, FieldsThatShareBytesAreRefused) {
  // Small rows could otherwise claim any size, and be written again at that size.
  const std::vector<std::uint8_t> bytes(1000, 'x');
  flatbuffers::FlatBufferBuilder builder;
  const auto shared = builder.CreateVector(bytes);
  builder.Finish(row::CreateMessage(builder, shared, shared));
  const std::string value =
      '\x01' + std::string(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  EXPECT_FALSE(DecodeMessage(value, MessageId{1}, Timestamp{}));
}

}  // namespace
}  // namespace rookery::codec
