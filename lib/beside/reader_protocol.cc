#include "beside/reader_protocol.h"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "base/text.h"
#include "beside/readers_directory.h"
#include "rookery/version.h"

namespace rookery::beside {
namespace {

constexpr std::string_view kProtocol = "rookery-readers ";
constexpr std::string_view kVersion = "1 ";
constexpr std::string_view kCheckpoint = "checkpoint ";
constexpr std::string_view kRefused = "refused ";
constexpr std::string_view kAny = "any";

bool Skip(std::string_view word, std::string_view* text) {
  if (!text->starts_with(word)) return false;
  text->remove_prefix(word.size());
  return true;
}

}  // namespace

std::string EncodeRequest(const Request& request) {
  const std::string age = request.max_age ? std::to_string(request.max_age->count()) : std::string(kAny);
  return std::string(kProtocol) + std::string(kVersion) + std::string(kCheckpoint) + age + "\n";
}

Result<Request> DecodeRequest(std::string_view line) {
  std::string_view rest = line;
  if (!Skip(kProtocol, &rest)) return Status(StatusCode::kInvalidArgument, "this is no request: " + base::Quoted(line));
  if (!Skip(kVersion, &rest)) {
    return Status(StatusCode::kUnsupported, "the store is open in a process with rookery " +
                                                std::string(LibraryVersion()) +
                                                ", which does not understand this request: " + base::Quoted(line));
  }
  if (!Skip(kCheckpoint, &rest)) {
    return Status(StatusCode::kInvalidArgument, "this is no request: " + base::Quoted(line));
  }
  if (rest == kAny) return Request{};
  // What would not fit into a time is longer than a store can live.
  constexpr std::int64_t kLongest = std::int64_t{1} << 50;
  std::int64_t age = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), age);
  if (error != std::errc{} || end != rest.data() + rest.size() || age < 0 || age > kLongest) {
    return Status(StatusCode::kInvalidArgument, "this is no age in milliseconds: " + base::Quoted(rest));
  }
  return Request{.max_age = std::chrono::milliseconds{age}};
}

std::string EncodeAnswer(const Answer& answer) {
  std::string line =
      answer.checkpoint.empty() ? std::string(kRefused) + answer.refusal : std::string(kCheckpoint) + answer.checkpoint;
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  if (line.size() >= kMaxAnswerBytes) line.resize(kMaxAnswerBytes - 1);
  return line + "\n";
}

std::optional<Answer> DecodeAnswer(std::string_view line) {
  if (Skip(kRefused, &line)) return Answer{.checkpoint = {}, .refusal = std::string(line)};
  // Only a name that cannot lead anywhere else.
  if (!Skip(kCheckpoint, &line) || !IsCheckpointName(line)) return std::nullopt;
  return Answer{.checkpoint = std::string(line)};
}

}  // namespace rookery::beside
