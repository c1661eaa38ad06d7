#include "beside/reader_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

#include "base/macros.h"
#include "beside/checkpoint_maker.h"
#include "beside/reader_socket.h"

namespace rookery::beside {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxReaders = 32;
/// A reader has so long to say what it wants.
constexpr std::chrono::seconds kPatience{5};
/// Between two looks at who has stopped reading.
constexpr std::chrono::seconds kPruneInterval{2};
/// The same while there is nothing to be removed.
constexpr std::chrono::seconds kIdlePruneInterval{3600};
/// After the system gave no descriptor for a connection.
constexpr milliseconds kRest{500};

Answer Refused(std::string why) { return {.checkpoint = {}, .refusal = std::move(why)}; }

}  // namespace

Result<std::shared_ptr<ReaderServer>> ReaderServer::Start(Config config) {
  RK_ASSIGN_OR_RETURN(auto checkpoints, Checkpoints::Open(config.cells, config.clock, config.options.max_checkpoints));
  base::Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return Status(StatusCode::kBusy, "the system gives no descriptor to serve readers with");
  const std::filesystem::path socket = ReadersOf(*config.cells).socket_path();
  RK_ASSIGN_OR_RETURN(base::Descriptor listener, ListenAt(socket));
  std::shared_ptr<ReaderServer> server(
      new ReaderServer(std::move(config), std::move(checkpoints), std::move(listener), std::move(wake), socket));
  try {
    server->thread_ = std::thread([self = server.get()] { self->Run(); });
  } catch (const std::system_error&) {
    return Status(StatusCode::kBusy, "the system gives no thread to serve readers with; try again");
  }
  return server;
}

ReaderServer::ReaderServer(Config config, std::unique_ptr<Checkpoints> checkpoints, base::Descriptor listener,
                           base::Descriptor wake, std::filesystem::path socket)
    : config_(std::move(config)),
      socket_path_(std::move(socket)),
      listener_(std::move(listener)),
      wake_(std::move(wake)),
      checkpoints_(std::move(checkpoints)) {}

void ReaderServer::Stop() {
  if (stopping_.exchange(true)) return;
  static_cast<void>(::eventfd_write(wake_.get(), 1));
  if (thread_.joinable()) thread_.join();
  ::unlink(socket_path_.c_str());
  listener_ = base::Descriptor();
  readers_.clear();
  checkpoints_->ForgetOldKeys();
  Prune();
  checkpoints_.reset();
}

void ReaderServer::Run() try {
  while (!stopping_) {
    Wait();
    if (stopping_) return;
    Accept();
    AnswerAll();
    if (Clock::now() >= next_prune_) Prune();
  }
} catch (const std::bad_alloc&) {
  Complain({StatusCode::kUnavailable, "there is no memory to serve readers"});
}

milliseconds ReaderServer::PatienceAt(Clock::time_point now) const {
  Clock::time_point until = std::max(next_prune_, now + milliseconds{1});
  for (const Waiting& reader : readers_) {
    until = std::min(until, reader.connection.request() ? next_make_ : reader.connection.deadline());
  }
  if (next_accept_ > now) until = std::min(until, next_accept_);
  return std::max(std::chrono::ceil<milliseconds>(until - now), milliseconds{0});
}

void ReaderServer::Wait() {
  const Clock::time_point now = Clock::now();
  std::vector<pollfd> waiting{{.fd = wake_.get(), .events = POLLIN, .revents = 0},
                              {.fd = now >= next_accept_ ? listener_.get() : -1, .events = POLLIN, .revents = 0}};
  constexpr std::size_t kFirst = 2;
  for (const Waiting& reader : readers_) {
    waiting.push_back({.fd = reader.connection.descriptor(), .events = POLLIN, .revents = 0});
  }
  if (::poll(waiting.data(), waiting.size(), static_cast<int>(PatienceAt(now).count())) <= 0) return;
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    if (waiting[kFirst + i].revents != 0) Take(&readers_[i]);
  }
}

