// DecodeUpload: what is handed out is an upload, and is written again as the same bytes.
#include "codec/catalog_format.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::MessageId;
using rookery::codec::AttachmentId;
using rookery::testing::FuzzCheck;

namespace codec = rookery::codec;

namespace {

constexpr std::size_t kKeyBytes = 9;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  const std::string_view key = input.substr(0, kKeyBytes);
  const std::string_view value = input.substr(key.size());
  const auto upload = codec::DecodeUpload(key, value);
  if (!upload) return 0;
  FuzzCheck(upload->message.valid(), "the message's id is valid");
  FuzzCheck(codec::UploadKey(upload->attachment) == key && codec::EncodeUpload(*upload) == value,
            "an upload has one encoding");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  const codec::Upload upload{
      .channel = "general", .message = MessageId{5}, .attachment = AttachmentId{6}, .chunk_count = 7};
  return {codec::UploadKey(upload.attachment) + codec::EncodeUpload(upload)};
}
