// What callers may ask for: every argument of the API is checked here, before anything is read or written.
// Each answers OK, or kInvalidArgument with a message that names the argument, its value and the limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rookery/attachment.h"
#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/query.h"
#include "rookery/status.h"

namespace rookery::store {

/// Of a read cache. Bytes.
inline constexpr std::size_t kMinCacheCapacity = std::size_t{1} << 20;

Status CheckChannel(std::string_view channel);
Status CheckMessageId(MessageId id, std::string_view argument);
Status CheckMessage(const NewMessage& message, const Limits& limits);
/// The version of an import or a copy.
Status CheckSuppliedVersion(Version version);
Status CheckEdit(const MessageEdit& edit, const Limits& limits);
Status CheckRecordKey(std::string_view key);
Status CheckRecordValue(std::string_view value, const Limits& limits);
Status CheckAttachmentName(std::string_view name);
Status CheckAttachmentOptions(const AttachmentOptions& options);
/// Whether a message with `count` attachments may get another.
Status CheckAttachmentCount(std::uint32_t count, const Limits& limits);
Status CheckAttachmentSize(std::uint64_t bytes, const Limits& limits);
Status CheckPageSize(std::size_t limit);
Status CheckHistoryQuery(const HistoryQuery& query);
Status CheckScanQuery(const ScanQuery& query, std::uint32_t shards);

}  // namespace rookery::store
