#include "store/retention/retention_runner.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/macros.h"
#include "codec/key_format.h"
#include "store/channel_guard.h"
#include "store/channel_lister.h"
#include "store/retention/retention_edge.h"

namespace rookery::store {
namespace {

using codec::IdRange;

/// A shard is compacted when this part of it, at least, is dead: a tenth leaves the disk well within 1.2 times what is
/// alive, and a row is rewritten about ten times in its life.
constexpr std::uint64_t kDeadPart = 10;

/// A channel that lost so much may have had files of its own.
constexpr std::uint64_t kManyBytes = std::uint64_t{8} << 20;

/// All ids below. REQUIRES: there are any.
IdRange Before(MessageId id) { return {MessageId{1}, MessageId{id.value - 1}}; }

Status Stopped() { return {StatusCode::kInterrupted, "retention was stopped; what it removed stays removed"}; }

}  // namespace

Status RetentionRunner::Load() {
  RK_ASSIGN_OR_RETURN(const std::vector<RetentionRule> rules, catalog_.ReadRetentionRules());
  const base::MutexLock lock(mutex_);
  for (const RetentionRule& rule : rules) rules_.Set(rule);
  stats_.rules = rules.size();
  return {};
}

Status RetentionRunner::SetRule(const RetentionRule& rule) {
  RK_TRY(CheckRetentionRule(rule));
  const base::MutexLock setting(setting_);
  const auto scratch = committer_.NewScratch();
  catalog_.PutRetentionRule(scratch->batch.get(), rule);
  RK_TRY(committer_.Commit(*scratch->batch, Durability::kSync));
  const base::MutexLock lock(mutex_);
  rules_.Set(rule);
  stats_.rules = rules_.All().size();
  return {};
}

std::vector<RetentionRule> RetentionRunner::Rules() const {
  const base::MutexLock lock(mutex_);
  return rules_.All();
}

bool RetentionRunner::has_rules() const {
  const base::MutexLock lock(mutex_);
  return !rules_.empty();
}

RetentionStats RetentionRunner::Stats() const {
  const base::MutexLock lock(mutex_);
  return stats_;
}

Result<RetentionReport> RetentionRunner::Run(const RetentionOptions& options, const Wait& wait) {
  if (running_.exchange(true)) {
    return Status(StatusCode::kBusy, "retention is being enforced already; try again when that run has ended")
        .WithRetryAfter(std::chrono::seconds{1});
  }
  const auto done = [this](void*) { running_.store(false); };
  const std::unique_ptr<void, decltype(done)> guard(this, done);
  Job job{.options = options, .wait = wait, .now = context_.clock->Now(), .began = std::chrono::steady_clock::now()};
  if (has_rules()) RK_TRY(VisitChannels(context_, [&](const std::string& channel) { return Trim(&job, channel); }));
  if (!options.dry_run) RK_TRY(Reclaim());
  const base::MutexLock lock(mutex_);
  if (!options.dry_run) {
    ++stats_.runs;
    stats_.last_run = context_.clock->Now();
  }
  return job.report;
}

std::optional<RetentionLimits> RetentionRunner::LimitsOf(std::string_view channel) const {
  const base::MutexLock lock(mutex_);
  const RetentionLimits* limits = rules_.Find(channel);
  return limits == nullptr ? std::nullopt : std::optional(*limits);
}

Status RetentionRunner::Trim(Job* job, const std::string& channel) {
  ++job->report.channels;
  const std::optional<RetentionLimits> limits = LimitsOf(channel);
  if (!limits || !context_.routes->Find(channel)) return job->wait({}) ? Status() : Stopped();
  RK_ASSIGN_OR_RETURN(const std::vector<Bucket> buckets, keeper_.CountedBuckets(channel));
  RK_ASSIGN_OR_RETURN(const MessageId kept_from, KeptFrom(channel, buckets, *limits, job->now));
  ChannelTrim trim{.channel = channel, .kept_from = kept_from};
  for (std::size_t i = buckets.size(); i-- > 0;) {
    const Bucket& bucket = buckets[i];
    if (bucket.dead() || bucket.ids.empty() || bucket.ids.lowest >= kept_from) continue;
    Result<Tally> gone = job->options.dry_run ? WouldCut(channel, bucket, kept_from)
                                              : CutBucket(job, channel, bucket, kept_from, *limits);
    if (!gone) return gone.error();
    if (gone->live > 0 && !job->options.dry_run) NoteCut({channel, bucket.number}, kept_from, gone->bytes);
    trim.messages += gone->live;
    trim.bytes += gone->bytes;
  }
  if (trim.messages == 0) return job->wait({}) ? Status() : Stopped();
  ++job->report.trimmed;
  job->report.messages += trim.messages;
  job->report.bytes += trim.bytes;
  if (!job->options.dry_run && trim.bytes >= kManyBytes) RK_TRY(DropFiles(channel, kept_from));
  if (job->options.progress && !job->options.progress(trim)) return Stopped();
  return job->wait({}) ? Status() : Stopped();
}

Result<MessageId> RetentionRunner::KeptFrom(std::string_view channel, const std::vector<Bucket>& buckets,
                                            const RetentionLimits& limits, Timestamp now) const {
  const MessageId by_age = OldestKept(limits, now, context_.epoch);
  const auto edge = EdgeOf(buckets, limits);
  if (!edge) return by_age;
  const IdRange ids = context_.buckets->rule().IdsOf(edge->bucket);
  const codec::KeyRange keys = codec::MessageKeysOf(channel, ids);
  const auto snapshot = context_.NewSnapshot();
  const auto shard = context_.routes.At(snapshot.get()).FindPart({channel, edge->bucket});
  if (!shard) return by_age;
  const auto cursor = context_.engine->NewCursor(
      context_.KeyspaceOf(*shard), {.lower = keys.lower, .upper = keys.upper, .snapshot = snapshot.get()});
  MessageId kept{ids.highest.value + 1};
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
    bytes += cursor->key().size() + cursor->value().size();
    if (++messages > edge->keep_messages || bytes > edge->keep_bytes) break;
    kept = codec::MessageIdOf(cursor->key());
  }
  RK_TRY(cursor->status());
  return std::max(by_age, kept);
}

