// What a reader and the owner of a store say to each other: a line each, and the connection is closed.
//
//   reader: rookery-readers 1 checkpoint 250        not older than 250 ms
//           rookery-readers 1 checkpoint any        as the owner likes
//   owner:  checkpoint 000012                       its name in the directory `readers`
//           refused TEXT                            there is none for it, and why
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rookery/status.h"

namespace rookery::beside {

/// No line is longer, with its end.
inline constexpr std::size_t kMaxRequestBytes = 128;
inline constexpr std::size_t kMaxAnswerBytes = 4096;

struct Request {
  std::optional<std::chrono::milliseconds> max_age = {};  // absent: any
};
std::string EncodeRequest(const Request& request);
/// Of a line without its end. kUnsupported, kInvalidArgument: what the reader is to be told.
Result<Request> DecodeRequest(std::string_view line);

/// Either a name or a text.
struct Answer {
  std::string checkpoint;  // empty: refused
  std::string refusal = {};
};
/// Cut to what an answer may have.
std::string EncodeAnswer(const Answer& answer);
/// Of a line without its end. nullopt: it is none.
std::optional<Answer> DecodeAnswer(std::string_view line);

}  // namespace rookery::beside
