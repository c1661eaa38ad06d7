#include "tests/torture/death_note.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>

namespace rookery::torture {
namespace {

volatile std::sig_atomic_t note_goes_to = -1;

/// Those through which an abort, or an exception that nobody catches, only passes.
bool OnlyPassedThrough(std::string_view file) {
  constexpr std::array<std::string_view, 5> kFiles{"libc.so", "libc-", "libpthread", "libstdc++", "libgcc_s"};
  const std::string_view name = file.substr(file.rfind('/') + 1);
  return std::any_of(kFiles.begin(), kFiles.end(), [&](std::string_view one) { return name.starts_with(one); });
}

void Write(std::string_view text) { static_cast<void>(::write(note_goes_to, text.data(), text.size()) == 0); }

void Note(int signal) {
  std::array<void*, 64> frames{};
  const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  // The first is this function.
  for (int i = 1; i < count; ++i) {
    Dl_info found{};
    if (::dladdr(frames.at(static_cast<std::size_t>(i)), &found) == 0 || found.dli_fname == nullptr) continue;
    if (OnlyPassedThrough(found.dli_fname)) continue;
    Write("died ");
    Write(found.dli_fname);
    Write("\n");
    break;
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void LeaveDeathNote(int descriptor) {
  note_goes_to = descriptor;
  // The first call loads a library, which a handler may not.
  std::array<void*, 1> frames{};
  ::backtrace(frames.data(), 1);
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, Note);
}

}  // namespace rookery::torture
