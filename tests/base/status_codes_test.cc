// The table of status codes, which C++, the CLI and Python share. Numbers, names and exit codes are promises.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "rookery/status.h"

namespace rookery {
namespace {

struct Code {
  StatusCode code;
  int number;
  std::string_view name;
};

const std::vector<Code> kCodes = {
#define ROOKERY_STATUS_CODE(enumerator, number, name, exit_code, retryable, advice) \
  {StatusCode::enumerator, number, name},
#include "rookery/status_codes.def"
#undef ROOKERY_STATUS_CODE
};

TEST(StatusCodesTest, NamesAndNumbersAreUnique) {
  std::set<int> numbers;
  std::set<std::string_view> names;
  for (const Code& code : kCodes) {
    EXPECT_TRUE(numbers.insert(code.number).second) << code.number;
    EXPECT_TRUE(names.insert(code.name).second) << code.name;
    EXPECT_EQ(static_cast<int>(code.code), code.number);
    EXPECT_EQ(StatusCodeName(code.code), code.name);
  }
}

TEST(StatusCodesTest, NamesAreUpperCaseWords) {
  for (const Code& code : kCodes) {
    EXPECT_THAT(std::string(code.name), ::testing::MatchesRegex("[A-Z]+(_[A-Z]+)*"));
  }
}

TEST(StatusCodesTest, EveryCodeSaysWhatToDo) {
  for (const Code& code : kCodes) EXPECT_GE(StatusCodeAdvice(code.code).size(), 10U) << code.name;
}

// A script tells these conditions apart by the exit code alone.
TEST(StatusCodesTest, StatesOfAStoreHaveAnExitCodeOfTheirOwn) {
  std::map<int, int> uses;
  for (const Code& code : kCodes) ++uses[StatusCodeExitCode(code.code)];
  for (const StatusCode code :
       {StatusCode::kOk, StatusCode::kNotFound, StatusCode::kNotAStore, StatusCode::kLocked, StatusCode::kCorruption,
        StatusCode::kPermission, StatusCode::kFormatNewer, StatusCode::kInterrupted}) {
    EXPECT_EQ(uses[StatusCodeExitCode(code)], 1) << StatusCodeName(code);
  }
}

TEST(StatusCodesTest, OnlyOkExitsWithZeroAndNoneLooksLikeASignalButInterrupted) {
  for (const Code& code : kCodes) {
    const int exit_code = StatusCodeExitCode(code.code);
    EXPECT_EQ(exit_code == 0, code.code == StatusCode::kOk) << code.name;
    EXPECT_TRUE(exit_code < 64 || code.code == StatusCode::kInterrupted) << code.name;
  }
  EXPECT_EQ(StatusCodeExitCode(StatusCode::kInterrupted), 128 + 2);
}

TEST(StatusCodesTest, PublishedNumbersNeverChange) {
  const std::vector<StatusCode> published = {StatusCode::kOk,          StatusCode::kInvalidArgument,
                                             StatusCode::kNotFound,    StatusCode::kAlreadyExists,
                                             StatusCode::kConflict,    StatusCode::kBusy,
                                             StatusCode::kNotAStore,   StatusCode::kLocked,
                                             StatusCode::kCorruption,  StatusCode::kPermission,
                                             StatusCode::kFormatNewer, StatusCode::kNoSpace,
                                             StatusCode::kIoError,     StatusCode::kUnavailable,
                                             StatusCode::kClosed,      StatusCode::kUnsupported,
                                             StatusCode::kInterrupted};
  for (std::size_t number = 0; number < published.size(); ++number) {
    EXPECT_EQ(static_cast<std::size_t>(published[number]), number);
  }
}

TEST(StatusCodesTest, RetryableCodesAreThoseThatPassByThemselves) {
  const std::set<StatusCode> expected = {StatusCode::kBusy, StatusCode::kLocked, StatusCode::kInterrupted};
  for (const Code& code : kCodes) {
    EXPECT_EQ(Status(code.code, "message").retryable(), expected.contains(code.code)) << code.name;
  }
}

}  // namespace
}  // namespace rookery
