// The bytes of a shard map (grammar and worked example: docs/format/shard_map.md): plain big-endian numbers, one
// encoding per map. Decoding checks all that a router relies on, so a map that decodes cannot route out of bounds.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/big_endian.h"
#include "base/byte_reader.h"
#include "routing/placement.h"
#include "routing/shard_map.h"

namespace rookery::routing {
namespace {

/// As the envelope of a row: the format in the low four bits, flags in the high ones.
constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kHasSpreads = 0x10;

// Values are part of the format: append, never renumber.
enum class Strategy : std::uint8_t { kHash = 1, kRange = 2, kDirectory = 3 };

void Append(std::string* out, const HashTable& table) {
  base::AppendBigEndian(out, static_cast<std::uint8_t>(Strategy::kHash));
  for (const std::uint16_t shard : table.shard_of_slot) base::AppendBigEndian(out, shard);
}

void Append(std::string* out, const RangeTable& table) {
  base::AppendBigEndian(out, static_cast<std::uint8_t>(Strategy::kRange));
  base::AppendBigEndian(out, static_cast<std::uint32_t>(table.splits.size()));
  for (const std::string& split : table.splits) {
    base::AppendBigEndian(out, static_cast<std::uint16_t>(split.size()));
    out->append(split);
  }
  for (const ShardId shard : table.shards) base::AppendBigEndian(out, shard.value);
}

void Append(std::string* out, const DirectoryTable& table) {
  base::AppendBigEndian(out, static_cast<std::uint8_t>(Strategy::kDirectory));
  base::AppendBigEndian(out, static_cast<std::uint8_t>(table.placement));
  for (const std::uint32_t weight : table.weights) base::AppendBigEndian(out, weight);
}

// The three below read up to the end of the table; what they leave unread or lack shows in the reader.

bool ReadTable(base::ByteReader* reader, std::uint32_t shards, HashTable* table) {
  for (std::uint16_t& shard : table->shard_of_slot) {
    shard = reader->Number<std::uint16_t>();
    if (shard >= shards) return false;
  }
  return true;
}

bool ReadTable(base::ByteReader* reader, std::uint32_t shards, RangeTable* table) {
  const auto splits = reader->Number<std::uint32_t>();
  if (splits > reader->left()) return false;  // each takes more than a byte
  for (std::uint32_t i = 0; i < splits; ++i) {
    const std::string_view split = reader->Bytes(reader->Number<std::uint16_t>());
    if (split.empty() || split.size() > kMaxChannelBytes) return false;
    if (i > 0 && split <= table->splits.back()) return false;
    table->splits.emplace_back(split);
  }
  for (std::uint32_t i = 0; i <= splits; ++i) {
    table->shards.emplace_back(reader->Number<std::uint32_t>());
    if (table->shards.back().value >= shards) return false;
  }
  return true;
}

bool ReadTable(base::ByteReader* reader, std::uint32_t shards, DirectoryTable* table) {
  table->placement = static_cast<Placement>(reader->Number<std::uint8_t>());
  if (!IsPlacement(table->placement)) return false;
  for (std::uint32_t i = 0; i < shards; ++i) {
    const auto weight = reader->Number<std::uint32_t>();
    if (weight > 1 && table->placement != Placement::kWeighted) return false;
    table->weights.push_back(weight);
  }
  return std::any_of(table->weights.begin(), table->weights.end(), [](std::uint32_t weight) { return weight > 0; });
}

template <typename Table>
bool ReadTableInto(base::ByteReader* reader, ShardMap* map) {
  return ReadTable(reader, map->shards, &map->table.emplace<Table>());
}

bool ReadAnyTable(base::ByteReader* reader, ShardMap* map) {
  switch (static_cast<Strategy>(reader->Number<std::uint8_t>())) {
    case Strategy::kHash:
      return ReadTableInto<HashTable>(reader, map);
    case Strategy::kRange:
      return ReadTableInto<RangeTable>(reader, map);
    case Strategy::kDirectory:
      return ReadTableInto<DirectoryTable>(reader, map);
  }
  return false;
}

void AppendSpreads(std::string* out, const ShardMap& map) {
  base::AppendBigEndian(out, static_cast<std::uint64_t>(map.bucket_width.count()));
  for (const Spread& spread : map.spreads) {
    base::AppendBigEndian(out, static_cast<std::uint16_t>(spread.channel.size()));
    out->append(spread.channel);
    base::AppendBigEndian(out, static_cast<std::uint16_t>(spread.shards.size()));
    for (const ShardId shard : spread.shards) base::AppendBigEndian(out, shard.value);
  }
}

/// Up to the end.
bool ReadSpreads(base::ByteReader* reader, ShardMap* map) {
  map->bucket_width = std::chrono::milliseconds{static_cast<std::int64_t>(reader->Number<std::uint64_t>())};
  if (map->bucket_width.count() <= 0 || reader->left() == 0) return false;
  while (reader->left() > 0) {
    Spread spread;
    spread.channel = reader->Bytes(reader->Number<std::uint16_t>());
    if (spread.channel.empty() || spread.channel.size() > kMaxChannelBytes) return false;
    if (!map->spreads.empty() && spread.channel <= map->spreads.back().channel) return false;
    const auto shards = reader->Number<std::uint16_t>();
    if (shards == 0 || shards > kMaxShards || map->spreads.size() == kMaxSpreads) return false;
    for (std::uint16_t i = 0; i < shards; ++i) {
      spread.shards.emplace_back(reader->Number<std::uint32_t>());
      if (spread.shards.back().value >= map->shards) return false;
    }
    map->spreads.push_back(std::move(spread));
  }
  return true;
}

}  // namespace

std::string EncodeShardMap(const ShardMap& map) {
  std::string bytes;
  const bool has_spreads = !map.spreads.empty();
  base::AppendBigEndian(&bytes, static_cast<std::uint8_t>(kFormat | (has_spreads ? kHasSpreads : 0)));
  base::AppendBigEndian(&bytes, map.epoch.value);
  base::AppendBigEndian(&bytes, map.shards);
  std::visit([&](const auto& table) { Append(&bytes, table); }, map.table);
  if (has_spreads) AppendSpreads(&bytes, map);
  return bytes;
}

std::optional<ShardMap> DecodeShardMap(std::string_view bytes) {
  base::ByteReader reader(bytes);
  const auto format = reader.Number<std::uint8_t>();
  const bool has_spreads = (format & kHasSpreads) != 0;
  if ((format & ~kHasSpreads) != kFormat) return std::nullopt;
  ShardMap map;
  map.epoch = Epoch{reader.Number<std::uint64_t>()};
  map.shards = reader.Number<std::uint32_t>();
  if (map.epoch.value == 0 || map.shards == 0 || map.shards > kMaxShards) return std::nullopt;
  if (!ReadAnyTable(&reader, &map) || (has_spreads && !ReadSpreads(&reader, &map))) return std::nullopt;
  if (reader.failed() || reader.left() != 0) return std::nullopt;
  return map;
}

}  // namespace rookery::routing
