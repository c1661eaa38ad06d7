#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace rookery::testing {
namespace {

struct Pair {
  int ours = -1;
  int theirs = -1;
};

void Check(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(what);
}

Pair OpenOutput(bool terminal) {
  Pair pair;
  if (terminal) {
    Check(::openpty(&pair.ours, &pair.theirs, nullptr, nullptr, nullptr) == 0, "openpty");
  } else {
    std::array<int, 2> ends{};
    Check(::pipe(ends.data()) == 0, "pipe");
    pair = {.ours = ends[0], .theirs = ends[1]};
  }
  Check(::fcntl(pair.ours, F_SETFD, FD_CLOEXEC) == 0, "fcntl");
  return pair;
}

/// A file at its beginning, that nobody else sees.
int OpenInput(const std::string& input) {
  std::FILE* file = std::tmpfile();
  Check(file != nullptr && std::fwrite(input.data(), 1, input.size(), file) == input.size(), "tmpfile");
  std::rewind(file);
  const int descriptor = ::dup(::fileno(file));
  std::fclose(file);
  return descriptor;
}

std::vector<std::string> EnvironmentOf(const Invocation& invocation) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    variables[std::string(text.substr(0, text.find('=')))] = text.substr(text.find('=') + 1);
  }
  // What would make the output depend on who runs the test.
  variables["TZ"] = "UTC";
  variables["TERM"] = "xterm";
  for (const char* name : {"NO_COLOR", "CLICOLOR_FORCE"}) variables.erase(name);
  for (const auto& [name, value] : invocation.environment) {
    if (value.empty()) variables.erase(name);
    if (!value.empty()) variables[name] = value;
  }
  std::vector<std::string> entries;
  for (const auto& [name, value] : variables) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Signals as a program in the foreground has them, whatever the test's parent ignores.
void SetDefaultSignals(posix_spawnattr_t* attributes) {
  sigset_t defaults;
  ::sigemptyset(&defaults);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGUSR1}) ::sigaddset(&defaults, signal);
  ::posix_spawnattr_setsigdefault(attributes, &defaults);
  ::posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF);
}

}  // namespace

Process::Process(const Invocation& invocation) {
  const int input = OpenInput(invocation.input);
  const Pair out = OpenOutput(invocation.terminal_out);
  const Pair error = OpenOutput(invocation.terminal_error);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (!invocation.directory.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, invocation.directory.c_str());
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out.theirs, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, error.theirs, STDERR_FILENO);
  for (const int descriptor : {input, out.theirs, error.theirs}) {
    ::posix_spawn_file_actions_addclose(&actions, descriptor);
  }
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  SetDefaultSignals(&attributes);
  const std::vector<std::string> environment = EnvironmentOf(invocation);
  const int failed = ::posix_spawnp(&process_, invocation.arguments.front().c_str(), &actions, &attributes,
                                    Pointers(invocation.arguments).data(), Pointers(environment).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  for (const int descriptor : {input, out.theirs, error.theirs}) ::close(descriptor);
  out_.descriptor = out.ours;
  error_.descriptor = error.ours;
  Check(failed == 0, "posix_spawn");
}

Process::~Process() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  for (const int descriptor : {out_.descriptor, error_.descriptor}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void Process::ReadStream(Stream* stream) {
  std::array<char, 65536> buffer;
  const ssize_t bytes = ::read(stream->descriptor, buffer.data(), buffer.size());
  if (bytes > 0) {
    stream->text->append(buffer.data(), static_cast<std::size_t>(bytes));
  } else if (bytes == 0 || errno != EINTR) {  // a terminal whose other side is closed answers EIO
    ::close(stream->descriptor);
    stream->descriptor = -1;
  }
}

bool Process::ReadSome() {
  std::array<pollfd, 2> waiting{{{.fd = out_.descriptor, .events = POLLIN, .revents = 0},
                                 {.fd = error_.descriptor, .events = POLLIN, .revents = 0}}};
  if (out_.descriptor < 0 && error_.descriptor < 0) return false;
  if (::poll(waiting.data(), waiting.size(), -1) < 0) return errno == EINTR;
  if (waiting[0].revents != 0) ReadStream(&out_);
  if (waiting[1].revents != 0) ReadStream(&error_);
  return true;
}

bool Process::WaitForError(std::string_view text) {
  while (outcome_.error.find(text) == std::string::npos) {
    if (!ReadSome()) return false;
  }
  return true;
}

std::optional<std::string> Process::ReadLine() {
  std::size_t end = outcome_.out.find('\n', lines_end_);
  while (end == std::string::npos) {
    if (!ReadSome()) return std::nullopt;
    end = outcome_.out.find('\n', lines_end_);
  }
  std::string line = outcome_.out.substr(lines_end_, end - lines_end_);
  lines_end_ = end + 1;
  return line;
}

void Process::Signal(int signal) const { ::kill(process_, signal); }

Outcome Process::Wait() {
  while (ReadSome()) {
  }
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  outcome_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome_;
}

}  // namespace rookery::testing
