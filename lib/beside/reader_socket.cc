#include "beside/reader_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "assembly/system_error.h"
#include "base/macros.h"

namespace rookery::beside {
namespace {

namespace fs = std::filesystem;
using assembly::SystemError;
using base::Descriptor;

constexpr int kBacklog = 64;

/// The address of a path.
class Address {
 public:
  static Result<Address> Of(const fs::path& path) {
    Address address;
    std::string text = path.string();
    if (text.size() >= sizeof(address.address_.sun_path)) {
      address.above_ = Descriptor(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
      if (!address.above_.valid()) return SystemError(errno, "cannot open", path.parent_path());
      text = "/proc/self/fd/" + std::to_string(address.above_.get()) + "/" + path.filename().string();
    }
    address.address_.sun_family = AF_UNIX;
    std::memcpy(address.address_.sun_path, text.c_str(), text.size() + 1);
    return address;
  }

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static socklen_t size() { return sizeof(sockaddr_un); }

 private:
  Descriptor above_;  // the directory of a path that is too long by itself
  sockaddr_un address_{};
};

Status RemoveStale(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    return errno == ENOENT ? Status() : SystemError(errno, "cannot look at", path);
  }
  if (!S_ISSOCK(status.st_mode)) {
    return {StatusCode::kAlreadyExists, path.string() + " is not a socket, and stays as it is; move it away"};
  }
  return ::unlink(path.c_str()) == 0 ? Status() : SystemError(errno, "cannot remove", path);
}

Result<Descriptor> NewSocket(int flags) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!socket.valid()) {
    return Status(StatusCode::kIoError, std::string("the system gives no socket: ") + std::strerror(errno));
  }
  return socket;
}

}  // namespace

Result<Descriptor> ListenAt(const fs::path& path) {
  RK_TRY(RemoveStale(path));
  RK_ASSIGN_OR_RETURN(const Address address, Address::Of(path));
  RK_ASSIGN_OR_RETURN(Descriptor socket, NewSocket(SOCK_NONBLOCK));
  if (::bind(socket.get(), address.get(), Address::size()) != 0)
    return SystemError(errno, "cannot make the socket", path);
  // Nobody can connect before it listens.
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) return SystemError(errno, "cannot set the mode of", path);
  if (::listen(socket.get(), kBacklog) != 0) return SystemError(errno, "cannot listen at", path);
  return socket;
}

Result<Descriptor> ConnectTo(const fs::path& path, std::chrono::milliseconds timeout) {
  RK_ASSIGN_OR_RETURN(const Address address, Address::Of(path));
  RK_ASSIGN_OR_RETURN(Descriptor socket, NewSocket(0));
  constexpr std::chrono::milliseconds kLeast{1};  // 0 would be for ever
  const auto wait = std::max(timeout, kLeast);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
  const timeval limit{.tv_sec = seconds.count(),
                      .tv_usec = std::chrono::duration_cast<std::chrono::microseconds>(wait - seconds).count()};
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0) {
    return SystemError(errno, "cannot set the timeout of", path);
  }
  if (::connect(socket.get(), address.get(), Address::size()) == 0) return socket;
  if (errno == EAGAIN || errno == EINTR) {
    return Status(StatusCode::kBusy, "the process that has the store open does not answer at " + path.string());
  }
  if (errno == EACCES || errno == EPERM) return SystemError(errno, "cannot connect to", path);
  return Status(StatusCode::kUnavailable, "nobody answers at " + path.string() + ": " + std::strerror(errno));
}

std::optional<uid_t> PeerOf(const Descriptor& socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

}  // namespace rookery::beside
