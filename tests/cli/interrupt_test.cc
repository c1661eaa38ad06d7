// Signals: a long import stops cleanly and goes on later; SIGUSR1 tells how far it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <functional>

#include "tests/cli/cli_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kFirstTry = 40'000;
constexpr std::size_t kMostMessages = kFirstTry << 5;

class InterruptTest : public CliTest {
 protected:
  /// Starts imports of ever larger files, each in a new store, until `act` has caught one while it was under way.
  void ImportUntil(const std::function<bool(Process&)>& act, const Arguments& more = {}) {
    for (total_ = kFirstTry; total_ <= kMostMessages; total_ *= 2) {
      std::filesystem::remove_all(directory() / "s");
      Init();
      WriteFile("many.jsonl", ManyMessages(total_));
      Arguments arguments{kRookery, "import", "s", "many.jsonl", "--json", "--progress", "json"};
      arguments.insert(arguments.end(), more.begin(), more.end());
      Process import({.arguments = arguments, .directory = directory()});
      if (import.WaitForError("progress") && act(import)) return;
    }
    ADD_FAILURE() << "no import took long enough to be caught";
  }

  Outcome Interrupt(int signal, const Arguments& more = {}) {
    Outcome outcome;
    const auto act = [&](Process& import) {
      import.Signal(signal);
      outcome = import.Wait();
      return outcome.exit_code != 0;
    };
    ImportUntil(act, more);
    return outcome;
  }

  std::size_t total_ = 0;  // messages of the last file
};

TEST_F(InterruptTest, AnInterruptedImportGoesOnWhereItStopped) {
  const Outcome stopped = Interrupt(SIGINT);
  ASSERT_EQ(stopped.exit_code, 130) << stopped.error;
  const Json report = Json::parse(stopped.out);
  EXPECT_EQ(report["complete"], false);
  EXPECT_THAT(stopped.error, HasSubstr("\"code\":\"INTERRUPTED\""));
  EXPECT_THAT(stopped.error, HasSubstr("the same command adds only what is missing"));

  const Json rest = OutJson({"import", "s", "many.jsonl"});
  EXPECT_EQ(rest["messages_existing"], report["messages_added"]);
  EXPECT_EQ(rest["messages_added"].get<std::size_t>() + rest["messages_existing"].get<std::size_t>(), total_);
  const Json verified = OutJson({"verify", "s"});
  EXPECT_EQ(verified["ok"], true);
  EXPECT_EQ(verified["messages"], total_);
}

TEST_F(InterruptTest, AnInterruptedBulkImportLeavesNothingAndCanBeRunAgain) {
  const Outcome stopped = Interrupt(SIGINT, {"--bulk"});
  ASSERT_EQ(stopped.exit_code, 130) << stopped.error;
  EXPECT_EQ(Json::parse(stopped.out)["messages_added"], 0);
  EXPECT_THAT(stopped.error, HasSubstr("interrupted; nothing was added"));
  EXPECT_THAT(stopped.error, Not(HasSubstr("only what is missing")));
  EXPECT_EQ(Out({"channels", "s"}), "");
  EXPECT_FALSE(std::filesystem::exists(directory() / "s" / "cell-0000" / "bulk-load"));
  EXPECT_EQ(OutJson({"import", "s", "many.jsonl", "--bulk"})["messages_added"], total_);
}

TEST_F(InterruptTest, SigtermIsExitCode143) { EXPECT_EQ(Interrupt(SIGTERM).exit_code, 143); }

TEST_F(InterruptTest, Sigusr1PrintsALineOfProgress) {
  ImportUntil([](Process& import) {
    import.Signal(SIGUSR1);
    const bool printed = import.WaitForError("\nimport  ");
    EXPECT_EQ(import.Wait().exit_code, 0);
    return printed;
  });
}

}  // namespace
}  // namespace rookery::testing
