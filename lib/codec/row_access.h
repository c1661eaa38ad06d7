// The bytes of a row, from envelope byte to field. Only for bytes that were verified: see DecodeMessage.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "codec/message_codec.h"
#include "codec/row_generated.h"
#include "rookery/types.h"

namespace rookery::codec {

/// The first byte of every value: the format in the low four bits, flags in the high four. No flag has a meaning yet.
inline constexpr std::uint8_t kEnvelope = kValueFormat;
inline constexpr std::uint8_t kFormatMask = 0x0F;
inline constexpr std::size_t kEnvelopeLength = 1;

/// REQUIRES: `value` was verified as a row of this type.
template <typename Table>
const Table& TableIn(const char* value) {
  return *flatbuffers::GetRoot<Table>(value + kEnvelopeLength);
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
