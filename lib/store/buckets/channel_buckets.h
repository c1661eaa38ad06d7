// The live-bucket map of one channel: which of its buckets hold how many messages, and where between them nothing
// lives.
//
// Idea: writers only count and widen; nobody reads a row to write one. What is in memory and what the stored rows say
// add up: a bucket that was not loaded counts from zero until its row is added. Readers make plans that pass over what
// is dead, and tell which graveyards they had to walk through, so that the next reader need not.
//
// Invariant: a message that is stored, or about to be, lies in its bucket's `ids` and in no gap.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "codec/bucket_row.h"
#include "store/buckets/bucket_rule.h"

namespace rookery::store {

/// So many tombstones make a stretch of keys a graveyard: stepping over fewer costs less than a seek.
inline constexpr std::uint64_t kGraveyard = 64;

/// Messages that were counted.
struct Tally {
  std::uint64_t live = 0;
  std::uint64_t bytes = 0;  // of keys and values
  codec::IdRange ids{MessageId{1}, MessageId{0}};

  void Add(MessageId id, std::size_t row_bytes) {
    ++live;
    bytes += row_bytes;
    ids = Hull(ids, {id, id});
  }
};

struct Bucket {
  std::uint64_t number = 0;
  std::int64_t live = 0;   // of a bucket that is not counted: posts less deletes since it was first touched
  std::int64_t bytes = 0;  // of keys and values, likewise
  std::uint64_t deleted = 0;
  std::uint64_t probed = 0;  // how many were, when the graves in it were looked for
  codec::IdRange ids{MessageId{1}, MessageId{0}};
  std::vector<codec::IdRange> gaps = {};  // newest first
  std::uint64_t changes = 0;              // stamp of the last post, edit or delete
  std::uint64_t recount = 0;              // stamp of the last one that was begun
  std::uint64_t changes_at_recount = 0;
  bool counted = false;  // `live` is exact
  bool marked = false;   // its mark is in the log
  bool dirty = false;    // its row does not say what is said here

  bool dead() const { return counted && live == 0; }
  bool rough() const { return deleted >= kGraveyard || !gaps.empty(); }
};

/// What lives in it, as far as it was counted.
Tally TallyOf(const Bucket& bucket);

/// Where a read must look, newest first: nothing lives outside of the spans.
struct ReadPlan {
  bool whole = true;  // everywhere; `spans` is empty
  std::vector<codec::IdRange> spans = {};
  std::uint64_t posts = 0;       // the channel's state that it was made of
  std::uint64_t late_posts = 0;  // the same
  MessageId newest = {};         // no message was above it
  bool open_top = true;          // the newest span has no upper end
};

/// Not thread-safe; no IO.
class ChannelBuckets {
 public:
  /// `generation`: no other of the same channel was ever made with it, so that plans of the one before do not hold
  /// here.
  explicit ChannelBuckets(std::uint64_t generation = 0)
      : posts_(generation << 32), late_posts_(generation << 32), stamp_(generation << 32) {}

  using StoredRows = std::vector<std::pair<std::uint64_t, codec::BucketRow>>;

  // --- Writers. The channel's lock is held, shared, from before the call until the batch is committed ---------------
  /// A message is about to be stored: its id, and the bytes of its row, key and value. True if the batch must bring the
  /// bucket's mark.
  bool Posting(const BucketRule& rule, MessageId id, std::size_t bytes);
  /// It was not stored after all.
  void Unpost(const BucketRule& rule, MessageId id, std::size_t bytes);
  /// A message is about to be changed or deleted. True if the batch must bring the bucket's mark.
  bool Changing(const BucketRule& rule, MessageId id);
  /// Its row grew by so many bytes, or shrank.
  void Edited(const BucketRule& rule, MessageId id, std::int64_t growth);
  /// It is deleted. Its bucket, valid until the next call; null if it was cut meanwhile.
  const Bucket* Deleted(const BucketRule& rule, MessageId id, std::size_t bytes);
  /// The batch with the mark is committed.
  void Marked(std::uint64_t bucket);

  // --- What is stored -----------------------------------------------------------------------------------------------
  bool loaded() const { return loaded_; }
  /// Adds what is stored. `open`: buckets whose mark is in the log; one that is not dirty here was left behind by a
  /// writer that is gone.
  void Load(const BucketRule& rule, const StoredRows& rows, const std::vector<std::uint64_t>& open);
  bool dirty() const;
  static codec::BucketRow RowOf(const Bucket& bucket);
  /// Its row says now what is said here, and its mark is gone.
  void Stored(std::uint64_t bucket);
  /// The bucket is cut: nothing of it is left, neither row nor mark.
  void Remove(std::uint64_t bucket);
  /// All messages in `cut` were deleted, which leaves so many tombstones.
  void Trim(std::uint64_t bucket, const codec::IdRange& cut, const Tally& gone, std::uint64_t tombstones);

  /// Messages that came by another way than Posting are stored. REQUIRES: loaded().
  void Gain(std::uint64_t bucket, const Tally& messages);

  // --- Counting anew ------------------------------------------------------------------------------------------------
  /// From now on counts what changes; with the channel's lock held exclusively. Returns what EndRecount is to be given,
  /// 0 if there is no such bucket.
  std::uint64_t BeginRecount(std::uint64_t bucket);
  /// What was there at BeginRecount. Ignored if the bucket is counted by now, or was begun anew.
  void EndRecount(std::uint64_t bucket, std::uint64_t begun, const Tally& found);

  // --- Readers ------------------------------------------------------------------------------------------------------
  enum class Spans {
    kLong,       // over as many buckets as need no jump between them; the whole channel if none does
    kOfBuckets,  // each within one bucket
  };
  /// REQUIRES: loaded().
  ReadPlan Plan(Spans spans = Spans::kLong) const;
  /// Whether a cursor that was made after the plan sees nothing outside of it.
  bool StillHolds(const ReadPlan& plan) const;
  /// A reader saw that nothing lives in `gap`, in a state in which no post was under way, not older than the plan.
  void Learn(const BucketRule& rule, const ReadPlan& plan, codec::IdRange gap);
  /// Somebody looked for graves where the message was deleted, and could learn.
  void Probed(const BucketRule& rule, MessageId id);
  /// A reader stepped over tombstones that nobody knew of.
  void Suspect();

  const std::vector<Bucket>& buckets() const { return buckets_; }
  const Bucket* Find(std::uint64_t bucket) const;
  std::size_t memory_bytes() const;

 private:
  Bucket& Touch(std::uint64_t bucket);
  Bucket* FindMutable(std::uint64_t bucket);
  void AddGap(Bucket* bucket, const codec::IdRange& gap);

  std::vector<Bucket> buckets_;  // newest first
  bool loaded_ = false;
  bool suspect_ = false;
  std::uint64_t posts_;
  std::uint64_t late_posts_;  // of ids that were not the channel's newest
  std::uint64_t stamp_;    // the last one given; none is given twice, also not by another ChannelBuckets of the channel
  MessageId newest_ = {};  // no message, alive or dead, was above it; never goes back, or an old lesson would hold
};

}  // namespace rookery::store
