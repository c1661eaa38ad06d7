// Text of any character set as UTF-8, by iconv.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rookery::admin {

/// What cannot be converted becomes U+FFFD. nullopt: the character set is unknown.
std::optional<std::string> ToUtf8(std::string_view bytes, const std::string& charset);

}  // namespace rookery::admin
