// IngestOptions::Validate names the bad field.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "rookery/ingestor.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

void ExpectBad(const IngestOptions& options, std::string_view field) {
  const Status status = options.Validate();
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(field)));
}

TEST(IngestOptionsTest, TheDefaultsAreGood) { EXPECT_OK(IngestOptions().Validate()); }

TEST(IngestOptionsTest, BatchesHaveBounds) {
  ExpectBad({.batch = {.messages = 0}}, "batch.messages");
  ExpectBad({.batch = {.messages = 65'537}}, "batch.messages");
  ExpectBad({.batch = {.bytes = 0}}, "batch.bytes");
  ExpectBad({.batch = {.age = std::chrono::microseconds{-1}}}, "batch.age");
  ExpectBad({.batch = {.age = std::chrono::minutes{2}}}, "batch.age");
}

TEST(IngestOptionsTest, MailboxesHaveBounds) {
  ExpectBad({.mailbox = {.messages = 0}}, "mailbox.messages");
  ExpectBad({.mailbox = {.bytes = 1023}}, "mailbox.bytes");
  ExpectBad({.mailbox = {.when_full = static_cast<WhenFull>(7)}}, "mailbox.when_full");
}

TEST(IngestOptionsTest, TimeoutDurabilityAndWorkersHaveBounds) {
  ExpectBad({.timeout = std::chrono::milliseconds{-1}}, "timeout");
  ExpectBad({.timeout = std::chrono::hours{2}}, "timeout");
  ExpectBad({.durability = static_cast<Durability>(9)}, "durability");
  ExpectBad({.workers = 257}, "workers");
}

TEST(IngestOptionsTest, DestinationsAreNamedOnce) {
  ExpectBad({.destinations = {""}}, "destinations");
  ExpectBad({.destinations = {std::string(256, 'x')}}, "destinations");
  ExpectBad({.destinations = {"mail", "mail"}}, "mail");
  ExpectBad({.destinations = std::vector<std::string>(4097, "x")}, "destinations");
}

}  // namespace
}  // namespace rookery::testing
