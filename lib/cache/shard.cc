#include "cache/shard.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace rookery::cache {
namespace {

constexpr std::size_t kFirstHomes = 16;
/// An entry may take at most this part of its shard.
constexpr std::size_t kLargestPart = 8;
/// What was unlinked is freed in portions, as asking who still reads is a system call.
constexpr std::size_t kRetiredAtOnce = 256;
/// The part of the capacity that is kept free for what was unlinked, and the part at which nothing more is put into the
/// cache until readers let go.
constexpr std::size_t kUsualRetiredPart = 64;
constexpr std::size_t kMostRetiredPart = 4;
constexpr std::size_t kBucketsPerSweep = 4;
constexpr std::size_t kFetchAhead = 2;

}  // namespace

Shard::Shard(ShardContext* context, std::size_t capacity)
    : context_(*context),
      policy_(NewPolicy(context->policy, this, context->seed)),
      touch_(policy_->touch()),
      table_(new Table(kFirstHomes, 0)),
      capacity_(capacity) {
  policy_->SetCapacity(capacity);
  Collect();
}

Shard::~Shard() {
  const Table& entries = table();
  for (std::size_t i = 0; i < entries.buckets(); ++i)
    entries.VisitBucket(i, [](Entry* entry) { Entry::Delete(entry); });
  for (const Retired& retired : retired_) Entry::Delete(retired.entry);
  delete &entries;
}

Lease Shard::LeaseOf(const Key& key) const {
  const Table& entries = *table_.load(std::memory_order_seq_cst);
  const Control control = entries.ControlOf(key);
  return {control.version(), entries.generation(), control.pending() == 0};
}

void Shard::TouchInOrder(const Key& key, Entry* entry) {
  const base::MutexLock lock(mutex_);
  // It may have left meanwhile; being within an epoch keeps its memory, not its place.
  if (table().Find(key) == entry) policy_->OnHit(entry);
}

Control Shard::Bump(const Key& key, int pending) {
  const Control control = table().ControlOf(key).Bumped().WithPending(pending);
  table().SetControl(key, control);
  return control;
}

Fill Shard::CheckLease(const Key& key, const Lease& lease, std::uint64_t own_writes) const {
  const Table& entries = *table_.load(std::memory_order_seq_cst);
  const Control control = entries.ControlOf(key);
  if (lease.generation != entries.generation()) return Fill::kResized;
  if (!lease.usable || control.pending() != own_writes) return Fill::kPending;
  return control.version() == lease.version ? Fill::kInstalled : Fill::kWritten;
}

Fill Shard::CheckRoom(const Entry& entry) const {
  if (entry.charge() > capacity_ / kLargestPart) return Fill::kTooLarge;
  return counters_.retired_bytes > capacity_ / kMostRetiredPart ? Fill::kFull : Fill::kInstalled;
}

Fill Shard::PutLocked(const Key& key, OwnedEntry* entry, Fill allowed) {
  Fill fill = allowed == Fill::kInstalled ? CheckRoom(**entry) : allowed;
  Entry* const present = fill == Fill::kInstalled ? table().Find(key) : nullptr;
  if (present != nullptr) {
    // An absence may be out of date by its own lease; what was read now is not.
    const bool expired = context_.clock.Expired(present->expiry);
    if (expired || (*entry)->kind == EntryKind::kBlock || present->kind == EntryKind::kAbsent) {
      Drop(present, expired ? Removal::kExpired : Removal::kReplaced);
    } else {
      fill = Fill::kPresent;
    }
  }
  if (fill == Fill::kInstalled) Insert(key, std::move(*entry), /*expiry=*/0);
  ++counters_.fills[static_cast<std::size_t>(fill)];
  return fill;
}

void Shard::Erase(const Key& key) {
  const base::MutexLock lock(mutex_);
  if (Entry* const entry = table().Find(key)) Drop(entry, Removal::kWritten);
}

