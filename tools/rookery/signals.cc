#include "signals.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "exit_code.h"

namespace rookery::cli {
namespace {

std::atomic<int> interrupt_signal{0};
std::atomic<bool> progress_requested{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "signal handlers may only use lock-free atomics");

extern "C" void NoteInterrupt(int signal) {
  const int before = interrupt_signal.exchange(signal);
  if (before != 0 && signal == SIGINT) ::_exit(kExitInterrupted);
}

extern "C" void NoteProgressRequest(int) { progress_requested = true; }

struct sigaction Handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, &before);
  return before;
}

struct sigaction HandleUnlessIgnored(int signal, void (*handler)(int)) {
  struct sigaction before = Handle(signal, handler);
  if (before.sa_handler == SIG_IGN) ::sigaction(signal, &before, nullptr);
  return before;
}

}  // namespace

void InstallSignalDefaults() {
  Handle(SIGPIPE, SIG_DFL);
  Handle(SIGUSR1, &NoteProgressRequest);
}

CatchInterrupts::CatchInterrupts()
    : interrupt_before_(HandleUnlessIgnored(SIGINT, &NoteInterrupt)),
      terminate_before_(HandleUnlessIgnored(SIGTERM, &NoteInterrupt)) {}

CatchInterrupts::~CatchInterrupts() {
  ::sigaction(SIGINT, &interrupt_before_, nullptr);
  ::sigaction(SIGTERM, &terminate_before_, nullptr);
}

int InterruptSignal() { return interrupt_signal; }

bool TakeProgressRequest() { return progress_requested.exchange(false); }

}  // namespace rookery::cli