Result<Tally> RetentionRunner::CutBucket(Job* job, std::string_view channel, const Bucket& bucket, MessageId kept_from,
                                         const RetentionLimits& limits) {
  const IdRange all = context_.buckets->rule().IdsOf(bucket.number);
  const IdRange old{all.lowest, std::min(all.highest, MessageId{kept_from.value - 1})};
  Tally gone;
  while (LimitsOf(channel) == limits) {
    RK_ASSIGN_OR_RETURN(const Tally some, cutter_.CutSome(channel, bucket.number, old));
    if (some.live == 0) break;
    gone.live += some.live;
    gone.bytes += some.bytes;
    job->removed += some.live;
    {
      const base::MutexLock lock(mutex_);
      stats_.messages += some.live;
      stats_.bytes += some.bytes;
    }
    if (Status paced = Pace(job); !paced.ok()) return paced;
  }
  keeper_.Bury(channel);
  return gone;
}

Result<Tally> RetentionRunner::WouldCut(std::string_view channel, const Bucket& bucket, MessageId kept_from) const {
  const IdRange all = context_.buckets->rule().IdsOf(bucket.number);
  if (all.highest < kept_from) return TallyOf(bucket);
  return keeper_.CountRows(channel, {all.lowest, MessageId{kept_from.value - 1}});
}

Status RetentionRunner::Pace(Job* job) {
  std::chrono::nanoseconds time{0};
  if (job->options.max_messages_per_second > 0) {
    const double seconds =
        static_cast<double>(job->removed) / static_cast<double>(job->options.max_messages_per_second);
    const auto due =
        job->began + std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
    time = std::max(time, std::chrono::duration_cast<std::chrono::nanoseconds>(due - std::chrono::steady_clock::now()));
  }
  return job->wait(time) ? Status() : Stopped();
}

void RetentionRunner::NoteCut(const routing::Part& part, MessageId kept_from, std::uint64_t bytes) {
  const auto shard = context_.routes->FindPart(part);
  if (!shard) return;
  codec::KeyRange keys = codec::MessageKeysOf(part.channel, Before(kept_from));
  const base::MutexLock lock(mutex_);
  Cut& cut = cuts_[*shard];
  if (cut.bytes == 0 || keys.lower < cut.lower) cut.lower = std::move(keys.lower);
  if (cut.bytes == 0 || keys.upper > cut.upper) cut.upper = std::move(keys.upper);
  cut.bytes += bytes;
}

Status RetentionRunner::DropFiles(std::string_view channel, MessageId kept_from) {
  WriteAttempt once{.durability = Durability::kBuffered};
  const auto lock = TakeChannel(&context_, channel, &once);
  if (!lock) return {};  // the space comes back with a compaction
  // Somebody may have posted with an old id meanwhile, or loaded it.
  const bool empty = context_.buckets->complete() && context_.buckets->With(channel, [&](ChannelBuckets& all) {
    return all.loaded() && std::none_of(all.buckets().begin(), all.buckets().end(), [&](const Bucket& bucket) {
             return !bucket.dead() && (bucket.ids.empty() || bucket.ids.lowest < kept_from);
           });
  });
  if (!empty) return {};
  const codec::KeyRange keys = codec::MessageKeysOf(channel, Before(kept_from));
  // The files take range deletions with them, and what these hid in files that reach beyond the range would be seen
  // again, but for this one: a memtable is no file, nor is one of the first level dropped.
  const std::vector<ShardId> shards = context_.routes->ShardsOf(channel);
  const auto scratch = committer_.NewScratch();
  for (const ShardId shard : shards) {
    scratch->batch->DeleteRange(context_.KeyspaceOf(shard), keys.lower, keys.upper);
  }
  const Status hidden = committer_.Commit(*scratch->batch, &once);
  if (hidden.code() == StatusCode::kBusy) return {};
  RK_TRY(hidden);
  for (const ShardId shard : shards) {
    keeper_.NoteGraves(shard, 0, 1);
    RK_TRY(context_.engine->DropFiles(context_.KeyspaceOf(shard), keys.lower, keys.upper));
  }
  return {};
}

Status RetentionRunner::Reclaim() {
  std::map<ShardId, Cut> cuts;
  {
    const base::MutexLock lock(mutex_);
    cuts = cuts_;
  }
  for (const auto& [shard, cut] : cuts) {
    const engine::KeyspaceId keyspace = context_.KeyspaceOf(shard);
    if (cut.bytes < context_.engine->SizeOf(keyspace).disk_bytes / kDeadPart) continue;
    RK_TRY(context_.engine->Reclaim(keyspace, cut.lower, cut.upper, &cancelled_));
    const base::MutexLock lock(mutex_);
    cuts_.erase(shard);
    ++stats_.compactions;
  }
  return {};
}

}  // namespace rookery::store
