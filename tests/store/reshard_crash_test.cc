// A process that changes a store's shards under traffic is killed, again and again, at any step: what it was told is
// stored is there, once, and the job goes on or goes back.
//
// ROOKERY_RESHARD_KILLS makes it longer, ROOKERY_RESHARD_SEED repeats a run, ROOKERY_RESHARD_MESSAGES fills the store
// first.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/store/store_fixture.h"
#include "tests/store/traffic.h"
#include "tests/support/process.h"

namespace rookery::testing {
namespace {

std::uint64_t FromEnvironment(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : fallback;
}

class ReshardCrashTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  struct Channel {
    std::uint64_t newest = 0;  // acknowledged
    std::uint64_t oldest = 1;
  };

  void SetUp() override {
    seed_ = FromEnvironment("ROOKERY_RESHARD_SEED", std::random_device{}());
    std::printf("reshard seed %llu\n", static_cast<unsigned long long>(seed_));
    auto store = Store::Open(path(), {.routing = GetParam().routing, .bucket_width = std::chrono::minutes{1}});
    ASSERT_OK(store);
    const std::uint64_t messages = FromEnvironment("ROOKERY_RESHARD_MESSAGES", 20'000);
    std::vector<std::string> texts(1000);
    std::vector<NewMessage> batch(1000);
    for (std::uint64_t posted = 0; posted < messages; posted += batch.size()) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        texts[i] = std::to_string(posted + i);
        batch[i] = {.channel = kStill, .author = "w", .content = texts[i]};
      }
      ASSERT_OK(store->PostBatch(batch));
    }
    still_ = messages;
    ASSERT_OK(store->Close());
  }
  std::string path() const { return dir_ / "store"; }

  void Take(const std::string& line) {
    if (line.starts_with("error")) ADD_FAILURE() << line;
    if (line.starts_with("step ")) ++steps_[line.substr(5)];
    if (line.starts_with("began ")) begun_.push_back(line.substr(6));
    if (!line.starts_with("ack ")) return;
    std::istringstream words(line.substr(4));
    std::size_t channel = 0;
    Channel told;
    words >> channel >> told.newest >> told.oldest;
    Channel& known = channels_[channel];
    known.newest = std::max(known.newest, told.newest);
    known.oldest = std::max(known.oldest, told.oldest);
  }

  void RunAndKill(std::mt19937_64* random) {
    // At a step of the job, or after some lines, whatever the job is at.
    const bool at_step = (*random)() % 3 != 0;
    const std::uint64_t step = at_step ? 1 + (*random)() % 30 : 0;
    const std::uint64_t most_lines = at_step ? 20'000 : 1 + (*random)() % 5'000;
    Process writer(
        {.arguments = {ROOKERY_RESHARD_CRASH_WRITER, path(), std::to_string((*random)()), std::to_string(step)}});
    std::uint64_t lines = 0;
    while (const auto line = writer.ReadLine()) {
      Take(*line);
      if (++lines == most_lines || HasFailure()) writer.Signal(SIGKILL);
    }
    EXPECT_EQ(writer.Wait().error, "");
  }

  void Check() {
    auto store = Store::Open(path(), {.mode = OpenMode::kOpen, .resume_reshard = false});
    ASSERT_OK(store);
    for (const auto& [channel, known] : channels_) {
      const std::string name = Traffic::ChannelName(channel);
      const auto numbers = Traffic::NumbersIn(*store, name);
      ASSERT_OK(numbers);
      for (std::size_t i = 1; i < numbers->size(); ++i) ASSERT_EQ((*numbers)[i], (*numbers)[i - 1] - 1) << name;
      if (known.newest < known.oldest) continue;
      ASSERT_FALSE(numbers->empty()) << name;
      EXPECT_GE(numbers->front(), known.newest) << name;
      EXPECT_LE(numbers->back(), known.oldest) << name;
    }
    for (const std::string& name : begun_) {
      ASSERT_OK_AND_ASSIGN(const Page page, store->History(name));
      ASSERT_EQ(Contents(page), std::vector<std::string>{name});
      ASSERT_OK_AND_ASSIGN(const auto record, store->GetRecord(name, "count"));
      ASSERT_TRUE(record) << name;
    }
    ASSERT_OK_AND_ASSIGN(const ChannelSize still, store->SizeOf(kStill));
    EXPECT_EQ(still.messages, still_);
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, store->Verify());
    for (const VerifyProblem& problem : report.problems) ADD_FAILURE() << problem.where << ": " << problem.what;
    ASSERT_OK_AND_ASSIGN(const ReshardProof proof, store->VerifyReshard());
    EXPECT_EQ(proof.difference, "");
    ASSERT_OK(store->Close());
  }

  static constexpr const char* kStill = "nobody writes here";
  TempDir dir_;
  std::uint64_t seed_ = 0;
  std::uint64_t still_ = 0;
  std::map<std::size_t, Channel> channels_;
  std::vector<std::string> begun_;  // channels with one message and one record
  std::map<std::string, int> steps_;
};

std::vector<StoreKind> Kinds() {
  return {{"Hash", EngineKind::kRocksDb, HashRouting{.shards = 8}},
          {"Directory", EngineKind::kRocksDb, DirectoryRouting{.shards = 8}},
          {"Range", EngineKind::kRocksDb, RangeRouting{.splits = {"d", "h", "m", "s"}}}};
}
INSTANTIATE_TEST_SUITE_P(Routings, ReshardCrashTest, ::testing::ValuesIn(Kinds()), KindName);

TEST_P(ReshardCrashTest, WhatWasAcknowledgedIsThereOnceWheneverItIsKilled) {
  const std::uint64_t kills = FromEnvironment("ROOKERY_RESHARD_KILLS", 6);
  std::mt19937_64 random(seed_);
  for (std::uint64_t kill = 0; kill < kills; ++kill) {
    RunAndKill(&random);
    ASSERT_NO_FATAL_FAILURE(Check()) << "kill " << kill << ", seed " << seed_;
    ASSERT_FALSE(HasFailure()) << "kill " << kill << ", seed " << seed_;
  }
  std::uint64_t messages = 0;
  for (const auto& [number, channel] : channels_) messages += channel.newest;
  std::printf("%llu kills, %llu messages acknowledged\n", static_cast<unsigned long long>(kills),
              static_cast<unsigned long long>(messages));
  for (const auto& [step, count] : steps_) std::printf("%6d %s\n", count, step.c_str());
}

}  // namespace
}  // namespace rookery::testing
