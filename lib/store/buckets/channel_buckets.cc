#include "store/buckets/channel_buckets.h"

#include <algorithm>

namespace rookery::store {
namespace {

using codec::IdRange;

/// What is left of the gaps when messages may lie in `range`.
void DropGapsIn(std::vector<IdRange>* gaps, const IdRange& range) {
  std::erase_if(*gaps, [&](const IdRange& gap) { return !Overlap(gap, range).empty(); });
}

/// Of the first one that is not newer than `bucket`.
template <typename Buckets>
auto PlaceOf(Buckets* buckets, std::uint64_t bucket) {
  // Nearly always the newest one.
  if (!buckets->empty() && buckets->front().number <= bucket) return buckets->begin();
  return std::partition_point(buckets->begin(), buckets->end(), [&](const Bucket& b) { return b.number > bucket; });
}

}  // namespace

Tally TallyOf(const Bucket& bucket) {
  const auto or_none = [](std::int64_t count) { return static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0)); };
  return {.live = or_none(bucket.live), .bytes = or_none(bucket.bytes), .ids = bucket.ids};
}

Bucket& ChannelBuckets::Touch(std::uint64_t bucket) {
  const auto at = PlaceOf(&buckets_, bucket);
  if (at != buckets_.end() && at->number == bucket) return *at;
  // Nothing was stored of it, if all that is stored is here.
  return *buckets_.insert(at, Bucket{.number = bucket, .counted = loaded_});
}

const Bucket* ChannelBuckets::Find(std::uint64_t bucket) const {
  const auto at = PlaceOf(&buckets_, bucket);
  return at != buckets_.end() && at->number == bucket ? &*at : nullptr;
}

Bucket* ChannelBuckets::FindMutable(std::uint64_t bucket) { return const_cast<Bucket*>(Find(bucket)); }

bool ChannelBuckets::Posting(const BucketRule& rule, MessageId id, std::size_t bytes) {
  ++posts_;
  if (id <= newest_) ++late_posts_;
  newest_ = std::max(newest_, id);
  Bucket& bucket = Touch(rule.BucketOf(id));
  ++bucket.live;
  bucket.bytes += static_cast<std::int64_t>(bytes);
  bucket.changes = ++stamp_;
  bucket.dirty = true;
  if (!bucket.gaps.empty()) DropGapsIn(&bucket.gaps, {id, id});
  // Between the old end and the new one there is nothing, but perhaps tombstones: forget what was known there.
  bucket.ids = Hull(bucket.ids, {id, id});
  return !bucket.marked;
}

void ChannelBuckets::Unpost(const BucketRule& rule, MessageId id, std::size_t bytes) {
  Bucket* bucket = FindMutable(rule.BucketOf(id));
  if (bucket == nullptr) return;
  --bucket->live;
  bucket->bytes -= static_cast<std::int64_t>(bytes);
  bucket->changes = ++stamp_;
}

bool ChannelBuckets::Changing(const BucketRule& rule, MessageId id) {
  Bucket& bucket = Touch(rule.BucketOf(id));
  bucket.dirty = true;
  return !bucket.marked;
}

void ChannelBuckets::Edited(const BucketRule& rule, MessageId id, std::int64_t growth) {
  Bucket* bucket = FindMutable(rule.BucketOf(id));
  if (bucket == nullptr) return;
  bucket->bytes += growth;
  bucket->changes = ++stamp_;
}

const Bucket* ChannelBuckets::Deleted(const BucketRule& rule, MessageId id, std::size_t bytes) {
  Bucket* bucket = FindMutable(rule.BucketOf(id));
  if (bucket == nullptr) return nullptr;
  --bucket->live;
  bucket->bytes -= static_cast<std::int64_t>(bytes);
  ++bucket->deleted;
  bucket->changes = ++stamp_;
  return bucket;
}

void ChannelBuckets::Marked(std::uint64_t bucket) {
  if (Bucket* found = FindMutable(bucket)) found->marked = true;
}

