// Writes to a store whatever the dice say, and tells of each step what it changes: the oracle of rigs that look
// afterwards at what is left.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rookery/store.h"
#include "tests/torture/dice.h"
#include "tests/torture/rows.h"

namespace rookery::torture {

struct RowChange {
  LostRun::Kind kind = LostRun::Kind::kMessages;  // as which a report names it
  std::string row;
  std::optional<std::string> text;  // nullopt: it is removed
};

/// One call, or the few that store an attachment.
struct Step {
  std::string what;
  Status status;
  bool sync = false;  // once it is acknowledged, it and all before it are on disk
  std::vector<RowChange> changes;

  void ApplyTo(Rows* rows) const;
};

/// Does one step after the other, and knows what a store has that did them all. Owned by one thread.
class Author {
 public:
  struct Options {
    bool attachments = false;
    bool compactions = true;
    std::uint64_t sync_one_in = 4;
    std::size_t largest = 2000;  // bytes of content; at times 20 times as many
  };
  /// `rows`: what the store holds to begin with. `dice` must outlive this.
  Author(Dice* dice, const Options& options, Rows rows) : dice_(*dice), options_(options), rows_(std::move(rows)) {}

  /// One of the kinds below. What it changes is told also if it fails: then it may be there as a whole.
  Step Write(Store* store);
  /// What is there if all steps are.
  const Rows& rows() const { return rows_; }
  /// All texts that a row ever had.
  const std::multimap<std::string, std::string>& past() const { return past_; }

  Step Post(Store* store);
  Step PostBatch(Store* store);
  Step Edit(Store* store);
  Step Delete(Store* store);
  Step Put(Store* store);
  Step DeleteRecord(Store* store);
  Step Attach(Store* store);
  Step Detach(Store* store);
  Step Sync(Store* store);
  Step Compact(Store* store);

 private:
  std::string AnyChannel();
  std::string AnyContent();
  Durability AnyDurability() { return dice_.OneIn(options_.sync_one_in) ? Durability::kSync : Durability::kBuffered; }
  /// A row that begins so; nullopt: there is none.
  std::optional<std::string> AnyRow(const std::string& beginning);
  std::uint64_t VersionOf(const std::string& row) const;
  Step Done(Step step);

  Dice& dice_;
  const Options options_;
  Rows rows_;
  std::multimap<std::string, std::string> past_;
  std::uint64_t token_ = 0;
};

}  // namespace rookery::torture
