// The store's counters: one relaxed add per event, read as a snapshot by Stats().
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/thread_slot.h"
#include "rookery/routing.h"
#include "rookery/stats.h"

namespace rookery::store {

class Counter {
 public:
  void Add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  /// REQUIRES: no other thread adds meanwhile.
  void AddAlone(std::uint64_t n) { value_.store(value() + n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// For what happens more often than threads should meet on one line: each has its own, and needs no atomic addition.
class SpreadCounter {
 public:
  void Add(std::uint64_t n = 1) {
    const std::size_t slot = base::ThreadSlot();
    slot < base::kThreadSlots ? parts_[slot].counter.AddAlone(n) : parts_[slot].counter.Add(n);
  }
  std::uint64_t value() const {
    std::uint64_t sum = 0;
    for (const Part& part : parts_) sum += part.counter.value();
    return sum;
  }

 private:
  struct alignas(64) Part {
    Counter counter;
  };
  std::array<Part, base::kThreadSlots + 1> parts_;  // the last is for threads without a slot
};

struct Counters {
  Counter messages_posted;
  Counter posts_deduplicated;
  Counter messages_edited;
  Counter messages_deleted;
  Counter records_written;
  Counter records_deleted;
  Counter attachments_stored;
  Counter attachments_deleted;
  Counter attachment_bytes_stored;
  Counter attachment_reads;
  Counter uploads_removed;
  Counter version_conflicts;
  Counter bytes_written;
  SpreadCounter message_reads;
  SpreadCounter page_reads;
  Counter channels_placed;
  Counter buckets_cut;
  std::array<Counter, kMaxShards> bytes_to_shard;  // of messages, records and attachments; what autopilot goes by

  StoreCounters Read() const {
    return {.messages_posted = messages_posted.value(),
            .posts_deduplicated = posts_deduplicated.value(),
            .messages_edited = messages_edited.value(),
            .messages_deleted = messages_deleted.value(),
            .records_written = records_written.value(),
            .records_deleted = records_deleted.value(),
            .attachments_stored = attachments_stored.value(),
            .attachments_deleted = attachments_deleted.value(),
            .attachment_bytes_stored = attachment_bytes_stored.value(),
            .attachment_reads = attachment_reads.value(),
            .uploads_removed = uploads_removed.value(),
            .version_conflicts = version_conflicts.value(),
            .bytes_written = bytes_written.value(),
            .message_reads = message_reads.value(),
            .page_reads = page_reads.value(),
            .channels_placed = channels_placed.value(),
            .buckets_cut = buckets_cut.value()};
  }
};

}  // namespace rookery::store