WriteTicket Shard::BeginWrite(const Key& key) {
  const base::MutexLock lock(mutex_);
  Entry* const entry = table().Find(key);
  Block block;
  if (entry != nullptr && entry->kind == EntryKind::kBlock && !context_.clock.Expired(entry->expiry)) {
    block = {entry->block(), entry->charge(), entry->expiry};
  }
  writes_.Begin(key, std::move(block));
  const Control control = Bump(key, +1);
  if (entry != nullptr) Drop(entry, Removal::kWritten);
  return {control.version(), table().generation()};
}

void Shard::EndWrite(const Key& key, std::span<const std::uint64_t> rows, const BlockChange& change) {
  const base::MutexLock lock(mutex_);
  Bump(key, -1);
  Block block = writes_.End(key, rows, change);
  if (block.object == nullptr) return;
  try {
    PutBack(key, std::move(block));
  } catch (const std::bad_alloc&) {
    // The next read makes a new one.
  }
}

void Shard::PutBack(const Key& key, Block block) {
  const std::uint32_t expiry = block.expiry;
  OwnedEntry entry(Entry::NewBlock(key.bytes(), std::move(block.object), block.bytes));
  if (entry == nullptr) return;
  const Fill fill = CheckRoom(*entry);
  if (fill != Fill::kInstalled) {
    ++counters_.fills[static_cast<std::size_t>(fill)];
    return;
  }
  Insert(key, std::move(entry), expiry);
  ++counters_.write_inserts;
}

void Shard::Insert(const Key& key, OwnedEntry owned, std::uint32_t expiry) {
  Entry* const entry = owned.get();
  const std::size_t charge = entry->charge();
  if (context_.clock.expires()) Sweep();
  if (table().crowded()) GrowTable();
  MakeRoom(charge);
  entry->expiry = expiry != 0 ? expiry : context_.clock.ExpiryOfNew();
  policy_->OnInsert(entry, key.hash(), charge);
  policy_clock_.store(policy_->clock(), std::memory_order_relaxed);
  try {
    while (!table().Insert(entry, key)) {
      table().half_full() ? GrowTable() : Drop(table().InTheWay(key), Removal::kCrowded);
    }
  } catch (const std::bad_alloc&) {
    policy_->OnErase(entry, charge);
    throw;
  }
  static_cast<void>(owned.release());  // the table's from now on
  counters_.bytes += charge;
  ++counters_.entries[static_cast<std::size_t>(entry->kind)];
  // Table and policy may have grown.
  MakeRoom(0);
}

void Shard::Drop(Entry* entry, Removal removal) {
  policy_->OnErase(entry, entry->charge());
  Unlink(entry, removal);
}

void Shard::Unlink(Entry* entry, Removal removal) {
  table().Erase(entry, context_.KeyOf(entry->key()));
  const std::size_t charge = entry->charge();
  counters_.bytes -= charge;
  --counters_.entries[static_cast<std::size_t>(entry->kind)];
  ++counters_.removals[static_cast<std::size_t>(removal)];
  Retire({context_.epochs.Stamp(), entry, nullptr, charge});
}

bool Shard::FitsBeside(std::size_t table_bytes, std::size_t charge) const {
  // What readers hold counts, but not so much of it that they could empty the cache.
  const std::size_t retired =
      std::clamp(counters_.retired_bytes, capacity_ / kUsualRetiredPart, capacity_ / kMostRetiredPart);
  return counters_.bytes + table_bytes + policy_->memory_bytes() + retired + charge <= capacity_;
}

void Shard::MakeRoom(std::size_t charge) {
  while (!Fits(charge)) {
    Entry* const victim = policy_->PickVictim();
    if (victim == nullptr) return;
    Unlink(victim, Removal::kSize);
  }
}

