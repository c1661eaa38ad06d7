// Whole messages through a pipe: a length, then so many bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rookery::bench {

/// Throws Failure if the other end is gone.
void SendMessage(int file, std::string_view message);
/// nullopt if the other end was closed. Throws Failure if a signal came in between.
std::optional<std::string> ReceiveMessage(int file);

}  // namespace rookery::bench
