#include "beside/owner_call.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/macros.h"
#include "beside/reader_socket.h"

namespace rookery::beside {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

milliseconds Left(Clock::time_point deadline) {
  return std::max(std::chrono::duration_cast<milliseconds>(deadline - Clock::now()), milliseconds{0});
}

Status NoAnswer() {
  return {StatusCode::kBusy, "the process that has the store open did not answer in time, or stopped while it did"};
}

/// Its first line, without the end.
Result<std::string> ReadLine(const base::Descriptor& socket, Clock::time_point deadline) {
  std::string text;
  std::array<char, kMaxAnswerBytes> buffer{};
  while (text.size() < kMaxAnswerBytes) {
    pollfd waiting{.fd = socket.get(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(Left(deadline).count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return NoAnswer();
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return NoAnswer();
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (const std::size_t end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
  }
  return NoAnswer();
}

Result<Answer> Ask(const ReadersDirectory& readers, const BesideOptions& options) {
  const Clock::time_point deadline = Clock::now() + options.timeout;
  RK_ASSIGN_OR_RETURN(const base::Descriptor socket, ConnectTo(readers.socket_path(), Left(deadline)));
  const std::string request = EncodeRequest({.max_age = options.max_age});
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return NoAnswer();
  }
  RK_ASSIGN_OR_RETURN(const std::string line, ReadLine(socket, deadline));
  const auto answer = DecodeAnswer(line);
  if (answer) return *answer;
  return Status(StatusCode::kCorruption, "what answers at " + readers.socket_path().string() +
                                             " is not a process that serves readers of a store");
}

}  // namespace

std::string NotServing() {
  return "the process that has it open does not serve readers (StoreOptions::serve_readers, or serve_readers=True in "
         "Python, switches that on)";
}

Answer AskOwner(const ReadersDirectory& readers, const BesideOptions& options) {
  struct stat status {};
  if (::lstat(readers.socket_path().c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
    return {.checkpoint = {}, .refusal = NotServing()};
  }
  Result<Answer> answer = Ask(readers, options);
  return answer ? *std::move(answer) : Answer{.checkpoint = {}, .refusal = std::string(answer.error().message())};
}

}  // namespace rookery::beside