void ReaderServer::Take(Waiting* reader) {
  const bool had_asked = reader->connection.request().has_value();
  reader->connection.Read();
  if (had_asked || !reader->connection.request()) return;
  reader->made_before = made_;
  reader->asked_at = config_.clock->Now();
}

void ReaderServer::Accept() {
  if (Clock::now() < next_accept_) return;
  // Those who go on coming are not to keep the others waiting.
  for (std::size_t i = 0; i < kMaxReaders; ++i) {
    const int accepted = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted < 0) {
      // Without descriptors it would be there to be accepted again at once.
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        next_accept_ = Clock::now() + kRest;
      return;
    }
    MakeRoom();
    readers_.push_back({.connection = ReaderConnection(base::Descriptor(accepted), Clock::now() + kPatience)});
    if (!readers_.back().connection.over()) Take(&readers_.back());
  }
}

/// Whoever has been silent longest goes, so that those who only hold connections keep nobody out.
void ReaderServer::MakeRoom() {
  std::erase_if(readers_, [](const Waiting& reader) { return reader.connection.over(); });
  if (readers_.size() < kMaxReaders) return;
  const auto silent =
      std::ranges::find_if(readers_, [](const Waiting& reader) { return !reader.connection.request(); });
  const auto leaves = silent == readers_.end() ? readers_.begin() : silent;
  leaves->connection.Reply(Refused("too many readers ask at once; try again"));
  readers_.erase(leaves);
}

bool ReaderServer::IsServed(const Waiting& reader) const {
  if (made_ > reader.made_before) return true;
  const auto& newest = checkpoints_->newest();
  if (!newest) return false;
  const milliseconds max_age = reader.connection.request()->max_age.value_or(config_.options.interval);
  // One that is from later than now is from before the clock was put back.
  return newest->at <= reader.asked_at && reader.asked_at - newest->at < max_age;
}

void ReaderServer::AnswerAll() {
  const Clock::time_point now = Clock::now();
  const auto unserved = [this](const Waiting& reader) {
    return !reader.connection.over() && reader.connection.request() && !IsServed(reader);
  };
  if (now >= next_make_ && std::ranges::any_of(readers_, unserved)) MakeCheckpoint();
  for (Waiting& reader : readers_) {
    if (reader.connection.over()) continue;
    if (!reader.connection.request()) {
      if (now >= reader.connection.deadline()) reader.connection.Reply(Refused("nothing was asked for in time"));
    } else if (IsServed(reader)) {
      reader.connection.Reply({.checkpoint = checkpoints_->newest()->name});
    }
  }
  std::erase_if(readers_, [](const Waiting& reader) { return reader.connection.over(); });
}

void ReaderServer::MakeCheckpoint() {
  const Status made = checkpoints_->Make([this] { return !stopping_; });
  next_make_ = Clock::now() + config_.options.interval;
  if (made.ok()) {
    ++made_;
    next_prune_ = Clock::now() + kPruneInterval;
    complaint_.clear();
    return;
  }
  if (made.code() != StatusCode::kInterrupted) Complain(made);
  for (Waiting& reader : readers_) {
    if (!reader.connection.over() && reader.connection.request() && !IsServed(reader)) {
      reader.connection.Reply(Refused(std::string(made.message())));
    }
  }
}

void ReaderServer::Prune() {
  const auto left = checkpoints_->Prune();
  if (!left) Complain(left.error());
  const bool is_read = left && *left > 1;
  next_prune_ = Clock::now() + (is_read || !left ? kPruneInterval : kIdlePruneInterval);
}

/// Once for as long as it is the same.
void ReaderServer::Complain(const Status& status) {
  if (config_.logger == nullptr || complaint_ == status.message()) return;
  complaint_ = status.message();
  config_.logger->Log(LogLevel::kWarning, "readers", "no checkpoint for readers: " + status.ToString());
}

}  // namespace rookery::beside
