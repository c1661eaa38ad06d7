#include "engine/rocksdb/status_translation.h"

#include <gmock/gmock.h>
#include <rocksdb/io_status.h>
#include <rocksdb/status.h>

#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::HasSubstr;

Status OfIoError(const char* text) {
  return Translate(rocksdb::Status::IOError("While x: f", text), "write to", "dir");
}

TEST(StatusTranslation, OkIsOk) { EXPECT_OK(Translate(rocksdb::Status::OK(), "read", "dir")); }

TEST(StatusTranslation, NamesActionPlaceCauseAndHelp) {
  const Status status =
      Translate(rocksdb::Status::NoSpace("While appending", "/disk/000007.log"), "write to", "chat.rook");
  EXPECT_CODE(status, StatusCode::kNoSpace);
  EXPECT_THAT(status.message(), HasSubstr("cannot write to chat.rook"));
  EXPECT_THAT(status.message(), HasSubstr("disk is full"));
  EXPECT_THAT(status.message(), HasSubstr("free space"));
  EXPECT_THAT(status.message(), HasSubstr("/disk/000007.log"));
}

TEST(StatusTranslation, TellsIoErrorsApartByTheirText) {
  EXPECT_CODE(OfIoError("Permission denied"), StatusCode::kPermission);
  EXPECT_CODE(OfIoError("Read-only file system"), StatusCode::kPermission);
  EXPECT_CODE(OfIoError("No space left on device"), StatusCode::kNoSpace);
  EXPECT_CODE(OfIoError("Disk quota exceeded"), StatusCode::kNoSpace);
  EXPECT_CODE(OfIoError("Input/output error"), StatusCode::kIoError);
}

TEST(StatusTranslation, LockHeldElsewhereIsLocked) {
  EXPECT_CODE(
      Translate(rocksdb::Status::IOError("While lock file: LOCK", "Resource temporarily unavailable"), "open", "d"),
      StatusCode::kLocked);
}

TEST(StatusTranslation, LostFileIsCorruption) {
  EXPECT_CODE(Translate(rocksdb::Status::PathNotFound("MANIFEST-000001"), "open", "d"), StatusCode::kCorruption);
  EXPECT_CODE(Translate(rocksdb::IOStatus::PathNotFound("000001.sst"), "read", "d"), StatusCode::kCorruption);
}

TEST(StatusTranslation, KeepsTheKind) {
  EXPECT_CODE(Translate(rocksdb::Status::Corruption("x"), "read", "d"), StatusCode::kCorruption);
  EXPECT_CODE(Translate(rocksdb::Status::NotSupported("x"), "write to", "d"), StatusCode::kUnsupported);
  EXPECT_CODE(Translate(rocksdb::Status::InvalidArgument("x"), "open", "d"), StatusCode::kInvalidArgument);
  EXPECT_CODE(Translate(rocksdb::Status::ShutdownInProgress("x"), "read", "d"), StatusCode::kUnavailable);
}

TEST(StatusTranslation, BusySaysWhenToTryAgain) {
  const Status status = Translate(rocksdb::Status::TimedOut("x"), "write to", "d");
  EXPECT_CODE(status, StatusCode::kBusy);
  EXPECT_TRUE(status.retry_after().has_value());
}

}  // namespace
}  // namespace rookery::engine
