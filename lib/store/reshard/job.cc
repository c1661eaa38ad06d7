#include "store/reshard/job.h"

#include <cmath>
#include <utility>

#include "base/big_endian.h"
#include "base/byte_reader.h"
#include "base/text.h"
#include "store/reshard/row_fields.h"

namespace rookery::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kPaused = 1;
constexpr std::uint8_t kCopiesAgain = 2;
constexpr double kMillion = 1e6;

std::string InWords(const ResizeShards& resize) { return "resize to " + std::to_string(resize.shards) + " shards"; }
std::string InWords(const SplitShard& split) {
  return "split " + base::ShardName(split.shard) + (split.at.empty() ? "" : " at " + base::Quoted(split.at));
}
std::string InWords(const MergeShards& merge) {
  return "merge " + base::ShardName(merge.from) + " into " + base::ShardName(merge.into);
}
std::string InWords(const MoveChannel& move) {
  return "move channel " + base::Quoted(move.channel) + " to " + base::ShardName(move.to);
}
std::string InWords(const MoveSlots& move) {
  return "move slots " + std::to_string(move.first) + " to " + std::to_string(move.last) + " to " +
         base::ShardName(move.to);
}
std::string InWords(const MoveRange& move) {
  return "move the range from " + base::Quoted(move.lower) + " to " + base::ShardName(move.to);
}
std::string InWords(const RebalanceShards& rebalance) {
  return rebalance.by == ShardWeight::kBytes ? "rebalance by bytes" : "rebalance by messages";
}
std::string InWords(const SpreadChannel& spread) {
  return "spread channel " + base::Quoted(spread.channel) + " over " + std::to_string(spread.shards) + " shards";
}
std::string InWords(const ChangeStrategy& /*change*/) { return "change of strategy"; }

}  // namespace

std::string InWords(const ReshardRequest& request) {
  return std::visit([](const auto& one) { return InWords(one); }, request);
}

std::string EncodeReshardJob(const ReshardJob& job) {
  std::string bytes;
  base::AppendBigEndian(&bytes, kFormat);
  base::AppendBigEndian(&bytes, static_cast<std::uint8_t>(job.phase));
  base::AppendBigEndian(&bytes,
                        static_cast<std::uint8_t>((job.paused ? kPaused : 0) | (job.copies_again ? kCopiesAgain : 0)));
  base::AppendBigEndian(&bytes, static_cast<std::uint64_t>(job.keep.count()));
  base::AppendBigEndian(&bytes, static_cast<std::uint32_t>(std::lround(job.share * kMillion)));
  base::AppendBigEndian(&bytes, job.max_bytes_per_second);
  base::AppendBigEndian(&bytes, job.bytes_total);
  AppendTime(&bytes, job.started_at);
  AppendTime(&bytes, job.switched_at);
  AppendTime(&bytes, job.finished_at);
  AppendText(&bytes, job.paused_reason);
  AppendText(&bytes, job.request);
  AppendText(&bytes, routing::EncodeShardMap(job.before));
  AppendText(&bytes, routing::EncodeShardMap(job.after));
  return bytes;
}

std::optional<ReshardJob> DecodeReshardJob(std::string_view bytes) {
  base::ByteReader reader(bytes);
  if (reader.Number<std::uint8_t>() != kFormat) return std::nullopt;
  ReshardJob job;
  job.phase = static_cast<ReshardPhase>(reader.Number<std::uint8_t>());
  const auto flags = reader.Number<std::uint8_t>();
  job.paused = (flags & kPaused) != 0;
  job.copies_again = (flags & kCopiesAgain) != 0;
  job.keep = std::chrono::milliseconds{static_cast<std::int64_t>(reader.Number<std::uint64_t>())};
  job.share = reader.Number<std::uint32_t>() / kMillion;
  job.max_bytes_per_second = reader.Number<std::uint64_t>();
  job.bytes_total = reader.Number<std::uint64_t>();
  job.started_at = ReadTime(&reader).value_or(Timestamp{});
  job.switched_at = ReadTime(&reader);
  job.finished_at = ReadTime(&reader);
  job.paused_reason = ReadText(&reader);
  job.request = ReadText(&reader);
  auto before = routing::DecodeShardMap(ReadText(&reader));
  auto after = routing::DecodeShardMap(ReadText(&reader));
  if (reader.failed() || reader.left() != 0 || !before || !after) return std::nullopt;
  if (job.phase > ReshardPhase::kReverted || job.share <= 0 || job.share > 1) return std::nullopt;
  job.before = *std::move(before);
  job.after = *std::move(after);
  return job;
}

std::string EncodeReshardProgress(const ReshardProgress& progress) {
  std::string bytes;
  base::AppendBigEndian(&bytes, progress.shard.value);
  base::AppendBigEndian(&bytes, progress.rows);
  base::AppendBigEndian(&bytes, progress.bytes);
  return bytes.append(progress.key);
}

std::optional<ReshardProgress> DecodeReshardProgress(std::string_view bytes) {
  base::ByteReader reader(bytes);
  ReshardProgress progress;
  progress.shard = ShardId{reader.Number<std::uint32_t>()};
  progress.rows = reader.Number<std::uint64_t>();
  progress.bytes = reader.Number<std::uint64_t>();
  progress.key = reader.Bytes(reader.left());
  return reader.failed() ? std::nullopt : std::optional(std::move(progress));
}

}  // namespace rookery::store
