#include "engine/rocksdb/status_translation.h"

#include <rocksdb/status.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

namespace rookery::engine {
namespace {

using std::string_view_literals::operator""sv;

struct Meaning {
  StatusCode code;
  std::string_view what;  // said after "cannot <action> <directory>: "
  std::string_view help;
};

constexpr Meaning kDiskFull{StatusCode::kNoSpace, "its disk is full", "free space on it and reopen the store"};
constexpr Meaning kDamaged{StatusCode::kCorruption, "its files are damaged",
                           "keep them as they are and restore a copy"};
constexpr Meaning kPieceMissing{StatusCode::kCorruption, "a file of it is missing",
                                "put the file back or restore a copy"};
constexpr Meaning kNotAllowed{StatusCode::kPermission, "the operating system does not permit it",
                              "check the owner and mode of the named file and directory"};
constexpr Meaning kHeldElsewhere{StatusCode::kLocked, "it is open elsewhere", "close it there first"};
constexpr Meaning kDiskError{StatusCode::kIoError, "reading or writing a file failed",
                             "check the named file and its disk"};
constexpr Meaning kTooBusy{StatusCode::kBusy, "the engine cannot do it now", "try again"};
constexpr Meaning kStopped{StatusCode::kUnavailable, "the engine has stopped this kind of work", "reopen the store"};
constexpr Meaning kBadArgument{StatusCode::kInvalidArgument, "the engine rejects it", "correct the named option"};
constexpr Meaning kCannot{StatusCode::kUnsupported, "the engine cannot do this", "open the store for writing"};

constexpr std::chrono::milliseconds kRetryAfter{100};

bool ContainsAny(std::string_view text, const auto& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return text.find(part) != text.npos; });
}

Meaning MeaningOfIoError(const rocksdb::Status& status, std::string_view text) {
  constexpr std::array kFullTexts{"No space left"sv, "Disk quota exceeded"sv, "File too large"sv};
  constexpr std::array kPermissionTexts{"Permission denied"sv, "Operation not permitted"sv, "Read-only file system"sv};
  constexpr std::array kLockTexts{"While lock file"sv, "lock hold by current process"sv};
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit) return kDiskFull;
  if (ContainsAny(text, kFullTexts)) return kDiskFull;
  if (ContainsAny(text, kPermissionTexts)) return kNotAllowed;
  if (ContainsAny(text, kLockTexts)) return kHeldElsewhere;
  if (status.IsPathNotFound()) return kPieceMissing;
  return kDiskError;
}

Meaning MeaningOf(const rocksdb::Status& status, std::string_view text) {
  switch (status.code()) {
    case rocksdb::Status::kCorruption:
      return text.find("No such file") == text.npos ? kDamaged : kPieceMissing;
    case rocksdb::Status::kIOError:
      return MeaningOfIoError(status, text);
    case rocksdb::Status::kNotSupported:
      return kCannot;
    case rocksdb::Status::kInvalidArgument:
      return kBadArgument;
    case rocksdb::Status::kBusy:
    case rocksdb::Status::kTimedOut:
    case rocksdb::Status::kTryAgain:
    case rocksdb::Status::kIncomplete:
      return kTooBusy;
    default:
      return kStopped;
  }
}

}  // namespace

Status Translate(const rocksdb::Status& status, std::string_view action, std::string_view directory) {
  if (status.ok()) return {};
  const std::string text = status.ToString();
  const Meaning meaning = MeaningOf(status, text);
  std::string message = "cannot ";
  message.append(action).append(" ").append(directory).append(": ").append(meaning.what);
  message.append("; ").append(meaning.help).append(" (").append(text).append(")");
  Status translated(meaning.code, std::move(message));
  if (meaning.code == StatusCode::kBusy) return std::move(translated).WithRetryAfter(kRetryAfter);
  return translated;
}

}  // namespace rookery::engine
