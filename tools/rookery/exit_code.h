// The exit codes of a command that ended without an error. Those of errors come from StatusCodeExitCode; both together
// are the table in docs/cli-contract.md.
#pragma once

#include <csignal>

namespace rookery::cli {

enum class ExitCode : int {
  kOk = 0,
  kPartlyDone = 3,  // some records of an import, or rows of a store, could not be read, the others are in the store
  kDamage = 12,     // verify or doctor found something wrong
};

/// What a shell reports for a process that a signal ended.
inline constexpr int kExitInterrupted = 128 + SIGINT;
inline constexpr int kExitTerminated = 128 + SIGTERM;

}  // namespace rookery::cli