void Shard::ReplaceTable(std::size_t homes) {
  const Table& old = table();
  auto next = std::make_unique<Table>(homes, old.generation() + 1);
  std::vector<Entry*> homeless;
  for (std::size_t i = 0; i < old.buckets(); ++i) {
    // Entries lie anywhere in memory: several are fetched at a time.
    if (i + kFetchAhead < old.buckets())
      old.VisitBucket(i + kFetchAhead, [](Entry* entry) { __builtin_prefetch(entry); });
    old.VisitBucket(i, [&](Entry* entry) {
      if (!next->Insert(entry, context_.KeyOf(entry->key()))) homeless.push_back(entry);
    });
  }
  writes_.VisitAll([&](std::uint64_t hash, int writes) {
    const Key key = Key::PlaceOf(hash);
    next->SetControl(key, next->ControlOf(key).WithPending(writes));
  });
  std::unique_ptr<Table> former(table_.exchange(next.release(), std::memory_order_seq_cst));
  for (Entry* const entry : homeless) Drop(entry, Removal::kCrowded);
  const std::size_t bytes = former->memory_bytes();
  Retire({context_.epochs.Stamp(), nullptr, std::move(former), bytes});
}

void Shard::Sweep() {
  const std::uint32_t now = context_.clock.Now();
  for (std::size_t i = 0; i < kBucketsPerSweep; ++i) {
    sweep_bucket_ = (sweep_bucket_ + 1) % table().buckets();
    std::array<Entry*, Bucket::kSlots> expired{};
    std::size_t count = 0;
    table().VisitBucket(sweep_bucket_, [&](Entry* entry) {
      if (entry->expiry != 0 && entry->expiry <= now) expired[count++] = entry;
    });
    for (std::size_t j = 0; j < count; ++j) Drop(expired[j], Removal::kExpired);
  }
}

void Shard::Retire(Retired retired) {
  counters_.retired_bytes += retired.bytes;
  retired_.push_back(std::move(retired));
  if (retired_.size() >= collect_at_count_ || counters_.retired_bytes >= collect_at_bytes_) Collect();
}

void Shard::Collect() {
  const std::uint64_t oldest = context_.epochs.Advance();
  const auto unseen = std::partition(retired_.begin(), retired_.end(),
                                     [oldest](const Retired& retired) { return retired.stamp >= oldest; });
  for (auto retired = unseen; retired != retired_.end(); ++retired) {
    counters_.retired_bytes -= retired->bytes;
    Entry::Delete(retired->entry);
  }
  retired_.erase(unseen, retired_.end());
  // Not from nothing: a reader that stays would have us look at every retirement.
  collect_at_count_ = retired_.size() + kRetiredAtOnce;
  collect_at_bytes_ = counters_.retired_bytes + capacity_ / kUsualRetiredPart;
}

void Shard::SetCapacity(std::size_t bytes) {
  // A portion per locking, so that nobody waits for a whole shard to be emptied.
  constexpr std::size_t kEvictionsAtOnce = 256;
  {
    const base::MutexLock lock(mutex_);
    capacity_ = bytes;
    policy_->SetCapacity(bytes);
  }
  for (bool done = false; !done;) {
    const base::MutexLock lock(mutex_);
    Collect();
    for (std::size_t i = 0; i < kEvictionsAtOnce && !done; ++i) {
      // The table for what will be left counts, not the one that was there for what has to go.
      const std::size_t homes = std::max(kFirstHomes, Table::HomesFor(table().size()));
      const std::size_t table_bytes = std::min(table().memory_bytes(), Table::BytesFor(homes));
      Entry* const victim = FitsBeside(table_bytes, 0) ? nullptr : policy_->PickVictim();
      if (victim != nullptr) {
        Unlink(victim, Removal::kSize);
      } else {
        done = true;
        if (table_bytes < table().memory_bytes()) ReplaceTable(homes);
      }
    }
  }
}

void Shard::Clear() {
  const base::MutexLock lock(mutex_);
  writes_.SpoilBlocks();
  while (Entry* const victim = policy_->PickVictim()) Unlink(victim, Removal::kWritten);
  Collect();
}

ShardCounters Shard::Read() const {
  const base::MutexLock lock(mutex_);
  ShardCounters counters = counters_;
  counters.bytes += table().memory_bytes() + policy_->memory_bytes();
  return counters;
}

}  // namespace rookery::cache
