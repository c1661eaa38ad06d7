// DecodeChunk: data that is handed out can be read whole, and written again.
#include "codec/checksum.h"
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
  const auto fields = codec::DecodeChunk(row.view());
  if (!fields) return 0;
  FuzzCheck(fields->data.size() <= size, "the data lies within the row");
  FuzzRead(fields->data);
  FuzzRead(fields->author);
  codec::RowEncoder encoder;
  const auto copy = codec::DecodeChunk(encoder.EncodeChunk(*fields));
  FuzzCheck(copy.has_value(), "what was decoded can be written again");
  FuzzCheck(copy->data == fields->data && copy->author == fields->author && copy->attachment == fields->attachment &&
                copy->index == fields->index && copy->created_at == fields->created_at &&
                copy->checksum == fields->checksum,
            "writing it again changes nothing");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  codec::RowEncoder encoder;
  std::vector<std::string> seeds;
  seeds.emplace_back(encoder.EncodeChunk({.attachment = AttachmentId{1}, .data = "bytes"}));
  seeds.emplace_back(encoder.EncodeChunk({.attachment = AttachmentId{2},
                                          .index = 7,
                                          .data = "a longer text, so that there is something to point into",
                                          .author = "ada",
                                          .created_at = Timestamp{std::chrono::milliseconds{1}},
                                          .checksum = codec::ChecksumOf("bytes")}));
  return seeds;
}
