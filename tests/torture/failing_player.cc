// failing_player DIRECTORY SEED plain|encrypted SECONDS: plays the rounds of the rig `failing_calls` that stand on its
// standard input, a fault a line, and answers each with a line (failing_rounds.h). It begins none after so many
// seconds, unless they are 0.
//
// A process of its own, with one thread and no store: each round is two children of it, one that does the script and
// one that looks at what is left, so that what ends one of them is only another figure.
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "tests/torture/death_note.h"
#include "tests/torture/failing_rounds.h"
#include "tests/torture/script_examiner.h"
#include "tests/torture/script_player.h"

namespace rookery::torture {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kExaminersPatience = 120;  // seconds

struct Ended {
  std::vector<std::string> lines;
  int signal = 0;  // 0: it came to its end
};

/// Runs `child` in a process of its own, which tells lines.
Ended RunChild(const std::function<void(const ScriptPlayer::Tell& tell)>& child) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error("fork");
  if (process == 0) {
    ::close(ends[0]);
    LeaveDeathNote(ends[1]);
    child([&](std::string line) {
      line += "\n";
      if (::write(ends[1], line.data(), line.size()) < 0) ::_exit(1);
    });
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(process, &status, 0);
  Ended ended;
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    ended.lines.push_back(text.substr(begin, end - begin));
  }
  return ended;
}

class Round {
 public:
  Round(const CallScript& script, fs::path directory, bool encrypted, const Fault& fault)
      : script_(script), directory_(std::move(directory)), encrypted_(encrypted), fault_(fault), rows_(script) {
    result_.fault = fault;
  }

  RoundResult Run() {
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    Take(RunChild([this](const ScriptPlayer::Tell& tell) { Play(tell); }));
    if (!result_.wrong.empty()) return result_;
    const Ended ended = RunChild([this](const ScriptPlayer::Tell& tell) {
      ::alarm(kExaminersPatience);
      tell(Examine(directory_, encrypted_, rows_, prove_));
    });
    if (ended.signal != 0) result_.wrong = "the one who looked afterwards ended with signal " + Number(ended.signal);
    for (const std::string& line : ended.lines) {
      if (!line.empty()) result_.wrong = result_.wrong.empty() ? line : result_.wrong + "; " + line;
    }
    return result_;
  }

 private:
  static std::string Number(int signal) { return std::to_string(signal); }

  void Play(const ScriptPlayer::Tell& tell) const {
    FailingDisk disk(fault_);
    {
      const testing::DiskCalls calls(directory_, &disk);
      ScriptPlayer(script_, directory_, encrypted_, fault_, disk, tell).Play();
    }
    tell("failed " + disk.failed());
    std::string counts = "counts";
    for (std::size_t i = 0; i < Fault::kKinds; ++i) {
      counts += " " + std::to_string(disk.calls(static_cast<Fault::Kind>(i)));
    }
    for (const std::uint64_t calls : disk.calls_by_kind()) counts += " " + std::to_string(calls);
    tell(counts);
  }

  void Take(const Ended& ended) {
    std::string death;
    for (const std::string& line : ended.lines) {
      if (const auto outcome = StepOutcome::FromLine(line)) {
        rows_.Take(*outcome);
        const Kind kind = script_[outcome->step].kind;
        const bool done = outcome->kind == StepOutcome::Kind::kDone || outcome->kind == StepOutcome::Kind::kSkipped;
        const bool backup = kind == Kind::kBackup || kind == Kind::kProve;
        if (backup && outcome->kind != StepOutcome::Kind::kBegun && !done) prove_ = true;
      }
      if (line.starts_with("wrong ") && result_.wrong.empty()) result_.wrong = line.substr(6);
      if (line.starts_with("error ")) ++result_.errors;
      if (line.starts_with("failed ")) result_.failed = line.substr(7);
      if (line.starts_with("counts ")) result_.TakeCounts(line.substr(7));
      if (line.starts_with("died ")) death = line.substr(5);
    }
    result_.acknowledged = rows_.acknowledged();
    rows_.End();
    if (ended.signal == 0 || !result_.wrong.empty()) return;
    result_.died = true;
    // What the engine's library thinks it cannot go on with is its own affair, and then all is as after a kill.
    if (death.find("librocksdb") == std::string::npos) {
      result_.wrong = ended.signal == SIGALRM ? "a step takes a minute and does not end"
                                              : "it ended with signal " + Number(ended.signal) + " in " + death;
      if (!ended.lines.empty()) result_.wrong += "; last it said: " + ended.lines.back();
    }
  }

  using Kind = ScriptStep::Kind;

  const CallScript& script_;
  const fs::path directory_;
  const bool encrypted_;
  const Fault fault_;
  PossibleRows rows_;
  RoundResult result_;
  bool prove_ = false;
};

int Run(const fs::path& directory, const std::string& seed, bool encrypted, const std::string& seconds) {
  const CallScript script = MakeScript(std::stoull(seed));
  const std::chrono::seconds limit{std::stoull(seconds)};
  const auto begin = std::chrono::steady_clock::now();
  std::string line;
  while (std::getline(std::cin, line)) {
    if (limit.count() > 0 && std::chrono::steady_clock::now() - begin >= limit) break;
    const auto fault = Fault::FromLine(line);
    if (!fault) {
      std::cerr << "\"" << line << "\" is not a fault; such as: EIO 712 once, ENOSPC 3 for-good\n";
      return 2;
    }
    std::cout << Round(script, directory, encrypted, *fault).Run().ToLine() << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace rookery::torture

int main(int argc, char** argv) {
  if (argc != 5 || (std::string(argv[3]) != "plain" && std::string(argv[3]) != "encrypted")) {
    std::cerr << "usage: failing_player DIRECTORY SEED plain|encrypted SECONDS < FAULTS\n";
    return 2;
  }
  return rookery::torture::Run(argv[1], argv[2], std::string(argv[3]) == "encrypted", argv[4]);
}
