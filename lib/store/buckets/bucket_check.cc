#include "store/buckets/bucket_check.h"

#include <algorithm>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "store/buckets/bucket_rows.h"

namespace rookery::store {

using codec::KeyKind;

Status BucketCheck::Enter(std::string_view channel) {
  Leave();
  channel_ = channel;
  const auto take_row = [&](std::uint64_t bucket, std::string_view value) {
    if (skips_(channel, bucket)) return Status();
    if (auto row = codec::DecodeBucket(value)) buckets_[bucket] = {.row = *std::move(row), .stored = true};
    return Status();
  };
  const auto take_mark = [&](std::uint64_t bucket, std::string_view /*value*/) {
    open_.insert(bucket);
    return Status();
  };
  RK_TRY(VisitBucketRows(engine_, keyspace_, snapshot_, KeyKind::kBucket, channel, take_row));
  return VisitBucketRows(engine_, keyspace_, snapshot_, KeyKind::kBucketMark, channel, take_mark);
}

void BucketCheck::Message(MessageId id, std::size_t bytes) {
  const std::uint64_t number = rule_.BucketOf(id);
  Seen& seen = buckets_[number];
  ++seen.live;
  seen.bytes += bytes;
  if (!seen.stored || !seen.row.counted || open_.contains(number)) return;
  const auto is_in = [&](const codec::IdRange& gap) { return gap.contains(id); };
  const bool hidden = !seen.row.ids.contains(id) || std::any_of(seen.row.gaps.begin(), seen.row.gaps.end(), is_in);
  if (hidden) {
    report_(NameOf(number), "message " + std::to_string(id.value) + " lies where nothing should live");
  }
}

void BucketCheck::Leave() {
  for (const auto& [bucket, seen] : buckets_) {
    if (open_.contains(bucket)) continue;
    if (!seen.stored) {
      report_(NameOf(bucket), "it holds " + std::to_string(seen.live) + " messages and has no row");
    } else if (seen.row.counted && seen.row.live != seen.live) {
      report_(NameOf(bucket),
              "its row says " + std::to_string(seen.row.live) + " messages, it holds " + std::to_string(seen.live));
    } else if (seen.row.counted && seen.row.bytes != seen.bytes) {
      report_(NameOf(bucket), "its row says " + std::to_string(seen.row.bytes) + " bytes, its messages have " +
                                  std::to_string(seen.bytes));
    }
  }
  buckets_.clear();
  open_.clear();
}

Status BucketCheck::RowOfEmptyChannel(std::string_view channel, std::uint64_t bucket, const codec::BucketRow& row) {
  if (!row.counted || row.live == 0) return {};
  RK_ASSIGN_OR_RETURN(const bool open, IsOpen(channel, bucket));
  if (open) return {};
  report_("channel " + base::Quoted(channel) + ", bucket " + std::to_string(bucket),
          "its row says " + std::to_string(row.live) + " messages, the channel holds none");
  return {};
}

Result<bool> BucketCheck::IsOpen(std::string_view channel, std::uint64_t bucket) const {
  RK_ASSIGN_OR_RETURN(const auto mark,
                      engine_.Get(keyspace_, codec::BucketKeyOf(KeyKind::kBucketMark, channel, bucket), snapshot_));
  return mark != nullptr;
}

std::string BucketCheck::NameOf(std::uint64_t bucket) const {
  return "channel " + base::Quoted(channel_) + ", bucket " + std::to_string(bucket);
}

}  // namespace rookery::store
