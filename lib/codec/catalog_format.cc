#include "codec/catalog_format.h"

#include "base/big_endian.h"

namespace rookery::codec {
namespace {

constexpr std::size_t kStoreIdLength = 32;
constexpr std::size_t kLoadLength = 16;

}  // namespace

std::string DirectoryKey(std::string_view channel) { return std::string(kDirectoryPrefix).append(channel); }

std::string EncodeU64(std::uint64_t value) {
  std::string bytes;
  base::AppendBigEndian(&bytes, value);
  return bytes;
}

std::optional<std::uint64_t> DecodeU64(std::string_view bytes) {
  if (bytes.size() != sizeof(std::uint64_t)) return std::nullopt;
  return base::ReadBigEndian<std::uint64_t>(bytes);
}

std::string EncodeDirectoryRow(const DirectoryRow& row) {
  std::string bytes;
  base::AppendBigEndian(&bytes, row.shard.value);
  for (const DirectoryRow::Move& move : row.moves) {
    base::AppendBigEndian(&bytes, move.since.value);
    base::AppendBigEndian(&bytes, move.shard.value);
  }
  return bytes;
}

std::optional<DirectoryRow> DecodeDirectoryRow(std::string_view bytes) {
  constexpr std::size_t kShardLength = sizeof(std::uint32_t);
  constexpr std::size_t kMoveLength = sizeof(std::uint64_t) + kShardLength;
  if (bytes.size() < kShardLength || (bytes.size() - kShardLength) % kMoveLength != 0) return std::nullopt;
  DirectoryRow row{.shard = ShardId{base::ReadBigEndian<std::uint32_t>(bytes)}};
  bytes.remove_prefix(kShardLength);
  for (; !bytes.empty(); bytes.remove_prefix(kMoveLength)) {
    row.moves.push_back({Epoch{base::ReadBigEndian<std::uint64_t>(bytes)},
                         ShardId{base::ReadBigEndian<std::uint32_t>(bytes.substr(sizeof(std::uint64_t)))}});
    if (row.moves.size() > 1 && row.moves.back().since <= row.moves[row.moves.size() - 2].since) return std::nullopt;
  }
  return row;
}

std::string EncodeLoads(std::span<const std::pair<std::uint64_t, std::uint64_t>> loads) {
  std::string bytes;
  bytes.reserve(loads.size() * kLoadLength);
  for (const auto& [channels, bytes_written] : loads) {
    base::AppendBigEndian(&bytes, channels);
    base::AppendBigEndian(&bytes, bytes_written);
  }
  return bytes;
}

std::optional<std::vector<std::pair<std::uint64_t, std::uint64_t>>> DecodeLoads(std::string_view bytes) {
  if (bytes.size() % kLoadLength != 0) return std::nullopt;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> loads;
  for (; !bytes.empty(); bytes.remove_prefix(kLoadLength)) {
    loads.emplace_back(base::ReadBigEndian<std::uint64_t>(bytes), base::ReadBigEndian<std::uint64_t>(bytes.substr(8)));
  }
  return loads;
}

std::string UploadKey(AttachmentId attachment) {
  std::string key(kUploadPrefix);
  base::AppendBigEndian(&key, attachment.value);
  return key;
}

std::string EncodeUpload(const Upload& upload) {
  std::string bytes;
  base::AppendBigEndian(&bytes, upload.chunk_count);
  base::AppendBigEndian(&bytes, upload.message.value);
  return bytes.append(upload.channel);
}

std::optional<Upload> DecodeUpload(std::string_view key, std::string_view value) {
  constexpr std::size_t kNumbers = sizeof(std::uint32_t) + sizeof(std::uint64_t);
  if (key.size() != kUploadPrefix.size() + sizeof(std::uint64_t) || !key.starts_with(kUploadPrefix))
    return std::nullopt;
  if (value.size() <= kNumbers || value.size() > kNumbers + kMaxChannelBytes) return std::nullopt;
  Upload upload{.channel = std::string(value.substr(kNumbers)),
                .message = MessageId{base::ReadBigEndian<std::uint64_t>(value.substr(sizeof(std::uint32_t)))},
                .attachment = AttachmentId{base::ReadBigEndian<std::uint64_t>(key.substr(kUploadPrefix.size()))},
                .chunk_count = base::ReadBigEndian<std::uint32_t>(value)};
  const bool sound = upload.message.valid() && upload.attachment.value != 0;
  return sound ? std::optional(std::move(upload)) : std::nullopt;
}

std::string EncodeIdentity(const StoreIdentity& identity) {
  std::string bytes;
  base::AppendBigEndian(&bytes, identity.format);
  return bytes.append(identity.store_id);
}

std::optional<StoreIdentity> DecodeIdentity(std::string_view bytes) {
  if (bytes.size() != sizeof(std::uint32_t) + kStoreIdLength) return std::nullopt;
  return StoreIdentity{base::ReadBigEndian<std::uint32_t>(bytes), std::string(bytes.substr(sizeof(std::uint32_t)))};
}

}  // namespace rookery::codec
