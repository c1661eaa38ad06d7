// Keys and values of the catalog, the keyspace in which a store keeps what it must know about itself.
// Grammar: docs/format/catalog.md.
//
//   0x01           identity: store id and format version, as in the identity file beside the engine
//   0x02           shard map (routing::EncodeShardMap)
//   0x03           id horizon: 8 bytes big-endian, ms since 1970
//   0x04           highest id that was supplied by a caller at or above the generator's start: 8 bytes big-endian
//   0x05           loads of the shards, for placement: 16 bytes big-endian each
//   0x06           the width of buckets in ms: 8 bytes big-endian; there only while the bucket map is complete
//   0x07           reshard job under way, or the last one (store::EncodeReshardJob)
//   0x08           how far its copying has come: 4 bytes shard, 8 bytes rows, 8 bytes bytes, the key to go on with
//   0x0a           what autopilot decided (store::EncodeAutopilotRow)
//   0x10 channel   directory entry: the channel's shard, 4 bytes big-endian; then, while a reshard job is on, where it
//                  is from which epoch of the shard map on: 8 bytes and 4 bytes big-endian each
//   0x11 s name    retention rule: s, one byte, is its scope; max age in ms, messages, bytes, 8 bytes big-endian each
//   0x50 id        upload under way, by the attachment's id, 8 bytes big-endian: EncodeUpload
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/key_format.h"
#include "rookery/types.h"

namespace rookery::codec {

inline constexpr std::string_view kCatalogKeyspace = "catalog";

inline constexpr std::string_view kIdentityKey{"\x01", 1};
inline constexpr std::string_view kShardMapKey{"\x02", 1};
inline constexpr std::string_view kIdHorizonKey{"\x03", 1};
inline constexpr std::string_view kHighestSuppliedIdKey{"\x04", 1};
inline constexpr std::string_view kLoadsKey{"\x05", 1};
inline constexpr std::string_view kBucketWidthKey{"\x06", 1};
inline constexpr std::string_view kReshardJobKey{"\x07", 1};
inline constexpr std::string_view kReshardProgressKey{"\x08", 1};
inline constexpr std::string_view kAutopilotKey{"\x0a", 1};
inline constexpr std::string_view kDirectoryPrefix{"\x10", 1};
inline constexpr std::string_view kUploadPrefix{"\x50", 1};

inline constexpr std::string_view kRetentionPrefix{"\x11", 1};

std::string DirectoryKey(std::string_view channel);

std::string EncodeU64(std::uint64_t value);
std::optional<std::uint64_t> DecodeU64(std::string_view bytes);

struct DirectoryRow {
  struct Move {
    Epoch since;
    ShardId shard;
    friend bool operator==(const Move&, const Move&) = default;
  };
  ShardId shard;
  std::vector<Move> moves = {};  // by their epochs
  friend bool operator==(const DirectoryRow&, const DirectoryRow&) = default;
};
std::string EncodeDirectoryRow(const DirectoryRow& row);
std::optional<DirectoryRow> DecodeDirectoryRow(std::string_view bytes);

/// Pairs of (channels, bytes written), one per shard.
std::string EncodeLoads(std::span<const std::pair<std::uint64_t, std::uint64_t>> loads);
std::optional<std::vector<std::pair<std::uint64_t, std::uint64_t>>> DecodeLoads(std::string_view bytes);

/// The chunks that an attachment has before it is finished.
struct Upload {
  std::string channel;
  MessageId message;
  AttachmentId attachment;
  std::uint32_t chunk_count = 0;

  ChunkPlace place() const { return {channel, message, attachment}; }
};
std::string UploadKey(AttachmentId attachment);
/// All but the attachment's id, which is in the key.
std::string EncodeUpload(const Upload& upload);
std::optional<Upload> DecodeUpload(std::string_view key, std::string_view value);

struct StoreIdentity {
  std::uint32_t format = 0;
  std::string store_id;  // 32 hex digits
};
std::string EncodeIdentity(const StoreIdentity& identity);
std::optional<StoreIdentity> DecodeIdentity(std::string_view bytes);

}  // namespace rookery::codec