void ChannelBuckets::Load(const BucketRule& rule, const StoredRows& rows, const std::vector<std::uint64_t>& open) {
  if (loaded_) return;
  // What is here and has no row begins from nothing.
  for (Bucket& bucket : buckets_) bucket.counted = true;
  for (const auto& [number, row] : rows) {
    Bucket& bucket = Touch(number);
    bucket.live += static_cast<std::int64_t>(row.live);
    bucket.bytes += static_cast<std::int64_t>(row.bytes);
    bucket.deleted += row.deleted;
    bucket.counted = row.counted;
    bucket.gaps = row.gaps;
    // Only the ends of what was posted here are known, not where between them.
    DropGapsIn(&bucket.gaps, bucket.ids);
    bucket.ids = row.counted ? Hull(bucket.ids, row.ids) : rule.IdsOf(number);
    newest_ = std::max(newest_, bucket.ids.highest);
  }
  for (const std::uint64_t number : open) {
    Bucket& bucket = Touch(number);
    if (bucket.dirty) continue;
    bucket.counted = false;
    bucket.ids = rule.IdsOf(number);
    newest_ = std::max(newest_, bucket.ids.highest);
    bucket.gaps.clear();
  }
  loaded_ = true;
  ++late_posts_;
}

bool ChannelBuckets::dirty() const {
  return std::any_of(buckets_.begin(), buckets_.end(), [](const Bucket& bucket) { return bucket.dirty; });
}

codec::BucketRow ChannelBuckets::RowOf(const Bucket& bucket) {
  const Tally tally = TallyOf(bucket);
  return {.counted = bucket.counted,
          .live = tally.live,
          .bytes = tally.bytes,
          .deleted = bucket.deleted,
          .ids = bucket.ids,
          .gaps = bucket.gaps};
}

void ChannelBuckets::Stored(std::uint64_t bucket) {
  Bucket* found = FindMutable(bucket);
  if (found == nullptr) return;
  found->dirty = false;
  found->marked = false;
}

void ChannelBuckets::Remove(std::uint64_t bucket) {
  const Bucket* found = Find(bucket);
  if (found == nullptr) return;
  const auto at = buckets_.begin() + (found - buckets_.data());
  // What lies between the neighbours is dead: let readers jump over it.
  if (at->rough()) {
    if (at != buckets_.begin()) std::prev(at)->deleted += kGraveyard;
    if (std::next(at) != buckets_.end()) std::next(at)->deleted += kGraveyard;
  }
  buckets_.erase(at);
}

void ChannelBuckets::Trim(std::uint64_t bucket, const IdRange& cut, const Tally& gone, std::uint64_t tombstones) {
  Bucket* found = FindMutable(bucket);
  if (found == nullptr) return;
  found->live -= static_cast<std::int64_t>(gone.live);
  found->bytes -= static_cast<std::int64_t>(gone.bytes);
  found->deleted += tombstones;
  found->changes = ++stamp_;
  AddGap(found, cut);
}

void ChannelBuckets::Gain(std::uint64_t number, const Tally& messages) {
  ++posts_;
  ++late_posts_;
  Bucket& bucket = Touch(number);
  bucket.live += static_cast<std::int64_t>(messages.live);
  bucket.bytes += static_cast<std::int64_t>(messages.bytes);
  bucket.ids = Hull(bucket.ids, messages.ids);
  newest_ = std::max(newest_, messages.ids.highest);
  DropGapsIn(&bucket.gaps, messages.ids);
  bucket.changes = ++stamp_;
  bucket.dirty = true;
}

std::uint64_t ChannelBuckets::BeginRecount(std::uint64_t bucket) {
  Bucket* found = FindMutable(bucket);
  if (found == nullptr) return 0;
  found->live = 0;
  found->bytes = 0;
  found->counted = false;
  found->changes_at_recount = found->changes;
  return found->recount = ++stamp_;
}

void ChannelBuckets::EndRecount(std::uint64_t bucket, std::uint64_t begun, const Tally& counted) {
  Bucket* found = FindMutable(bucket);
  if (found == nullptr || found->counted || found->recount != begun || begun == 0) return;
  found->live += static_cast<std::int64_t>(counted.live);
  found->bytes += static_cast<std::int64_t>(counted.bytes);
  found->counted = true;
  found->dirty = true;
  if (found->changes != found->changes_at_recount) return;
  const IdRange ids = counted.ids;
  found->ids = ids;
  std::erase_if(found->gaps,
                [&](const IdRange& gap) { return gap.lowest <= ids.lowest || gap.highest >= ids.highest; });
}

