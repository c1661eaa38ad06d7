// The catalog's values: round trips, and refusal of other lengths.
#include "codec/catalog_format.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace rookery::codec {
namespace {

TEST(CatalogFormat, GivesBackNumbers) {
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{258}, std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(DecodeU64(EncodeU64(value)), value);
  }
  const DirectoryRow plain{.shard = ShardId{4095}};
  EXPECT_EQ(DecodeDirectoryRow(EncodeDirectoryRow(plain)), plain);
  const DirectoryRow moved{.shard = ShardId{1}, .moves = {{Epoch{2}, ShardId{7}}, {Epoch{9}, ShardId{0}}}};
  EXPECT_EQ(DecodeDirectoryRow(EncodeDirectoryRow(moved)), moved);
}

TEST(CatalogFormat, GivesBackLoads) {
  const std::array<std::pair<std::uint64_t, std::uint64_t>, 2> loads{{{1, 2}, {3, std::uint64_t{1} << 40}}};
  const auto decoded = DecodeLoads(EncodeLoads(loads));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, (std::vector<std::pair<std::uint64_t, std::uint64_t>>(loads.begin(), loads.end())));
}

TEST(CatalogFormat, GivesBackTheIdentity) {
  const auto identity = DecodeIdentity(EncodeIdentity({.format = 7, .store_id = std::string(32, 'a')}));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->format, 7U);
  EXPECT_EQ(identity->store_id, std::string(32, 'a'));
}

TEST(CatalogFormat, GivesBackUploads) {
  const Upload upload{
      .channel = std::string("a\0b", 3), .message = MessageId{5}, .attachment = AttachmentId{6}, .chunk_count = 7};
  const auto decoded = DecodeUpload(UploadKey(upload.attachment), EncodeUpload(upload));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->channel, upload.channel);
  EXPECT_EQ(decoded->message, upload.message);
  EXPECT_EQ(decoded->attachment, upload.attachment);
  EXPECT_EQ(decoded->chunk_count, upload.chunk_count);
}

TEST(CatalogFormat, RefusesUploadsThatAreNone) {
  const Upload good{.channel = "c", .message = MessageId{5}, .attachment = AttachmentId{6}, .chunk_count = 7};
  const std::string key = UploadKey(good.attachment);
  const std::string value = EncodeUpload(good);
  EXPECT_FALSE(DecodeUpload(key.substr(1), value));
  EXPECT_FALSE(DecodeUpload(UploadKey(AttachmentId{}), value));
  EXPECT_FALSE(DecodeUpload(key, value.substr(0, 12))) << "no channel";
  EXPECT_FALSE(DecodeUpload(key, value + std::string(1024, 'c'))) << "a channel of 1025 bytes";
  EXPECT_FALSE(DecodeUpload(key, std::string(12, '\0') + "c")) << "message 0";
}

TEST(CatalogFormat, RefusesOtherLengths) {
  EXPECT_FALSE(DecodeU64(std::string(7, '\0')));
  EXPECT_FALSE(DecodeDirectoryRow(std::string(5, '\0')));
  EXPECT_FALSE(DecodeDirectoryRow(""));
  const DirectoryRow backwards{.shard = ShardId{1}, .moves = {{Epoch{9}, ShardId{7}}, {Epoch{2}, ShardId{0}}}};
  EXPECT_FALSE(DecodeDirectoryRow(EncodeDirectoryRow(backwards)));
  EXPECT_FALSE(DecodeLoads(std::string(17, '\0')));
  EXPECT_FALSE(DecodeIdentity(std::string(35, '\0')));
}

TEST(CatalogFormat, KeepsDirectoryEntriesInTheOrderOfTheirChannels) {
  EXPECT_LT(DirectoryKey("a"), DirectoryKey("b"));
  EXPECT_TRUE(DirectoryKey("a").starts_with(kDirectoryPrefix));
}

}  // namespace
}  // namespace rookery::codec
