// Bytes as hexadecimal digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rookery::crypto {

std::string ToHex(std::string_view bytes);
/// nullopt: they are not pairs of hexadecimal digits.
std::optional<std::string> FromHex(std::string_view digits);

}  // namespace rookery::crypto
