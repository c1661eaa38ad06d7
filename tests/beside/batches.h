// What an owner writes for readers to look at: batches of a message in each of some channels, so that a reader can tell
// whether it sees a whole number of them, and which.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rookery/reader.h"
#include "rookery/store.h"

namespace rookery::testing {

/// The next batch, the number-th from 1 on. Now and then it is written to tables.
Status PostNumbered(Store* store, std::size_t number);

/// What a reader sees, if that is a whole number of batches and all of them from the first on; else why not.
struct Seen {
  std::size_t batches = 0;
  std::string print = {};    // of all ids and contents
  std::string problem = {};  // empty: none
};
/// `most`: as if there were no more batches than that.
Seen SeenBy(const Reader& reader, std::optional<std::size_t> most = std::nullopt);

}  // namespace rookery::testing
