// StoreOptions::Validate: every field's bounds in one place.

#include "rookery/options.h"

#include <chrono>
#include <string>

#include "base/macros.h"
#include "codec/message_codec.h"
#include "routing/shard_map.h"
#include "store/admission_checks.h"
#include "store/limits.h"
#include "store/memory_plan.h"

namespace rookery {
namespace {

// Each by itself, so that a message that meets them can be read back whatever the limits were when its parts were
// written.
constexpr std::size_t kMaxContentLimit = std::size_t{1} << 30;
constexpr std::size_t kMaxAttributeByteLimit = std::size_t{64} << 20;
constexpr std::size_t kMaxAttributeLimit = 4096;
constexpr std::size_t kBytesAroundAnAttribute = 64;
static_assert(kMaxContentLimit + kMaxAttributeByteLimit + kMaxAttributeLimit * kBytesAroundAnAttribute +
                  kMaxAuthorBytes + kMaxNonceBytes + 1024 <
              codec::kMaxValueBytes);
constexpr std::uint64_t kMaxAttachmentByteLimit = std::uint64_t{64} << 30;
constexpr std::size_t kMaxAttachmentLimit = 10'000;
constexpr std::size_t kMinBufferBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxWindow = 1024;
constexpr std::uint32_t kMaxWorker = 1023;

/// Enums count from 0 without a gap. A value from a binding or a cast may be none of them.
template <typename Enum>
bool IsOneOf(Enum value, Enum last) {
  return static_cast<unsigned>(value) <= static_cast<unsigned>(last);
}

Status Bad(std::string_view field, std::string_view what) {
  return {StatusCode::kInvalidArgument, std::string(field) + " " + std::string(what)};
}

std::size_t GivenParts(const StoreOptions& options) {
  return options.tuning.block_cache_bytes.value_or(0) + options.tuning.write_buffer_bytes.value_or(0) +
         options.cache.capacity.value_or(0);
}

Status CheckServing(const ServeReadersOptions& serving, const StoreOptions& options) {
  constexpr std::size_t kMaxCheckpoints = 1000;
  if (serving.interval < std::chrono::milliseconds{0} || serving.interval > std::chrono::hours{1}) {
    return Bad("serve_readers.interval", "must be 0 to 1 hour");
  }
  if (serving.max_checkpoints < 2 || serving.max_checkpoints > kMaxCheckpoints) {
    return Bad("serve_readers.max_checkpoints", "must be 2 to 1000");
  }
  if (options.engine == EngineKind::kMemory) {
    return Bad("serve_readers", "cannot be given with the memory engine: nothing of it is on disk");
  }
  if (options.mode == OpenMode::kReadOnly || options.mode == OpenMode::kReadBeside) {
    return Bad("serve_readers", "is for who opens the store for writing; others can open it for reading at once");
  }
  return {};
}

}  // namespace

Status StoreOptions::Validate() const {
  if (!IsOneOf(mode, OpenMode::kReadBeside)) return Bad("mode", "is not one of OpenMode");
  if (!IsOneOf(engine, EngineKind::kMemory)) return Bad("engine", "is not one of EngineKind");
  if (!IsOneOf(durability, Durability::kSync)) return Bad("durability", "is not one of Durability");
  if (!IsOneOf(cache.policy, CachePolicy::kRandom)) return Bad("cache.policy", "is not one of CachePolicy");
  if (!IsOneOf(cache.write_mode, WriteMode::kAround)) return Bad("cache.write_mode", "is not one of WriteMode");
  if (ids.worker > kMaxWorker) return Bad("ids.worker", "is " + std::to_string(ids.worker) + "; it is 0 to 1023");
  if (ids.max_clock_lead < std::chrono::milliseconds{1}) return Bad("ids.max_clock_lead", "must be at least 1 ms");
  if (ids.max_clock_lead > std::chrono::hours{24}) return Bad("ids.max_clock_lead", "must be at most 24 hours");
  if (bucket_width < std::chrono::minutes{1} || bucket_width > std::chrono::days{10'000}) {
    return Bad("bucket_width", "must be 1 minute to 10,000 days");
  }
  if (limits.max_content_bytes == 0 || limits.max_content_bytes > kMaxContentLimit) {
    return Bad("limits.max_content_bytes", "must be 1 byte to 1 GiB");
  }
  if (limits.max_attributes > kMaxAttributeLimit) return Bad("limits.max_attributes", "must be at most 4096");
  if (limits.max_attribute_bytes > kMaxAttributeByteLimit) {
    return Bad("limits.max_attribute_bytes", "must be at most 64 MiB");
  }
  if (limits.max_attachment_bytes == 0 || limits.max_attachment_bytes > kMaxAttachmentByteLimit) {
    return Bad("limits.max_attachment_bytes", "must be 1 byte to 64 GiB");
  }
  if (limits.max_attachments == 0 || limits.max_attachments > kMaxAttachmentLimit) {
    return Bad("limits.max_attachments", "must be 1 to 10,000");
  }
  if (tuning.profile != "chat") return Bad("tuning.profile", "is \"" + tuning.profile + "\"; the profiles are: chat");
  if (tuning.block_cache_bytes.value_or(kMinBufferBytes) < kMinBufferBytes) {
    return Bad("tuning.block_cache_bytes", "must be at least 1 MiB");
  }
  if (tuning.write_buffer_bytes.value_or(kMinBufferBytes) < kMinBufferBytes) {
    return Bad("tuning.write_buffer_bytes", "must be at least 1 MiB");
  }
  if (tuning.max_wal_bytes < kMinBufferBytes) return Bad("tuning.max_wal_bytes", "must be at least 1 MiB");
  if (tuning.blob_threshold_bytes > kMaxContentLimit) {
    return Bad("tuning.blob_threshold_bytes", "must be at most 1 GiB, or 0 (never)");
  }
  if (cache.capacity && *cache.capacity != 0 && *cache.capacity < store::kMinCacheCapacity) {
    return Bad("cache.capacity", "must be 0 or at least 1 MiB");
  }
  if (memory && *memory < store::kMinMemory) return Bad("memory", "must be at least 8 MiB");
  if (memory && GivenParts(*this) > *memory) {
    return Bad("memory",
               "is less than tuning.block_cache_bytes, tuning.write_buffer_bytes and cache.capacity together");
  }
  RK_TRY(store::CheckAdmission(admission));
  if (cache.ttl && *cache.ttl < std::chrono::seconds{1}) return Bad("cache.ttl", "must be at least 1 second");
  if (cache.window > kMaxWindow) return Bad("cache.window", "must be at most 1024 messages");
  if (write_timeout < std::chrono::milliseconds{0} || write_timeout > std::chrono::hours{1}) {
    return Bad("write_timeout", "must be 0 (never wait) to 1 hour");
  }
  if (stats_interval < std::chrono::milliseconds{0} || stats_interval > std::chrono::hours{1}) {
    return Bad("stats_interval", "must be 0 (never) to 1 hour");
  }
  if (retention_interval < std::chrono::milliseconds{0} || retention_interval > std::chrono::hours{24}) {
    return Bad("retention_interval", "must be 0 (never) to 24 hours");
  }
  if (autopilot) RK_TRY(autopilot->Validate());
  if (routing) RK_TRY(routing::ValidateRouting(*routing));
  if (encryption) RK_TRY(encryption->Validate());
  if (encryption && engine == EngineKind::kMemory) {
    return Bad("encryption", "cannot be given with the memory engine: nothing of it is on disk");
  }
  const bool reads = mode == OpenMode::kReadOnly || mode == OpenMode::kReadBeside;
  if (reads && engine == EngineKind::kMemory) {
    return Bad("mode", "cannot be kReadOnly or kReadBeside with the memory engine: it begins empty");
  }
  if (serve_readers) RK_TRY(CheckServing(*serve_readers, *this));
  if (beside.max_age && *beside.max_age < std::chrono::milliseconds{0}) return Bad("beside.max_age", "is negative");
  if (beside.timeout < std::chrono::milliseconds{0} || beside.timeout > std::chrono::hours{1}) {
    return Bad("beside.timeout", "must be 0 to 1 hour");
  }
  return {};
}

}  // namespace rookery
