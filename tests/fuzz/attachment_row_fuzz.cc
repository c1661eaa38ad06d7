// DecodeAttachment: fields that are handed out can be read whole, and written again.
#include "codec/message_codec.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/sealed_row.h"

using rookery::Timestamp;
using rookery::codec::AttachmentId;
using rookery::testing::FuzzCheck;
using rookery::testing::FuzzRead;

namespace codec = rookery::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // With a checksum that fits, or nothing would come to what is behind it.
  const rookery::testing::SealedRow row(rookery::testing::FuzzInput(data, size));
  const auto fields = codec::DecodeAttachment(row.view());
  if (!fields) return 0;
  FuzzRead(fields->media_type);
  FuzzRead(fields->author);
  FuzzCheck(fields->id.value != 0, "the id is not 0");
  if (fields->size > 0) {
    const std::size_t last = codec::SizeOfChunk(fields->size, fields->chunk_count() - 1);
    FuzzCheck(last >= 1 && last <= codec::kChunkBytes, "the last chunk is not empty and not too large");
  }
  codec::RowEncoder encoder;
  const auto copy = codec::DecodeAttachment(encoder.EncodeAttachment(*fields));
  FuzzCheck(copy.has_value(), "what was decoded can be written again");
  FuzzCheck(copy->media_type == fields->media_type && copy->author == fields->author && copy->id == fields->id &&
                copy->size == fields->size && copy->created_at == fields->created_at &&
                copy->checksum == fields->checksum,
            "writing it again changes nothing");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  codec::RowEncoder encoder;
  std::vector<std::string> seeds;
  seeds.emplace_back(encoder.EncodeAttachment({.id = AttachmentId{1}}));
  seeds.emplace_back(encoder.EncodeAttachment({.id = AttachmentId{2},
                                               .media_type = "image/jpeg",
                                               .author = "ada",
                                               .size = 3'000'000,
                                               .created_at = Timestamp{std::chrono::milliseconds{1}},
                                               .checksum = {1, 2}}));
  return seeds;
}
