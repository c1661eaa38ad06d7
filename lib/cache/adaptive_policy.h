// The default policy: two first-in-first-out queues and a sketch of frequencies ("S3-TLFU").
//
// Idea: a new entry goes into a small queue, a tenth of the bytes. If it was hit when it comes to the queue's end it
// goes on to the main queue; if not, it has to beat the main queue's own next victim in the sketch, which remembers
// what was seen before, or it leaves. At the end of the main queue what was hit goes around again, with one use less.
// So scans and loops pass through the small queue and leave the rest alone (S3-FIFO: J. Yang et al., 2023, with
// TinyLFU's sketch in the place of its ghost queue). A hit counts to three in the entry; the sketch is fed when entries
// come in and when they pass a queue's end, never by a hit.
#pragma once

#include "cache/entry_list.h"
#include "cache/frequency_sketch.h"
#include "cache/policy.h"
#include "cache/split_mix.h"

namespace rookery::cache {

class AdaptivePolicy final : public Policy {
 public:
  AdaptivePolicy(const EntryInfo* info, std::uint64_t seed) : info_(info), random_(seed) {}

  Touch touch() const override { return Touch::kSaturating; }
  void OnInsert(Entry* entry, std::uint64_t hash, std::size_t charge) override;
  void OnErase(Entry* entry, std::size_t charge) override;
  Entry* PickVictim() override;
  void SetCapacity(std::size_t bytes) override;
  std::size_t memory_bytes() const override { return sketch_.memory_bytes(); }

 private:
  struct Queue {
    EntryList entries;
    std::size_t bytes = 0;
    std::size_t share = 0;  // of the capacity
  };

  void Enter(Queue* queue, Entry* entry, std::size_t charge);
  void Leave(Entry* entry, std::size_t charge);
  bool HasRoom(const Queue& queue, std::size_t charge) const { return queue.bytes + charge <= queue.share; }
  Queue* QueueOf(const Entry& entry) { return entry.queue == kSmall ? &small_ : &main_; }
  /// Moves the oldest of the small queue on, or gives back who leaves instead; null: nobody.
  Entry* PassOldestOfSmall();
  Entry* UnusedAtEndOfMain();
  bool Beats(const Entry& candidate, const Entry& rival);
  /// For so many entries.
  void FitSketch(std::size_t entries);

  static constexpr std::uint8_t kSmall = 0;
  static constexpr std::uint8_t kMain = 1;

  const EntryInfo* info_;
  SplitMix random_;
  FrequencySketch sketch_;
  Queue small_;
  Queue main_;
};

}  // namespace rookery::cache
