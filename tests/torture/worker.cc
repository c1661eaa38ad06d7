#include "tests/torture/worker.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <system_error>

namespace rookery::torture {
namespace {

constexpr int kFailed = 3;

}  // namespace

std::string RunInChild(const std::function<void()>& work) {
  const Shared<SharedText> failure;
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    int code = 0;
    try {
      work();
    } catch (const std::exception& thrown) {
      failure->Set(thrown.what());
      code = kFailed;
    }
    std::fflush(nullptr);
    ::_exit(code);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGALRM) return "it hangs";
    return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
  }
  const int code = WEXITSTATUS(status);
  if (code == kFailed) return "failed: " + failure->Get();
  return code == 0 ? "" : "exit code " + std::to_string(code);
}

}  // namespace rookery::torture
