#include "tests/torture/failing_disk.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <string_view>

namespace rookery::torture {
namespace {

using testing::DiskCall;
using Kind = Fault::Kind;

constexpr std::array<std::string_view, Fault::kKinds> kNames{"EIO", "ENOSPC", "ENOSPC-torn", "short", "dropped"};

bool NeedsSpace(const DiskCall& call) {
  switch (call.kind) {
    case DiskCall::Kind::kCreate:
    case DiskCall::Kind::kWrite:
    case DiskCall::Kind::kSync:  // of what was not given its place yet
    case DiskCall::Kind::kRename:
    case DiskCall::Kind::kMakeDirectory:
    case DiskCall::Kind::kLink:
    case DiskCall::Kind::kMap:
      return true;
    case DiskCall::Kind::kResize:
      return !call.empties;
    default:
      return false;
  }
}

bool CanFail(const DiskCall& call, Kind kind) {
  constexpr std::size_t kTwoHalves = 2;
  switch (kind) {
    case Kind::kIo:
      return true;
    case Kind::kNoSpace:
      return NeedsSpace(call);
    default:
      return call.kind == DiskCall::Kind::kWrite && call.size >= kTwoHalves;
  }
}

/// How much was written, or below 0.
ssize_t WriteHalf(const DiskCall& call) {
  const std::size_t half = call.size / 2;
  return call.offset ? ::pwrite(call.descriptor, call.bytes, half, static_cast<off_t>(*call.offset))
                     : ::write(call.descriptor, call.bytes, half);
}

std::string WordsFor(const DiskCall& call) {
  const std::filesystem::path directory = call.path.parent_path().filename();
  return std::string(NameOf(call.kind)) + " " + (directory / call.path.filename()).string();
}

}  // namespace

std::string Fault::ToLine() const {
  return std::string(kNames.at(static_cast<std::size_t>(kind))) + " " + std::to_string(call) +
         (for_good ? " for-good" : " once");
}

std::optional<Fault> Fault::FromLine(const std::string& line) {
  std::istringstream words(line);
  std::string name;
  std::string mode;
  Fault fault;
  if (!(words >> name >> fault.call >> mode) || (mode != "once" && mode != "for-good")) return std::nullopt;
  fault.for_good = mode == "for-good";
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (name != kNames.at(i)) continue;
    fault.kind = static_cast<Kind>(i);
    return fault;
  }
  return std::nullopt;
}

std::string Fault::error_text() const { return std::strerror(kind == Kind::kIo ? EIO : ENOSPC); }

std::string FailingDisk::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

std::uint64_t FailingDisk::calls(Kind kind) const {
  const std::lock_guard lock(mutex_);
  return calls_.at(static_cast<std::size_t>(kind));
}

std::array<std::uint64_t, DiskCall::kKinds> FailingDisk::calls_by_kind() const {
  const std::lock_guard lock(mutex_);
  return by_kind_;
}

bool FailingDisk::Count(const DiskCall& call) {
  const std::lock_guard lock(mutex_);
  ++by_kind_.at(static_cast<std::size_t>(call.kind));
  for (std::size_t i = 0; i < Fault::kKinds; ++i) calls_.at(i) += CanFail(call, static_cast<Kind>(i)) ? 1 : 0;
  if (!CanFail(call, fault_.kind) || fault_.call == 0) return false;
  const std::uint64_t number = calls_.at(static_cast<std::size_t>(fault_.kind));
  if (number != fault_.call && (number < fault_.call || !fault_.for_good)) return false;
  if (failed_.empty()) failed_ = WordsFor(call);
  return true;
}

std::intptr_t FailingDisk::Run(const DiskCall& call, const std::function<std::intptr_t()>& go) {
  if (!Count(call)) return go();
  switch (fault_.kind) {
    case Kind::kShort:
      return WriteHalf(call);
    case Kind::kDropped:
      return static_cast<std::intptr_t>(call.size);
    case Kind::kTorn:
      static_cast<void>(WriteHalf(call));
      break;
    default:
      break;
  }
  errno = fault_.kind == Kind::kIo ? EIO : ENOSPC;
  return -1;
}

}  // namespace rookery::torture
