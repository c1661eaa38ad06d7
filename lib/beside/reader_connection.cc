#include "beside/reader_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "beside/reader_socket.h"

namespace rookery::beside {
namespace {

Answer Refused(std::string why) { return {.checkpoint = {}, .refusal = std::move(why)}; }

}  // namespace

ReaderConnection::ReaderConnection(base::Descriptor socket, Time deadline)
    : socket_(std::move(socket)), deadline_(deadline) {
  const auto peer = PeerOf(socket_);
  if (peer && (*peer == ::geteuid() || *peer == 0)) return;
  Reply(Refused("only user " + std::to_string(::geteuid()) + " and root may read this store"));
}

void ReaderConnection::Read() {
  std::array<char, kMaxRequestBytes> buffer{};
  const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return HangUp();
  if (request_) return;  // whatever comes after it
  text_.append(buffer.data(), static_cast<std::size_t>(got));
  const std::size_t end = text_.find('\n');
  if (end == std::string::npos && text_.size() < kMaxRequestBytes) return;
  const Result<Request> request = DecodeRequest(std::string_view(text_).substr(0, end));
  if (!request) return Reply(Refused(std::string(request.error().message())));
  request_ = *request;
}

void ReaderConnection::Reply(const Answer& answer) {
  const std::string line = EncodeAnswer(answer);
  // Who does not read has less than that from us, and finds out.
  static_cast<void>(::send(socket_.get(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  HangUp();
}

}  // namespace rookery::beside
