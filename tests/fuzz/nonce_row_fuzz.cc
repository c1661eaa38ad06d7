// DecodeNonce: what is handed out is an id, and can be written again.
#include "codec/message_codec.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/sealed_row.h"

using rookery::MessageId;
using rookery::testing::FuzzCheck;

namespace codec = rookery::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // With a checksum that fits, or nothing would come to what is behind it.
  const rookery::testing::SealedRow row(rookery::testing::FuzzInput(data, size));
  const auto id = codec::DecodeNonce(row.view());
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
