// DecodeRecord: a value that is handed out can be read whole, and written again.
#include "codec/message_codec.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/sealed_row.h"

using rookery::Timestamp;
using rookery::testing::FuzzCheck;

namespace codec = rookery::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // With a checksum that fits, or nothing would come to what is behind it.
  const rookery::testing::SealedRow row(rookery::testing::FuzzInput(data, size));
  const auto record = codec::DecodeRecord(row.view());
  if (!record) return 0;
  FuzzCheck(record->value.size() <= size, "the value lies within the row");
  rookery::testing::FuzzRead(record->value);
  codec::RowEncoder encoder;
  const auto copy = codec::DecodeRecord(encoder.EncodeRecord(record->value, record->version, record->updated_at));
  FuzzCheck(copy.has_value(), "what was decoded can be written again");
  FuzzCheck(copy->value == record->value && copy->version == record->version && copy->updated_at == record->updated_at,
            "writing it again changes nothing");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  codec::RowEncoder encoder;
  std::vector<std::string> seeds;
  seeds.emplace_back(encoder.EncodeRecord("", 1, Timestamp{}));
  seeds.emplace_back(encoder.EncodeRecord("value", 1, Timestamp{std::chrono::milliseconds{1}}));
  seeds.emplace_back(encoder.EncodeRecord(std::string(200, 'v'), 9, Timestamp{std::chrono::milliseconds{-1}}));
  return seeds;
}
