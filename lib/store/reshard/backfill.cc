#include "store/reshard/backfill.h"

#include <string>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "store/reshard/some_rows.h"

namespace rookery::store {
namespace {

using Clock = std::chrono::steady_clock;

/// What a batch copies: others wait for it, for about half a millisecond.
constexpr std::size_t kBatchBytes = std::size_t{256} << 10;
constexpr std::size_t kBatchRows = 1024;
/// How long one state is read: what is written meanwhile is remembered.
constexpr std::chrono::milliseconds kSegment{200};
/// While others write, so many times as long as a batch kept them out they are let in.
constexpr int kCourtesy = 4;

class OpenWindow {
 public:
  explicit OpenWindow(Mirror* mirror) : mirror_(*mirror) { mirror_.OpenWindow(); }
  ~OpenWindow() { mirror_.CloseWindow(); }
  OpenWindow(const OpenWindow&) = delete;
  OpenWindow& operator=(const OpenWindow&) = delete;

 private:
  Mirror& mirror_;
};

}  // namespace

Result<Backfill::Segment> Backfill::CopySome(ReshardProgress* progress, Length length) {
  Segment segment;
  if (progress->shard.value >= context_.routes.families()) {
    segment.more = false;
    return segment;
  }
  const Clock::time_point began = Clock::now();
  const OpenWindow window(&mirror_);
  const auto snapshot = context_.NewSnapshot();
  const auto scratch = committer_.NewScratch();
  engine::Batch& batch = *scratch->batch;
  std::vector<std::string> placed;
  ShardId to;
  const auto wanted = [&](const routing::Part& part) {
    const Mirror::Places places = mirror_.Place(part, &batch, &placed);
    to = places.after;
    return places.moves() && places.before == progress->shard;
  };
  SomeRows rows(context_, progress->shard, *snapshot, progress->key, SomeRows::Filter::Of(mirror_, wanted), &stop_);
  for (bool more = true; more;) {
    ReshardProgress next = *progress;
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (; rows.valid() && bytes < kBatchBytes && count < kBatchRows; rows.Next(), ++count) {
      batch.Put(context_.KeyspaceOf(to), rows.key(), rows.value());
      bytes += rows.key().size() + rows.value().size();
    }
    RK_TRY(rows.status());
    more = rows.valid();
    next.rows += count;
    next.bytes += bytes;
    next.key = more ? std::string(rows.key()) : std::string();
    if (!more) next.shard = ShardId{next.shard.value + 1};
    catalog_.PutReshardProgress(&batch, next);
    RK_ASSIGN_OR_RETURN(const auto alone, Write(&batch));
    mirror_.Remembered(std::exchange(placed, {}));
    *progress = std::move(next);
    batch.Clear();
    segment.bytes += bytes;
    segment.busy = Clock::now() - began;
    const std::uint64_t batches = mirror_.batches();
    if (std::exchange(batches_of_others_, batches) != batches) segment.least_pause = alone * kCourtesy;
    const bool goes_on = length == Length::kUntilOthersWrite && segment.least_pause.count() == 0;
    if (!goes_on || segment.busy > kSegment) break;
  }
  return segment;
}

Result<std::chrono::nanoseconds> Backfill::Write(engine::Batch* copies) {
  const auto rest = committer_.NewScratch();
  Clock::time_point began;
  RK_TRY(committer_.CommitAlone([&]() -> engine::Batch& {
    began = Clock::now();
    if (mirror_.untouched()) return *copies;
    rest->batch->Clear();
    mirror_.KeepUntouched(*copies, rest->batch.get());
    return *rest->batch;
  }));
  return std::chrono::nanoseconds(Clock::now() - began);
}

}  // namespace rookery::store
