// The catalog's rows that have no target of their own: of rules, of autopilot, of reshard jobs, of places, of loads and
// of identity. What is handed out is written again as bytes that are read as the same.
#include "codec/catalog_format.h"
#include "store/reshard/autopilot_row.h"
#include "store/reshard/job.h"
#include "store/retention/retention_rules.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::testing::FuzzCheck;

namespace codec = rookery::codec;
namespace store = rookery::store;

namespace {

template <typename Decode, typename Encode>
void Check(std::string_view input, Decode decode, Encode encode) {
  const auto row = decode(input);
  if (!row) return;
  const std::string bytes = encode(*row);
  const auto again = decode(bytes);
  FuzzCheck(again.has_value(), "what is written is read");
  FuzzCheck(encode(*again) == bytes, "and is written as the same");
}

store::ReshardJob Job() {
  store::ReshardJob job;
  job.request = "resize to 2 shards";
  job.before.shards = 1;
  job.after.shards = 2;
  return job;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  Check(input, store::DecodeRetentionLimits, store::EncodeRetentionLimits);
  Check(input, store::DecodeAutopilotRow, store::EncodeAutopilotRow);
  Check(input, store::DecodeReshardJob, store::EncodeReshardJob);
  Check(input, store::DecodeReshardProgress, store::EncodeReshardProgress);
  Check(input, codec::DecodeDirectoryRow, codec::EncodeDirectoryRow);
  Check(input, codec::DecodeIdentity, codec::EncodeIdentity);
  Check(input, codec::DecodeLoads, [](const auto& loads) { return codec::EncodeLoads(loads); });
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  store::AutopilotRow autopilot{.day = 20'000, .copied = 9};
  autopilot.entries.push_back({.decided_at = {}, .request = "split", .reason = "too large", .bytes = 5, .epoch = {}});
  const std::vector<std::pair<std::uint64_t, std::uint64_t>> loads{{1, 2}, {3, 4}};
  return {store::EncodeRetentionLimits({.max_age = std::chrono::hours{1}, .max_messages = 5}),
          store::EncodeAutopilotRow(autopilot),
          store::EncodeReshardJob(Job()),
          store::EncodeReshardProgress({.shard = {}, .key = "key", .rows = 1, .bytes = 2}),
          codec::EncodeDirectoryRow({.shard = {}, .moves = {}}),
          codec::EncodeIdentity({.format = 1, .store_id = std::string(32, 'a')}),
          codec::EncodeLoads(loads)};
}