ReadPlan ChannelBuckets::Plan(Spans spans) const {
  ReadPlan plan{.posts = posts_, .late_posts = late_posts_, .newest = newest_};
  const bool by_bucket = spans == Spans::kOfBuckets;
  const bool rough =
      suspect_ || std::any_of(buckets_.begin(), buckets_.end(), [](const Bucket& b) { return b.rough(); });
  if (!rough && !by_bucket && !buckets_.empty()) return plan;
  plan.whole = false;
  plan.open_top = false;
  bool jump = by_bucket;  // what lies above the next bucket is a graveyard, or not in the same shard
  for (const Bucket& bucket : buckets_) {
    jump = jump || bucket.rough();
    if (bucket.dead() || bucket.ids.empty()) continue;
    MessageId top = bucket.ids.highest;
    if (plan.spans.empty()) {
      plan.open_top = !jump;
      if (plan.open_top) top = MessageId{MessageId::kMax};
    } else if (!jump) {
      top = plan.spans.back().highest;
      plan.spans.pop_back();
    }
    for (const IdRange& gap : bucket.gaps) {
      plan.spans.push_back({MessageId{gap.highest.value + 1}, top});
      top = MessageId{gap.lowest.value - 1};
    }
    plan.spans.push_back({bucket.ids.lowest, top});
    jump = by_bucket || bucket.rough();
  }
  return plan;
}

bool ChannelBuckets::StillHolds(const ReadPlan& plan) const {
  if (plan.whole) return true;
  return plan.open_top ? late_posts_ == plan.late_posts : posts_ == plan.posts;
}

void ChannelBuckets::Learn(const BucketRule& rule, const ReadPlan& plan, IdRange gap) {
  if (late_posts_ != plan.late_posts || !loaded_) return;
  gap = Overlap(gap, {MessageId{1}, plan.newest});
  if (gap.empty()) return;
  suspect_ = false;
  for (Bucket& bucket : buckets_) {
    const IdRange part = Overlap(gap, rule.IdsOf(bucket.number));
    if (part.empty()) continue;
    AddGap(&bucket, part);
    bucket.deleted = std::max(bucket.deleted, kGraveyard);
  }
}

void ChannelBuckets::AddGap(Bucket* bucket, const IdRange& gap) {
  IdRange& ids = bucket->ids;
  if (ids.empty() || Overlap(ids, gap).empty()) return;
  if (gap.lowest <= ids.lowest && gap.highest >= ids.highest) {
    // Nothing is left, as far as this goes; the count decides what becomes of the bucket.
    ids = {MessageId{1}, MessageId{0}};
    bucket->gaps.clear();
  } else if (gap.highest >= ids.highest) {
    ids.highest = MessageId{gap.lowest.value - 1};
  } else if (gap.lowest <= ids.lowest) {
    ids.lowest = MessageId{gap.highest.value + 1};
  } else {
    IdRange whole = gap;
    for (const IdRange& other : bucket->gaps) {
      const bool touches =
          other.lowest.value <= whole.highest.value + 1 && whole.lowest.value <= other.highest.value + 1;
      if (touches) whole = Hull(whole, other);
    }
    DropGapsIn(&bucket->gaps, {MessageId{whole.lowest.value - 1}, MessageId{whole.highest.value + 1}});
    const auto below = std::find_if(bucket->gaps.begin(), bucket->gaps.end(),
                                    [&](const IdRange& other) { return other.highest < whole.lowest; });
    if (bucket->gaps.size() < codec::kMaxStoredGaps) bucket->gaps.insert(below, whole);
  }
  // An end that moved may have passed a gap, or come to touch one.
  for (;;) {
    if (ids.empty()) break;
    const auto at_end = std::find_if(bucket->gaps.begin(), bucket->gaps.end(), [&](const IdRange& other) {
      return other.highest >= ids.highest || other.lowest <= ids.lowest;
    });
    if (at_end == bucket->gaps.end()) break;
    if (at_end->highest >= ids.highest && at_end->lowest <= ids.highest)
      ids.highest = MessageId{at_end->lowest.value - 1};
    if (at_end->lowest <= ids.lowest && at_end->highest >= ids.lowest)
      ids.lowest = MessageId{at_end->highest.value + 1};
    bucket->gaps.erase(at_end);
  }
}

void ChannelBuckets::Probed(const BucketRule& rule, MessageId id) {
  if (Bucket* bucket = FindMutable(rule.BucketOf(id))) bucket->probed = bucket->deleted;
}

void ChannelBuckets::Suspect() { suspect_ = true; }

std::size_t ChannelBuckets::memory_bytes() const {
  std::size_t bytes = sizeof(*this) + buckets_.capacity() * sizeof(Bucket);
  for (const Bucket& bucket : buckets_) bytes += bucket.gaps.capacity() * sizeof(IdRange);
  return bytes;
}

}  // namespace rookery::store
