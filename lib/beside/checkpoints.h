// The checkpoints of a store, as its owner has them: the newest stays, for readers whom nobody answers, an older one as
// long as it is read.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cells/cell_set.h"
#include "rookery/clock.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::beside {

/// Removes what a store that was opened for writing does not need of former openings. What is read stays. Does nothing
/// if there is nothing, or something that rookery has not made.
Status TidyCheckpoints(const cells::CellSet& cells, const Clock& clock, bool serving);

/// Owned by one thread at a time.
class Checkpoints {
 public:
  struct Known {
    std::string name;
    Timestamp at;
  };

  /// Makes the directory, and tidies up. Errors of ReadersDirectory::Prepare. `cells` is open as long as this is used.
  static Result<std::unique_ptr<Checkpoints>> Open(std::shared_ptr<const cells::CellSet> cells,
                                                   std::shared_ptr<const Clock> clock, std::size_t max);

  const std::optional<Known>& newest() const { return newest_; }
  /// Another newest one. kBusy: there are as many as there may be, and all are read. Errors of MakeCheckpoint.
  Status Make(const std::function<bool()>& go_on);
  /// No checkpoint is the newest any more if it needs another key than the store's new files have.
  void ForgetOldKeys();
  /// Removes those that nobody reads and that are not the newest. Answers how many there are then.
  Result<std::size_t> Prune();

 private:
  Checkpoints(std::shared_ptr<const cells::CellSet> cells, std::shared_ptr<const Clock> clock, std::size_t max)
      : cells_(std::move(cells)), clock_(std::move(clock)), max_(max) {}

  const std::shared_ptr<const cells::CellSet> cells_;
  const std::shared_ptr<const Clock> clock_;
  const std::size_t max_;
  std::optional<Known> newest_;
};

}  // namespace rookery::beside
