// A reader who is connected to the owner: its line is read as it comes, and nobody waits for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/descriptor.h"
#include "beside/reader_protocol.h"

namespace rookery::beside {

/// Owned by one thread; movable.
class ReaderConnection {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `socket` does not block. Refuses at once who is not the same user, nor root.
  ReaderConnection(base::Descriptor socket, Time deadline);

  int descriptor() const { return socket_.get(); }
  /// When it is given up, unless it has asked by then.
  Time deadline() const { return deadline_; }
  bool over() const { return !socket_.valid(); }
  /// What it has asked for; absent: nothing yet.
  const std::optional<Request>& request() const { return request_; }

  /// Takes what has come. Once it is more than a request can be, or none, the reader is refused.
  void Read();
  /// Answers, as far as the reader has room for that, and is over.
  void Reply(const Answer& answer);
  void HangUp() { socket_ = base::Descriptor(); }

 private:
  base::Descriptor socket_;
  Time deadline_;
  std::string text_;
  std::optional<Request> request_;
};

}  // namespace rookery::beside
