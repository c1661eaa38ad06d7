// Damaged rows are refused by their checksum. If that fits all the same, every truncation and every flipped bit of
// every kind of row gives nullopt or a view that can be read. Run with the address sanitizer, a read beyond the row
// fails the test: the rows are copied into memory of their size.
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "codec/message_codec.h"
#include "codec/plain_message.h"
#include "codec/row_generated.h"
#include "tests/support/sealed_row.h"
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
  if (value.size() < kHeadLength || !IsPlainMessage(value.substr(kHeadLength))) return;
  flatbuffers::Verifier::Options options;
  options.check_alignment = false;
  const auto* table = reinterpret_cast<const std::uint8_t*>(value.data()) + kHeadLength;
  EXPECT_TRUE(flatbuffers::Verifier(table, value.size() - kHeadLength, options).VerifyBuffer<row::Message>(nullptr));
}

enum class Kind { kMessage, kRecord, kNonce, kAttachment, kChunk };

/// Decodes the bytes, with a checksum that fits, as every kind of row. Returns those that they can be.
std::set<Kind> DecodeAsEverything(std::string_view bytes) {
  const testing::SealedRow sealed(bytes);
  const std::string_view value = sealed.view();
  ExpectNoPlainMessageRefused(value);
  const auto message = DecodeMessage(value, MessageId{1}, Timestamp{});
  if (message) {
    EXPECT_LE(ReadAll(*message), value.size() + 3);
    std::vector<Attribute> storage;
    const std::string again(RowEncoder().EncodeMessage(FieldsOf(*message, &storage)));
    EXPECT_TRUE(DecodeMessage(again, MessageId{1}, Timestamp{}));
  }
  const auto record = DecodeRecord(value);
  EXPECT_LE(std::string(record ? record->value : "").size(), value.size());
  const auto nonce = DecodeNonce(value);
  EXPECT_TRUE(nonce.value_or(MessageId{1}).valid());
  std::set<Kind> kinds;
  if (message) kinds.insert(Kind::kMessage);
  if (record) kinds.insert(Kind::kRecord);
  if (nonce) kinds.insert(Kind::kNonce);
  const auto attachment = DecodeAttachment(value);
  const auto chunk = DecodeChunk(value);
  if (attachment) {
    EXPECT_LE(std::string(attachment->media_type).size() + std::string(attachment->author).size(), 2 * value.size());
    EXPECT_TRUE(DecodeAttachment(RowEncoder().EncodeAttachment(*attachment)));
    kinds.insert(Kind::kAttachment);
  }
  if (chunk) {
    EXPECT_LE(std::string(chunk->data).size() + std::string(chunk->author).size(), 2 * value.size());
    EXPECT_TRUE(DecodeChunk(RowEncoder().EncodeChunk(*chunk)));
    kinds.insert(Kind::kChunk);
  }
  return kinds;
}

bool IsAnyRow(std::string_view value) {
  return DecodeMessage(value, MessageId{1}, Timestamp{}) || DecodeRecord(value) || DecodeNonce(value) ||
         DecodeAttachment(value) || DecodeChunk(value);
}

std::string WithFlippedBit(std::string row, std::size_t bit) {
  row[bit / 8] = static_cast<char>(row[bit / 8] ^ 1 << bit % 8);
  return row;
}

/// Behind the last text of a row, to make the length of its table a multiple of 4.
constexpr std::size_t kMostPadding = 3;

struct Row {
  Kind kind;
  std::string bytes;
};

std::vector<Row> Rows() {
  RowEncoder encoder;
  const std::array attributes{Attribute{"color", "red"}, Attribute{"shape", ""}, Attribute{"size", "large"}};
  std::vector<Row> rows;
  rows.push_back({Kind::kMessage, std::string(encoder.EncodeMessage({}))});
  rows.push_back({Kind::kMessage, std::string(encoder.EncodeMessage({.author = "ada", .content = "hello"}))});
  rows.push_back(
      {Kind::kMessage, std::string(encoder.EncodeMessage({.author = "ada",
                                                          .content = "a longer text, to have some bytes to point into",
                                                          .reply_to = MessageId{7},
                                                          .nonce = "nonce",
                                                          .nonce_remembered = true,
                                                          .attributes = attributes,
                                                          .created_at = Timestamp{std::chrono::milliseconds{1}},
                                                          .edited_at = Timestamp{std::chrono::milliseconds{2}},
                                                          .version = 2,
                                                          .flags = 3}))});
  rows.push_back(
      {Kind::kRecord, std::string(encoder.EncodeRecord("value", 2, Timestamp{std::chrono::milliseconds{3}}))});
  rows.push_back({Kind::kNonce, std::string(encoder.EncodeNonce(MessageId{4}))});
  rows.push_back({Kind::kAttachment, std::string(encoder.EncodeAttachment({.id = AttachmentId{5},
                                                                           .media_type = "text/plain",
                                                                           .author = "ada",
                                                                           .size = 3'000'000,
                                                                           .created_at = Timestamp{},
                                                                           .checksum = {1, 2}}))});
  rows.push_back({Kind::kChunk, std::string(encoder.EncodeChunk({.attachment = AttachmentId{5},
                                                                 .index = 2,
                                                                 .data = "the bytes of a chunk",
                                                                 .author = "ada",
                                                                 .created_at = Timestamp{},
                                                                 .checksum = {1, 2}}))});
  return rows;
}

