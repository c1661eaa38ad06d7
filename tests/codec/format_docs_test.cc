// The worked examples of docs/format/keys.md and docs/format/values.md are what the encoder makes.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "codec/catalog_format.h"
#include "codec/checksum.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "tests/support/documented_bytes.h"

namespace rookery::codec {
namespace {

using std::chrono::milliseconds;
using testing::DocumentedHexdump;
using testing::Hexdump;

// The example of both pages: posted 2024-01-02T03:04:05.678Z by worker 1, the third message of that millisecond.
constexpr Timestamp kEpoch{milliseconds{631'152'000'000}};
constexpr milliseconds kSinceEpoch = Timestamp{milliseconds{1'704'164'645'678}} - kEpoch;
constexpr MessageId kId{static_cast<std::uint64_t>(kSinceEpoch.count()) << MessageId::kTimeShift | 1 << 12 | 2};
// The id that the store made next.
constexpr AttachmentId kAttachment{kId.value + 1};

void ExpectDocumented(std::string_view page, std::string_view name, std::string_view bytes) {
  EXPECT_EQ(Hexdump(bytes), DocumentedHexdump(page, name)) << page << ", example " << name;
}

TEST(FormatDocs, KeysAreAsDocumented) {
  ASSERT_EQ(kId.value, 4'500'541'231'817'822'210U);
  ExpectDocumented("format/keys.md", "message-key", MessageKeyOf("guild/7/general", kId));
  ExpectDocumented("format/keys.md", "escaped-key", RecordKeyOf(std::string_view("a\0b", 3), "last_read"));
  ExpectDocumented("format/keys.md", "nonce-key", NonceKeyOf("guild/7/general", "7f3a"));
  ExpectDocumented("format/keys.md", "attachment-key", AttachmentKeyOf("guild/7/general", kId, "cat.jpg"));
  ExpectDocumented("format/keys.md", "chunk-key", ChunkKeyOf({"guild/7/general", kId, kAttachment}, 2));
}

TEST(FormatDocs, ValuesAreAsDocumented) {
  RowEncoder encoder;
  ExpectDocumented("format/values.md", "message", encoder.EncodeMessage({.author = "ada", .content = "hello"}));
  const std::array attributes{Attribute{"color", "red"}};
  ExpectDocumented("format/values.md", "edited-message",
                   encoder.EncodeMessage({.author = "ada",
                                          .content = "hello, all",
                                          .attributes = attributes,
                                          .edited_at = kEpoch + kSinceEpoch + milliseconds{60'000},
                                          .version = 2}));
  ExpectDocumented("format/values.md", "record", encoder.EncodeRecord("on", 1, kEpoch + kSinceEpoch));
  ExpectDocumented("format/values.md", "nonce", encoder.EncodeNonce(kId));
  const std::string_view text = "meow";
  ExpectDocumented("format/values.md", "attachment",
                   encoder.EncodeAttachment({.id = kAttachment,
                                             .media_type = "text/plain",
                                             .author = "ada",
                                             .size = text.size(),
                                             .created_at = kEpoch + kSinceEpoch,
                                             .checksum = ChecksumOf(text)}));
  ExpectDocumented("format/values.md", "chunk",
                   encoder.EncodeChunk({.attachment = kAttachment,
                                        .index = 0,
                                        .data = text,
                                        .author = "ada",
                                        .created_at = kEpoch + kSinceEpoch,
                                        .checksum = ChecksumOf(text)}));
}

TEST(FormatDocs, UploadsAreAsDocumented) {
  const Upload upload{.channel = "guild/7/general", .message = kId, .attachment = kAttachment, .chunk_count = 2};
  ExpectDocumented("format/catalog.md", "upload-key", UploadKey(kAttachment));
  ExpectDocumented("format/catalog.md", "upload", EncodeUpload(upload));
}

}  // namespace
}  // namespace rookery::codec
