// The bytes of a row, from its head to its fields. Only for bytes that were verified: see DecodeMessage.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "codec/checksum.h"
#include "codec/message_codec.h"
#include "codec/row_generated.h"
#include "rookery/types.h"

namespace rookery::codec {

/// The first byte of every value: the format in the low four bits, flags in the high four. No flag has a meaning yet.
inline constexpr std::uint8_t kEnvelope = kValueFormat;
inline constexpr std::uint8_t kFormatMask = 0x0F;
/// The envelope, and the checksum of what follows them.
inline constexpr std::size_t kHeadLength = 1 + sizeof(std::uint32_t);

/// Writes the head of a row whose table is there. REQUIRES: row.size() >= kHeadLength
inline void WriteHead(std::span<char> row) {
  row[0] = static_cast<char>(kEnvelope);
  const std::uint32_t checksum = ShortChecksumOf(std::string_view(row.data(), row.size()).substr(kHeadLength));
  flatbuffers::WriteScalar(row.data() + 1, checksum);
}

/// REQUIRES: `value` was verified as a row of this type.
template <typename Table>
const Table& TableIn(const char* value) {
  return *flatbuffers::GetRoot<Table>(value + kHeadLength);
}

/// Empty if the field is absent.
inline std::string_view BytesOf(const flatbuffers::Vector<std::uint8_t>* field) {
  if (field == nullptr) return {};
  return {reinterpret_cast<const char*>(field->data()), field->size()};
}

inline std::optional<Timestamp> TimeOf(flatbuffers::Optional<std::int64_t> field) {
  if (!field) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{*field}};
}

}  // namespace rookery::codec
