// DecodeBucket: what is handed out hides nothing by itself, and can be written again.
#include "codec/bucket_row.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::MessageId;
using rookery::testing::FuzzCheck;

namespace codec = rookery::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto row = codec::DecodeBucket(rookery::testing::FuzzInput(data, size));
  if (!row) return 0;
  for (const codec::IdRange& gap : row->gaps) {
    FuzzCheck(!gap.empty() && row->ids.lowest < gap.lowest && gap.highest < row->ids.highest, "gaps lie inside");
  }
  FuzzCheck(codec::DecodeBucket(codec::EncodeBucket(*row)) == row, "writing it again changes nothing");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  const codec::IdRange ids{MessageId{10}, MessageId{90}};
  return {codec::EncodeBucket({.live = 3, .deleted = 70, .ids = ids}),
          codec::EncodeBucket({.counted = false, .ids = ids}),
          codec::EncodeBucket(
              {.live = 3, .ids = ids, .gaps = {{MessageId{50}, MessageId{60}}, {MessageId{20}, MessageId{30}}}}),
          codec::EncodeBucketMark()};
}
