#include "bench/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "bench/failure.h"
#include "bench/memory_use.h"

namespace rookery::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// Answers with the round, its process and how much memory it added; does what the test wants it to.
class TestTask final : public Task {
 public:
  explicit TestTask(void (*act)()) : act_(act) {}
  Measurement RunRound(int round) override {
    act_();
    Measurement measurement = {{"round", "", static_cast<double>(round)},
                               {"process", "", static_cast<double>(::getpid())}};
    meter_.AddTo(&measurement);
    return measurement;
  }
  void Finish() override {}

 private:
  void (*act_)();
  const MemoryMeter meter_;
};

std::unique_ptr<Worker> NewWorker(void (*act)()) {
  return std::make_unique<Worker>("subject", [act] { return std::make_unique<TestTask>(act); });
}

void Nothing() {}

TEST(WorkerTest, RunsRoundsInAProcessOfItsOwn) {
  const auto worker = NewWorker(Nothing);
  const Measurement first = worker->RunRound(0);
  const Measurement second = worker->RunRound(1);
  EXPECT_EQ(first[0].value, 0);
  EXPECT_EQ(second[0].value, 1);
  EXPECT_EQ(first[1].value, second[1].value);
  EXPECT_NE(first[1].value, static_cast<double>(::getpid()));
  worker->Finish();
}

TEST(WorkerTest, AFailureInTheProcessIsAFailureHereAndNamesIt) {
  const auto worker = NewWorker([] { throw Failure("out of luck"); });
  EXPECT_THAT([&] { worker->RunRound(0); }, ThrowsMessage<Failure>("subject: out of luck"));
}

TEST(WorkerTest, AFailureToMakeTheTaskIsAFailureHere) {
  const auto make = [] { return Worker("subject", []() -> std::unique_ptr<Task> { throw Failure("cannot open"); }); };
  EXPECT_THAT(make, ThrowsMessage<Failure>("subject: cannot open"));
}

TEST(WorkerTest, ADeadProcessIsAFailureThatSaysSo) {
  const auto worker = NewWorker([] { std::raise(SIGKILL); });
  EXPECT_THAT([&] { worker->RunRound(0); },
              ThrowsMessage<Failure>(AllOf(HasSubstr("subject"), HasSubstr("killed by signal 9"))));
}

TEST(WorkerTest, MemoryThatWasThereBeforeDoesNotCount) {
  const std::string before(std::size_t{64} << 20, 'x');
  const auto worker = NewWorker(Nothing);
  const Measurement measurement = worker->RunRound(0);
  EXPECT_EQ(measurement[2].name, "peak_memory");
  EXPECT_GT(measurement[2].value, 64);
  EXPECT_EQ(measurement[3].name, "peak_memory_added");
  EXPECT_LT(measurement[3].value, 32);
  EXPECT_EQ(before.back(), 'x');
}

}  // namespace
}  // namespace rookery::bench
