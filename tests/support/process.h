// Runs a program as a shell would: with arguments, standard input and environment, its streams in pipes or on a
// terminal.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::testing {

struct Invocation {
  std::vector<std::string> arguments = {};  // the first is the program
  std::string input = {};
  std::filesystem::path directory = {};                 // to run in; default: as the test
  std::map<std::string, std::string> environment = {};  // added to the test's; an empty value removes
  bool terminal_out = false;                            // stdout is a terminal, with \r\n ends of lines
  bool terminal_error = false;                          // so is stderr
};

struct Outcome {
  int exit_code = -1;  // 128 + the signal if a signal ended it
  std::string out;
  std::string error;
};

/// A program that runs. Owned by the test's thread; killed if it still runs at the end.
class Process {
 public:
  explicit Process(const Invocation& invocation);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Waits until `text` is in what came on stderr. False if the program ended without it.
  bool WaitForError(std::string_view text);
  /// The next line on stdout, without its end, once it has come. nullopt: the program has ended and there is none. What
  /// comes behind the last end of a line is no line.
  std::optional<std::string> ReadLine();
  void Signal(int signal) const;
  /// Waits for the end.
  Outcome Wait();

 private:
  struct Stream {
    int descriptor = -1;
    std::string* text = nullptr;
  };

  /// Reads what is there; waits until there is something. False: both streams have ended.
  bool ReadSome();
  static void ReadStream(Stream* stream);

  pid_t process_ = -1;
  Outcome outcome_;
  std::size_t lines_end_ = 0;  // in outcome_.out, of what ReadLine has returned
  Stream out_{.descriptor = -1, .text = &outcome_.out};
  Stream error_{.descriptor = -1, .text = &outcome_.error};
};

}  // namespace rookery::testing
