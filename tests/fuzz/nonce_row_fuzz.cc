// DecodeNonce: what is handed out is an id, and can be written again.
#include "codec/message_codec.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::MessageId;
using rookery::testing::FuzzCheck;

namespace codec = rookery::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto id = codec::DecodeNonce(rookery::testing::FuzzInput(data, size));
  if (!id) return 0;
  FuzzCheck(id->valid(), "the id is valid");
  codec::RowEncoder encoder;
  FuzzCheck(codec::DecodeNonce(encoder.EncodeNonce(*id)) == id, "writing it again changes nothing");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  codec::RowEncoder encoder;
  std::vector<std::string> seeds;
  seeds.emplace_back(encoder.EncodeNonce(MessageId{1}));
  seeds.emplace_back(encoder.EncodeNonce(MessageId{MessageId::kMax}));
  return seeds;
}
