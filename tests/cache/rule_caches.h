// Caches by the rules of the literature, as plain and slow as can be: what published miss counts are compared with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <set>
#include <tuple>
#include <unordered_map>

namespace rookery::testing {

/// Counts hits while a key is in the cache; of equal counts, whoever was touched longest ago goes.
class InCacheLfu {
 public:
  explicit InCacheLfu(std::size_t capacity) : capacity_(capacity) {}
  bool Access(std::uint32_t key, std::size_t size);

 private:
  struct Item {
    std::uint64_t count;
    std::uint64_t touched;
    std::size_t size;
  };

  std::size_t capacity_;
  std::size_t used_ = 0;
  std::uint64_t time_ = 0;
  std::unordered_map<std::uint32_t, Item> items_;
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>> order_;
};

/// S3-FIFO (J. Yang et al., 2023): a small queue of a tenth, a main queue, a ghost queue of nine tenths; two hits in
/// the small queue lead to the main queue; what is larger than the small queue is not cached.
class S3Fifo {
 public:
  explicit S3Fifo(std::size_t capacity);
  bool Access(std::uint32_t key, std::size_t size);

 private:
  struct Item {
    std::uint32_t key;
    std::size_t size;
    unsigned hits;
  };
  struct Queue {
    std::size_t capacity = 0;
    std::size_t used = 0;
    std::list<Item> items;  // newest first
  };
  using Place = std::list<Item>::iterator;
  struct Found {
    Queue* queue;
    Place place;
  };

  void Push(Queue* queue, Item item);
  Item Pop(Queue* queue, Place place);
  void EvictFromSmall();
  void EvictFromMain();

  Queue small_;
  Queue main_;
  Queue ghost_;
  std::size_t capacity_;
  std::unordered_map<std::uint32_t, Found> index_;  // ghosts included
};

}  // namespace rookery::testing
