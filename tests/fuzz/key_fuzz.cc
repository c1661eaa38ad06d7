// DecodeKey: what decodes is what encodes to the same bytes.
#include "codec/key_format.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::MessageId;
using rookery::codec::KeyKind;
using rookery::testing::FuzzCheck;

namespace codec = rookery::codec;

namespace {

std::string EncodedAgain(const codec::DecodedKey& key) {
  switch (key.kind) {
    case KeyKind::kMessage:
      return codec::MessageKeyOf(key.channel, key.id);
    case KeyKind::kRecord:
      return codec::RecordKeyOf(key.channel, key.rest);
    case KeyKind::kNonce:
      return codec::NonceKeyOf(key.channel, key.rest);
    case KeyKind::kBucket:
    case KeyKind::kBucketMark:
      return codec::BucketKeyOf(key.kind, key.channel, key.bucket);
    case KeyKind::kAttachment:
      return codec::AttachmentKeyOf(key.channel, key.id, key.rest);
    case KeyKind::kChunk:
      return codec::ChunkKeyOf({key.channel, key.id, key.attachment}, key.index);
  }
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  const std::size_t prefix = codec::ChannelPrefixLength(input);
  FuzzCheck(prefix <= size, "the prefix lies within the key");
  FuzzCheck(codec::ChannelPrefixLength(input.substr(0, prefix)) == prefix, "a prefix is its own prefix");
  const auto key = codec::DecodeKey(input);
  if (key) FuzzCheck(EncodedAgain(*key) == input, "a key has one encoding");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  const std::string zeros("a\0b\0", 4);
  return {codec::MessageKeyOf("general", MessageId{1}),
          codec::BucketKeyOf(KeyKind::kBucket, "general", 1430),
          codec::BucketKeyOf(KeyKind::kBucketMark, zeros, 0),
          codec::MessageKeyOf(zeros, MessageId{MessageId::kMax}),
          codec::RecordKeyOf("user/42", "last_read"),
          codec::RecordKeyOf(zeros, zeros),
          codec::NonceKeyOf("general", "7f3a"),
          codec::MessageKeyOf(std::string(1024, '\0'), MessageId{7}),
          codec::AttachmentKeyOf(zeros, MessageId{7}, "cat.jpg"),
          codec::ChunkKeyOf({zeros, MessageId{7}, codec::AttachmentId{9}}, 2)};
}
