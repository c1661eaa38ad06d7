#include "failure.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "context.h"
#include "exit_code.h"
#include "signals.h"
#include "text.h"

namespace rookery::cli {
namespace {

nlohmann::ordered_json FailureToJson(const Status& status, std::string_view hint) {
  nlohmann::ordered_json error{{"code", StatusCodeName(status.code())}, {"message", status.message()}, {"hint", hint}};
  if (const auto version = status.current_version()) error["current_version"] = *version;
  if (const auto delay = status.retry_after()) error["retry_after_ms"] = delay->count();
  return {{"error", error}};
}

/// Empty: as for other commands.
std::string_view ReshardHint(StatusCode code) {
  switch (code) {
    case StatusCode::kConflict:
      return "see what it would move now: rookery reshard plan STORE";
    case StatusCode::kBusy:
    case StatusCode::kInterrupted:
      return "see how far the job is: rookery reshard status STORE";
    case StatusCode::kNotFound:
    case StatusCode::kUnavailable:
      return "see the job: rookery reshard status STORE; and the cells: rookery cells list STORE";
    default:
      return {};
  }
}

/// The same.
std::string_view BackupHint(StatusCode code) {
  switch (code) {
    case StatusCode::kCorruption:
      return "see which backups there are: rookery backup list SET; make another while the store is whole";
    case StatusCode::kNotFound:
      return "see which backups there are: rookery backup list SET";
    default:
      return {};
  }
}

/// What is of that command alone; empty: nothing.
std::string_view OwnHint(StatusCode code, std::string_view command) {
  if (command == "reshard" || command == "autopilot") return ReshardHint(code);
  if (command == "backup") return BackupHint(code);
  return {};
}

}  // namespace

std::string HintFor(const Status& status, std::string_view command) {
  if (const std::string_view own = OwnHint(status.code(), command); !own.empty()) return std::string(own);
  switch (status.code()) {
    case StatusCode::kInvalidArgument:
      return fmt::format("see: rookery help {}", command);
    case StatusCode::kNotAStore:
      if (command == "init") return "choose a path where nothing is, or an empty directory";
      if (command == "cells") return "see where the cells are: rookery cells list STORE";
      return "check the path; a new store is made by: rookery init STORE";
    case StatusCode::kAlreadyExists:
      if (command == "init") return "see what is there: rookery info STORE";
      break;
    case StatusCode::kConflict:
      if (const auto version = status.current_version()) {
        return *version == 0 ? "nothing is stored there now" : fmt::format("the stored version is {}", *version);
      }
      break;
    case StatusCode::kPermission:
      return "check the owner and mode of the named path; an encrypted store needs its key: --key-file";
    case StatusCode::kCorruption:
      if (command == "import") {
        return "a file: check it and its --format, or raise --max-errors; the store: rookery doctor STORE";
      }
      if (command != "doctor") return "see what is damaged: rookery doctor STORE";
      break;
    case StatusCode::kUnsupported:
      if (command == "import") return "import without --bulk";
      break;
    case StatusCode::kNotFound:
      if (command == "import") return "check the path";
      break;
    case StatusCode::kBusy:
      if (const auto delay = status.retry_after()) return fmt::format("try again in {} ms", delay->count());
      return "try again";
    case StatusCode::kInterrupted:
      if (command == "import") return "run the same command again";
      return "run the command again";
    default:
      break;
  }
  return std::string(StatusCodeAdvice(status.code()));
}

void PrintFailure(std::ostream& error, const FailureStyle& style, const Status& status, std::string_view hint) {
  if (style.json) {
    error << JsonLine(FailureToJson(status, hint)) << '\n' << std::flush;
    return;
  }
  const std::string head = "rookery:";
  error << (style.color ? Colored(Paint::kError, head) : head) << ' '
        << TerminalText(status.message(), LineBreaks::kKeep) << '\n';
  if (!hint.empty()) error << (style.color ? Colored(Paint::kHint, "hint:") : "hint:") << ' ' << hint << '\n';
  error << std::flush;
}

int ExitCodeOf(const Status& status) {
  if (status.code() == StatusCode::kInterrupted && InterruptSignal() == SIGTERM) return kExitTerminated;
  return StatusCodeExitCode(status.code());
}

}  // namespace rookery::cli
