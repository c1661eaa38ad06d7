#include "store/buckets/live_reader.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "base/macros.h"
#include "codec/key_format.h"

namespace rookery::store {
namespace {

using codec::IdRange;
using engine::Direction;

/// How often a plan is made anew when posts come between it and the snapshot.
constexpr int kAttempts = 4;
constexpr IdRange kAllIds{MessageId{1}, MessageId{MessageId::kMax}};
/// The page that a probe reads.
constexpr std::size_t kProbedRows = 50;

/// Passes rows on, and notes between which of them the cursor stepped over many tombstones.
class GraveSink final : public engine::RowSink {
 public:
  GraveSink(const engine::Cursor& cursor, const IdRange& span, Direction direction, engine::RowSink* inner)
      : cursor_(cursor), rest_(span), direction_(direction), inner_(*inner) {}

  bool Take(std::string_view key, std::string_view value) override {
    const MessageId id = codec::MessageIdOf(key);
    NoteStretch(id);
    // What is yet to come lies beyond this row.
    (direction_ == Direction::kForward ? rest_.highest : rest_.lowest) =
        MessageId{direction_ == Direction::kForward ? id.value - 1 : id.value + 1};
    if (!inner_.Take(key, value)) return false;
    ++taken_;
    return true;
  }
  /// The cursor has come to the end of the span. One of many costs a seek, so it is worth learning that it is empty,
  /// however few tombstones it has.
  void End(bool one_of_many) {
    if (one_of_many && taken_ == 0) {
      gaps_.push_back(rest_);
    } else {
      NoteStretch(std::nullopt);
    }
  }

  std::size_t taken() const { return taken_; }
  const std::vector<IdRange>& gaps() const { return gaps_; }

 private:
  /// From the row before, or the span's beginning, to the row `id`, or the span's end.
  void NoteStretch(std::optional<MessageId> id) {
    const std::uint64_t stepped = cursor_.stepped();
    if (stepped - std::exchange(stepped_, stepped) < kGraveyard) return;
    IdRange gap = rest_;
    if (id && direction_ == Direction::kForward) gap.lowest = MessageId{id->value + 1};
    if (id && direction_ == Direction::kBackward) gap.highest = MessageId{id->value - 1};
    if (!gap.empty()) gaps_.push_back(gap);
  }

  const engine::Cursor& cursor_;
  IdRange rest_;
  const Direction direction_;
  engine::RowSink& inner_;
  std::uint64_t stepped_ = 0;
  std::size_t taken_ = 0;
  std::vector<IdRange> gaps_;
};

class NullSink final : public engine::RowSink {
 public:
  bool Take(std::string_view /*key*/, std::string_view /*value*/) override { return true; }
};

}  // namespace

Result<std::optional<LiveReader>> LiveReader::New(const Context& context, std::string_view channel, Effort effort) {
  BucketMap& map = *context.buckets;
  for (int attempt = 0; attempt < kAttempts && map.complete(); ++attempt) {
    // Only while no post is under way does a stretch without messages stay one until a post says otherwise.
    base::FairSharedMutex& mutex = context.channel_locks.For(channel);
    std::unique_lock lock(mutex, std::try_to_lock);
    if (!lock && effort == Effort::kWait && mutex.lock_unless_closed()) lock = std::unique_lock(mutex, std::adopt_lock);
    const bool is_spread = context.routes->SpreadOf(channel) != nullptr;
    const auto spans = is_spread ? ChannelBuckets::Spans::kOfBuckets : ChannelBuckets::Spans::kLong;
    RK_ASSIGN_OR_RETURN(ReadPlan plan,
                        map.WithLoaded(channel, [spans](ChannelBuckets& buckets) { return buckets.Plan(spans); }));
    if (plan.whole) return std::optional<LiveReader>();
    auto snapshot = context.NewSnapshot();
    const bool holds = map.With(channel, [&](ChannelBuckets& buckets) { return buckets.StillHolds(plan); });
    if (!holds || !map.complete()) continue;
    const routing::Router& router = context.routes.At(snapshot.get());
    if (is_spread != (router.SpreadOf(channel) != nullptr)) continue;
    if (!router.Find(channel)) return std::optional<LiveReader>();
    return std::optional(LiveReader(context, router, channel, std::move(plan), std::move(snapshot), lock.owns_lock()));
  }
  return std::optional<LiveReader>();
}

Result<bool> LiveReader::Run(const IdRange& range, Direction direction, std::size_t limit, engine::RowSink* sink) {
  std::vector<IdRange> spans = plan_.spans;
  if (direction == Direction::kBackward) std::reverse(spans.begin(), spans.end());
  std::size_t taken = 0;
  for (const IdRange& span : spans) {
    const IdRange part = Overlap(span, range);
    if (part.empty()) continue;
    RK_ASSIGN_OR_RETURN(const bool more, RunSpan(part, part == span, direction, limit - taken, sink, &taken));
    if (more) return true;
  }
  return false;
}

Result<bool> LiveReader::RunSpan(const IdRange& span, bool is_whole, Direction direction, std::size_t limit,
                                 engine::RowSink* sink, std::size_t* taken) {
  const codec::KeyRange keys = codec::MessageKeysOf(channel_, span);
  // Of a spread channel a span is within one bucket.
  const engine::KeyspaceId keyspace = context_->KeyspaceOf(*context_->FindMessage(*router_, channel_, span.lowest));
  const auto cursor =
      context_->engine->NewCursor(keyspace, {.lower = keys.lower, .upper = keys.upper, .snapshot = snapshot_.get()});
  GraveSink graves(*cursor, span, direction, sink);
  direction == Direction::kForward ? cursor->SeekToFirst() : cursor->SeekToLast();
  cursor->Run(limit, direction, &graves);
  if (!cursor->valid()) {
    RK_TRY(cursor->status());
    graves.End(is_whole && plan_.spans.size() > 1);
  }
  *taken += graves.taken();
  if (may_learn_ && !graves.gaps().empty()) Learn(graves.gaps());
  return cursor->valid();
}

void LiveReader::Learn(const std::vector<IdRange>& gaps) {
  context_->buckets->With(channel_, [&](ChannelBuckets& buckets) {
    for (const IdRange& gap : gaps) buckets.Learn(context_->buckets->rule(), plan_, gap);
  });
}

void LiveReader::Suspect(const Context& context, std::string_view channel) {
  context.buckets->With(channel, [](ChannelBuckets& buckets) { buckets.Suspect(); });
}

Status LiveReader::Probe(const Context& context, std::string_view channel, MessageId deleted, Effort effort) {
  RK_ASSIGN_OR_RETURN(auto reader, New(context, channel, effort));
  if (!reader || !reader->may_learn_) return {};
  NullSink sink;
  RK_TRY(reader->Run(kAllIds, Direction::kForward, kProbedRows, &sink).status());
  // What a reader would step over who comes from above, and from below.
  RK_TRY(reader->Run({kAllIds.lowest, deleted}, Direction::kForward, 1, &sink).status());
  RK_TRY(reader->Run({deleted, kAllIds.highest}, Direction::kBackward, 1, &sink).status());
  context.buckets->With(channel, [&](ChannelBuckets& buckets) { buckets.Probed(context.buckets->rule(), deleted); });
  return {};
}

}  // namespace rookery::store
