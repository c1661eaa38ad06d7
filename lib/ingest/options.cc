// IngestOptions::Validate: every field's bounds in one place.
#include "ingest/options.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/macros.h"
#include "base/text.h"
#include "rookery/ingestor.h"

namespace rookery {
namespace {

constexpr std::size_t kMostBatchMessages = 65'536;
constexpr std::chrono::microseconds kLongestAge = std::chrono::minutes{1};
constexpr std::uint32_t kMostWorkers = 256;
constexpr std::size_t kMostDestinations = 4096;
constexpr std::size_t kLongestName = 255;

Status Bad(std::string_view field, std::string_view what) {
  return {StatusCode::kInvalidArgument, std::string(field) + " " + std::string(what)};
}

Status CheckDestinations(const std::vector<std::string>& names) {
  if (names.size() > kMostDestinations) return Bad("destinations", "has more than 4096 names");
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > kLongestName)
      return Bad("destinations", "has a name that is not of 1 to 255 bytes");
    if (!seen.insert(name).second) return Bad("destinations", "names " + base::Quoted(name) + " twice");
  }
  return {};
}

}  // namespace

Status IngestOptions::Validate() const {
  if (batch.messages == 0 || batch.messages > kMostBatchMessages) return Bad("batch.messages", "must be 1 to 65,536");
  if (batch.bytes == 0) return Bad("batch.bytes", "must be at least 1");
  if (batch.age.count() < 0 || batch.age > kLongestAge) return Bad("batch.age", "must be 0 to 1 minute");
  if (mailbox.messages == 0) return Bad("mailbox.messages", "must be at least 1");
  if (mailbox.bytes && *mailbox.bytes < ingest::kLeastMailboxBytes)
    return Bad("mailbox.bytes", "must be at least 1 KiB");
  if (mailbox.when_full != WhenFull::kWait && mailbox.when_full != WhenFull::kBusy) {
    return Bad("mailbox.when_full", "is not one of WhenFull");
  }
  RK_TRY(ingest::CheckTimeout(timeout));
  if (durability && *durability != Durability::kBuffered && *durability != Durability::kSync) {
    return Bad("durability", "is not one of Durability");
  }
  if (workers > kMostWorkers) return Bad("workers", "must be at most 256");
  return CheckDestinations(destinations);
}

namespace ingest {

Status CheckTimeout(std::chrono::milliseconds timeout) {
  if (timeout.count() >= 0 && timeout <= kLongestTimeout) return {};
  return Bad("timeout", "must be 0 to 1 hour");
}

}  // namespace ingest
}  // namespace rookery
