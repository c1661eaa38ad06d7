// Signals, for commands that take long: the first SIGINT or SIGTERM asks for a clean stop, the second SIGINT ends the
// process at once; SIGUSR1 asks for one line of progress. The only global state of the CLI, as signals know no other.
#pragma once

#include <csignal>

namespace rookery::cli {

/// SIGPIPE ends the process quietly, also when the parent ignores it; SIGUSR1 never ends it.
void InstallSignalDefaults();

/// While one lives, SIGINT and SIGTERM only set what InterruptSignal returns. A signal that the parent ignores, as
/// shells do for background jobs, stays ignored.
class CatchInterrupts {
 public:
  CatchInterrupts();
  ~CatchInterrupts();
  CatchInterrupts(const CatchInterrupts&) = delete;
  CatchInterrupts& operator=(const CatchInterrupts&) = delete;

 private:
  struct sigaction interrupt_before_ {};
  struct sigaction terminate_before_ {};
};

/// SIGINT or SIGTERM if one came, else 0.
int InterruptSignal();

/// True once for each time that SIGUSR1 came.
bool TakeProgressRequest();

}  // namespace rookery::cli
