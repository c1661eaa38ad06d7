// A channel that is filled and emptied: by Rookery, and by raw RocksDB with the same options, keys and values.
#pragma once

#include <cstddef>
#include <memory>

#include "bench/entrant.h"

namespace rookery::bench {

/// Used by one thread. Throws Failure on errors.
class Graveyard {
 public:
  virtual ~Graveyard() = default;
  /// Stores a message of the chat in the channel.
  virtual void Post(std::size_t message) = 0;
  virtual void Delete(std::size_t message) = 0;
  /// Reads the latest page and returns how many messages it has.
  virtual std::size_t ReadLatest() = 0;
  virtual void Reopen() = 0;
};

std::unique_ptr<Graveyard> MakeRocksDbGraveyard(const Ground& ground);

}  // namespace rookery::bench