TEST(HostileRows, ARowThatIsCutShortIsNotOfItsKind) {
  for (const auto& [kind, row] : Rows()) {
    EXPECT_TRUE(DecodeAsEverything(row).contains(kind));
    for (std::size_t size = 0; size < row.size(); ++size) {
      const bool is_row = DecodeAsEverything(row.substr(0, size)).contains(kind);
      EXPECT_TRUE(!is_row || size + kMostPadding >= row.size()) << size << " bytes";
    }
  }
}

TEST(HostileRows, EveryFlippedBitIsRefusedOrReadSafely) {
  for (const auto& [kind, row] : Rows()) {
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < 8 * row.size(); ++bit) {
      const std::set<Kind> kinds = DecodeAsEverything(WithFlippedBit(row, bit));
      EXPECT_TRUE(bit >= 8 || kinds.empty()) << "an envelope of another format";
      refused += kinds.contains(kind) ? 0 : 1;
    }
    // Those of the envelope, and most of those that say where things are.
    EXPECT_GT(refused, 8 + 32U);
  }
}

TEST(HostileRows, DamageDoesNotFitTheChecksum) {
  for (const auto& [kind, row] : Rows()) {
    EXPECT_TRUE(IsAnyRow(row));
    for (std::size_t bit = 0; bit < 8 * row.size(); ++bit) EXPECT_FALSE(IsAnyRow(WithFlippedBit(row, bit))) << bit;
    for (std::size_t size = 0; size < row.size(); ++size) EXPECT_FALSE(IsAnyRow(row.substr(0, size))) << size;
    EXPECT_FALSE(IsAnyRow(row + '\0'));
  }
}

TEST(HostileRows, RandomDamageIsRefusedOrReadSafely) {
  testing::SeededRandom random(21);
  SCOPED_TRACE(random.trace());
  const std::vector<Row> rows = Rows();
  constexpr int kRounds = 30'000;
  int accepted = 0;
  for (int i = 0; i < kRounds; ++i) {
    std::string row = rows[random.Below(rows.size())].bytes;
    for (std::uint64_t damage = 1 + random.Below(8); damage > 0; --damage) {
      row[kHeadLength + random.Below(row.size() - kHeadLength)] =
          static_cast<char>(random.OneIn(2) ? random.Below(16) : random.Next());
    }
    accepted += DecodeAsEverything(row).empty() ? 0 : 1;
  }
  // Both ways were tried: damage that a decoder notices, and damage that only a reader would.
  EXPECT_GT(accepted, kRounds / 10);
  EXPECT_LT(accepted, kRounds - kRounds / 10);
}

TEST(HostileRows, AnAttachmentWhoseChunksDoNotFitItsSizeIsRefused) {
  flatbuffers::FlatBufferBuilder builder;
  const auto value_of = [&](std::uint64_t id, std::uint64_t size, std::uint32_t chunks) {
    builder.Clear();
    builder.Finish(row::CreateAttachment(builder, 0, 0, id, size, chunks));
    return testing::RowOf(builder);
  };
  EXPECT_TRUE(DecodeAttachment(value_of(1, 2 * kChunkBytes, 2)));
  EXPECT_FALSE(DecodeAttachment(value_of(1, 2 * kChunkBytes, 3)));
  EXPECT_FALSE(DecodeAttachment(value_of(1, 2 * kChunkBytes + 1, 2)));
  EXPECT_FALSE(DecodeAttachment(value_of(0, 2 * kChunkBytes, 2)));
  EXPECT_FALSE(DecodeAttachment(value_of(1, std::numeric_limits<std::uint64_t>::max(), 0)));
}

TEST(HostileRows, AChunkThatStatesAnotherSizeIsRefused) {
  const std::vector<std::uint8_t> bytes(100, 'x');
  for (const std::uint32_t size : {99U, 100U, 101U}) {
    flatbuffers::FlatBufferBuilder builder;
    const auto data = builder.CreateVector(bytes);
    builder.Finish(row::CreateChunk(builder, data, 0, 1, 0, size));
    EXPECT_EQ(DecodeChunk(testing::RowOf(builder)).has_value(), size == 100);
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
  EXPECT_FALSE(DecodeMessage(testing::RowOf(builder), MessageId{1}, Timestamp{}));
}

}  // namespace
}  // namespace rookery::codec
