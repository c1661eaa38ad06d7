#include "codec/cell_rows.h"

#include "base/big_endian.h"
#include "base/byte_reader.h"

namespace rookery::codec {
namespace {

constexpr std::size_t kStoreIdLength = 32;

void AppendText(std::string* out, std::string_view text) {
  base::AppendBigEndian(out, static_cast<std::uint32_t>(text.size()));
  out->append(text);
}

std::string ReadText(base::ByteReader* reader) { return std::string(reader->Bytes(reader->Number<std::uint32_t>())); }

}  // namespace

std::string CellKey(std::string_view name) { return std::string(kCellPrefix).append(name); }

std::string CellChannelKey(std::string_view channel) { return std::string(kCellChannelPrefix).append(channel); }

std::string CellRemainsKey(std::string_view cell, std::string_view channel) {
  return std::string(kCellRemainsPrefix).append(cell).append(1, '\0').append(channel);
}

std::string EncodeCell(const CellRow& row) {
  std::string bytes;
  base::AppendBigEndian(&bytes, row.memory);
  base::AppendBigEndian(&bytes, row.quota_bytes);
  AppendText(&bytes, row.store_id);
  AppendText(&bytes, row.directory);
  base::AppendBigEndian(&bytes, static_cast<std::uint32_t>(row.prefixes.size()));
  for (const std::string& prefix : row.prefixes) AppendText(&bytes, prefix);
  base::AppendBigEndian(&bytes, static_cast<std::uint32_t>(row.overrides.size()));
  for (const auto& [name, value] : row.overrides) {
    AppendText(&bytes, name);
    AppendText(&bytes, value);
  }
  return bytes;
}

std::optional<CellRow> DecodeCell(std::string_view name, std::string_view bytes) {
  base::ByteReader reader(bytes);
  CellRow row{.name = std::string(name), .store_id = {}, .directory = {}};
  row.memory = reader.Number<std::uint64_t>();
  row.quota_bytes = reader.Number<std::uint64_t>();
  row.store_id = ReadText(&reader);
  row.directory = ReadText(&reader);
  for (auto left = reader.Number<std::uint32_t>(); left > 0 && !reader.failed(); --left) {
    row.prefixes.push_back(ReadText(&reader));
  }
  for (auto left = reader.Number<std::uint32_t>(); left > 0 && !reader.failed(); --left) {
    std::string option = ReadText(&reader);
    const bool ascends = row.overrides.empty() || option > row.overrides.rbegin()->first;
    if (!ascends) return std::nullopt;
    row.overrides[std::move(option)] = ReadText(&reader);
  }
  const bool sound = !reader.failed() && reader.left() == 0 && !row.name.empty() && !row.directory.empty() &&
                     row.store_id.size() == kStoreIdLength;
  return sound ? std::optional(std::move(row)) : std::nullopt;
}

}  // namespace rookery::codec
