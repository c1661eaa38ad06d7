#include "cache/adaptive_policy.h"

namespace rookery::cache {
namespace {

constexpr std::size_t kSmallShare = 10;  // one part in so many
constexpr std::size_t kSketchSlack = 8;  // it shrinks when the entries are one part in so many of its capacity
// Against those who make a victim's key look popular to keep all others out (as Caffeine does).
constexpr unsigned kPopular = 6;
constexpr std::size_t kChanceOfPopular = 128;
// Readers may use entries as fast as the search passes them, so it has to end somewhere.
constexpr int kLongestScan = 128;

std::uint32_t UsesOf(const Entry& entry) { return entry.use.load(std::memory_order_relaxed); }

}  // namespace

void AdaptivePolicy::SetCapacity(std::size_t bytes) {
  small_.share = bytes / kSmallShare;
  main_.share = bytes - small_.share;
}

void AdaptivePolicy::Enter(Queue* queue, Entry* entry, std::size_t charge) {
  entry->queue = queue == &small_ ? kSmall : kMain;
  queue->entries.PushFront(entry);
  queue->bytes += charge;
}

void AdaptivePolicy::Leave(Entry* entry, std::size_t charge) {
  Queue* queue = QueueOf(*entry);
  queue->entries.Remove(entry);
  queue->bytes -= charge;
}

void AdaptivePolicy::OnInsert(Entry* entry, std::uint64_t hash, std::size_t charge) {
  FitSketch(small_.entries.size() + main_.entries.size() + 1);
  entry->use.store(0, std::memory_order_relaxed);
  Enter(&small_, entry, charge);
  sketch_.Add(hash);
  // As long as the cache fills, the main queue takes whatever comes.
  while (small_.bytes > small_.share && small_.entries.size() > 1) {
    Entry* oldest = small_.entries.back();
    const std::size_t moved = info_->ChargeOf(*oldest);
    if (!HasRoom(main_, moved)) return;
    Leave(oldest, moved);
    Enter(&main_, oldest, moved);
  }
}

void AdaptivePolicy::FitSketch(std::size_t entries) {
  if (entries > sketch_.capacity() || entries < sketch_.capacity() / kSketchSlack) sketch_.SetCapacity(entries);
}

void AdaptivePolicy::OnErase(Entry* entry, std::size_t charge) { Leave(entry, charge); }

Entry* AdaptivePolicy::PickVictim() {
  FitSketch(small_.entries.size() + main_.entries.size());
  for (;;) {
    if (main_.bytes > main_.share || small_.entries.empty()) {
      Entry* victim = UnusedAtEndOfMain();
      if (victim != nullptr) Leave(victim, info_->ChargeOf(*victim));
      return victim;
    }
    if (Entry* victim = PassOldestOfSmall()) return victim;
  }
}

Entry* AdaptivePolicy::PassOldestOfSmall() {
  Entry* candidate = small_.entries.back();
  const std::size_t charge = info_->ChargeOf(*candidate);
  Leave(candidate, charge);
  const std::uint32_t uses = UsesOf(*candidate);
  if (uses > 0) sketch_.Add(info_->HashOf(*candidate));
  if (uses > 0 || HasRoom(main_, charge)) {
    candidate->use.store(0, std::memory_order_relaxed);
    Enter(&main_, candidate, charge);
    return nullptr;
  }
  Entry* rival = UnusedAtEndOfMain();
  if (rival == nullptr || !Beats(*candidate, *rival)) return candidate;
  Leave(rival, info_->ChargeOf(*rival));
  Enter(&main_, candidate, charge);
  return rival;
}

Entry* AdaptivePolicy::UnusedAtEndOfMain() {
  for (int i = 0; i < kLongestScan; ++i) {
    Entry* oldest = main_.entries.back();
    if (oldest == nullptr) return nullptr;
    const std::uint32_t uses = UsesOf(*oldest);
    if (uses == 0) return oldest;
    sketch_.Add(info_->HashOf(*oldest));
    oldest->use.store(uses - 1, std::memory_order_relaxed);
    main_.entries.MoveToFront(oldest);
  }
  return main_.entries.back();
}

bool AdaptivePolicy::Beats(const Entry& candidate, const Entry& rival) {
  const unsigned count = sketch_.Estimate(info_->HashOf(candidate));
  if (count > sketch_.Estimate(info_->HashOf(rival))) return true;
  return count >= kPopular && random_.Below(kChanceOfPopular) == 0;
}

}  // namespace rookery::cache
