// What a load adds to each bucket of each channel: how many messages, their bytes, the lowest and the highest id.
//
// Messages come in the order of their keys, channel by channel and the newest first, so a bucket is complete when the
// next one begins: one is held in memory. The others go to a scratch file, as there may be as many as messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/intake.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/buckets/bucket_rule.h"

namespace rookery::store::bulk {

/// Messages that a load adds.
struct NewBucket {
  std::string_view prefix;  // of the channel's message keys
  std::uint64_t bucket = 0;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;  // of keys and values
  MessageId lowest = {};
  MessageId highest = {};
};

/// Used by one thread at a time.
class BucketTally {
 public:
  using Visit = std::function<Status(const NewBucket&)>;

  BucketTally(engine::Intake* intake, BucketRule rule) : intake_(*intake), rule_(rule) {}

  /// A message of the channel that was begun last, and the bytes of its row. REQUIRES: its id is lower than the one
  /// before.
  Status Add(MessageId id, std::size_t bytes);
  Status BeginChannel(std::string_view prefix);
  Status Finish();
  /// As new.
  void Discard();

  /// Calls visit for each bucket, by channel and the newest first. REQUIRES: finished. An error ends it.
  Status VisitAll(const Visit& visit) const;

 private:
  Status Close();

  engine::Intake& intake_;
  const BucketRule rule_;
  std::string prefix_;
  NewBucket open_;              // of prefix_; count 0: none
  bool prefix_stored_ = false;  // of the buckets in the tally the last one is of prefix_
  std::string bytes_;           // what is not in the file
  std::unique_ptr<engine::ScratchFile> file_;
  std::uint64_t file_bytes_ = 0;
};

}  // namespace rookery::store::bulk
