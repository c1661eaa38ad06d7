// Whoever connects to an owner, and whatever they send: the owner goes on, and others are answered.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "beside/reader_protocol.h"
#include "beside/reader_server.h"
#include "beside/reader_socket.h"
#include "tests/beside/beside_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A connection, spoken by hand.
class Caller {
 public:
  explicit Caller(const fs::path& socket) {
    auto connected = beside::ConnectTo(socket, seconds{10});
    EXPECT_OK(connected.status());
    if (connected) socket_ = *std::move(connected);
  }
  void Say(std::string_view text) const {
    // The other side may have hung up already.
    static_cast<void>(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL));
  }
  /// All that it is told, until the other side hangs up.
  std::string Hear() const {
    std::string text;
    std::array<char, 512> buffer{};
    for (;;) {
      const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  base::Descriptor socket_;
};

class ServerTest : public BesideTest {
 protected:
  fs::path socket() const { return readers() / "socket"; }
  void OthersAreAnswered() {
    Post("general", "hello");
    ASSERT_OK_AND_ASSIGN(const Store view, TryView({.max_age = seconds{0}}));
    EXPECT_EQ(view.History("general", {.limit = 1})->size(), 1U);
  }
};

TEST_F(ServerTest, AnswersInOneLine) {
  const Caller caller(socket());
  caller.Say("rookery-readers 1 checkpoint any\n");
  EXPECT_EQ(caller.Hear(), "checkpoint 000001\n");
}

TEST_F(ServerTest, ALineMayComeInPieces) {
  const Caller caller(socket());
  for (const char* piece : {"rookery-", "readers 1 check", "point 0", "\n"}) {
    caller.Say(piece);
    OthersAreAnswered();
  }
  EXPECT_THAT(caller.Hear(), StartsWith("checkpoint 0"));
}

TEST_F(ServerTest, WhatIsNoRequestIsRefused) {
  const auto answer = [&](std::string_view text) {
    const Caller caller(socket());
    caller.Say(text);
    return caller.Hear();
  };
  EXPECT_EQ(answer("GET / HTTP/1.1\r\n"), "refused this is no request: \"GET / HTTP/1.1\\x0d\"\n");
  EXPECT_THAT(answer("rookery-readers 2 checkpoint any\n"), HasSubstr("which does not understand this request"));
  EXPECT_THAT(answer("rookery-readers 1 checkpoint -1\n"), HasSubstr("this is no age in milliseconds"));
  EXPECT_THAT(answer("rookery-readers 1 checkpoint 99999999999999999999\n"), HasSubstr("this is no age"));
  EXPECT_THAT(answer(std::string(100'000, 'x')), StartsWith("refused this is no request"));
  EXPECT_THAT(answer(std::string(1000, '\0')), StartsWith("refused this is no request"));
  OthersAreAnswered();
}

TEST_F(ServerTest, WhoSaysNothingKeepsNobodyOut) {
  std::vector<Caller> silent;
  for (int i = 0; i < 200; ++i) {
    silent.emplace_back(socket());
    if (i % 3 == 0) silent.back().Say("rookery");
  }
  OthersAreAnswered();
  // Those who have been silent longest were told to go.
  EXPECT_THAT(silent.front().Hear(), AnyOf(HasSubstr("too many readers"), HasSubstr("in time")));
}

TEST_F(ServerTest, WhoHangsUpIsForgotten) {
  for (int i = 0; i < 200; ++i) Caller(socket()).Say("rookery-readers 1 checkpoint any\n");
  OthersAreAnswered();
}

TEST_F(ServerTest, ClosingWaitsForNobody) {
  options().serve_readers = ServeReadersOptions{.interval = std::chrono::hours{1}};
  Reopen();
  const Caller silent(socket());
  ASSERT_OK(TryView());
  const Caller waiting(socket());
  waiting.Say("rookery-readers 1 checkpoint 0\n");
  Close();
  EXPECT_EQ(silent.Hear(), "");
  EXPECT_EQ(waiting.Hear(), "");
  EXPECT_FALSE(fs::exists(socket()));
}

TEST_F(ServerTest, ASocketThatADeadOwnerLeftIsReplaced) {
  Close();
  { ASSERT_OK(beside::ListenAt(socket())); }
  ASSERT_TRUE(fs::is_socket(socket()));
  ASSERT_OK(TryView());  // of the store itself
  Open();
  OthersAreAnswered();
}

TEST_F(ServerTest, WhereNobodyListensTheLastCheckpointIsRead) {
  ASSERT_OK(TryView());
  ReopenSilent();
  { ASSERT_OK(beside::ListenAt(socket())); }
  ASSERT_OK_AND_ASSIGN(const Store view, TryView());
  EXPECT_EQ(view.View()->source, ViewSource::kCheckpoint);
}

TEST_F(ServerTest, WhoAnswersNonsenseIsNotBelieved) {
  ASSERT_OK(TryView());
  ReopenSilent();
  for (const std::string& answer :
       std::vector<std::string>{"checkpoint ../../000001\n", "hello\n", "\n", std::string(100'000, 'x')}) {
    ASSERT_OK_AND_ASSIGN(const base::Descriptor listener, beside::ListenAt(socket()));
    std::thread liar([&] {
      const base::Descriptor one([&] {
        int accepted = -1;
        while (accepted < 0) accepted = ::accept(listener.get(), nullptr, nullptr);
        return accepted;
      }());
      static_cast<void>(::send(one.get(), answer.data(), answer.size(), MSG_NOSIGNAL));
    });
    ASSERT_OK_AND_ASSIGN(const Store view, TryView());
    liar.join();
    EXPECT_EQ(view.View()->source, ViewSource::kCheckpoint);
  }
}

TEST_F(ServerTest, AnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  // As if the directories were open to all: the system's word on who asks is what counts.
  for (const fs::path& path : {dir_.path(), fs::path(this->path()), readers(), socket()}) {
    fs::permissions(path, fs::perms::all);
  }
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    std::string heard = "cannot become another user";
    if (::setresuid(kNobody, kNobody, kNobody) == 0) {
      const Caller caller(socket());
      caller.Say("rookery-readers 1 checkpoint any\n");
      heard = caller.Hear();
    }
    static_cast<void>(::write(ends[1], heard.data(), heard.size()));
    ::_exit(0);
  }
  ::close(ends[1]);
  std::array<char, 512> buffer{};
  const ssize_t got = ::read(ends[0], buffer.data(), buffer.size());
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))),
            "refused only user 0 and root may read this store\n");
  // So that it can be served again.
  fs::permissions(readers(), fs::perms::owner_all);
}

}  // namespace
}  // namespace rookery::testing
