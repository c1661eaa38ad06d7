// The actor under a store that does as it likes: at random it is busy for some channels, refuses some messages for what
// they are, takes nothing at all, fails as a whole, or writes. Whatever it does, each letter must end once and rightly.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/ingest/actor_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

constexpr int kSteps = 20'000;
constexpr std::size_t kBatch = 8;
constexpr std::uint64_t kChannels = 12;

class ActorModel : public ::testing::Test {
 protected:
  struct Sent {
    std::string channel;
    ingest::Time deadline;
    bool bad = false;     // the store refuses it for what it is
    bool failed = false;  // a write that it was in has failed
    int outcomes = 0;
    StatusCode code = StatusCode::kOk;
  };

  std::uint64_t NumberOf(const NewMessage& message) const { return std::stoull(std::string(message.content)); }

  ingest::Mail SomeMail() {
    ingest::Bundle bundle;
    for (std::uint64_t left = random_.Below(12); left > 0; --left) {
      const std::uint64_t number = sent_.size();
      const std::string content = std::to_string(number);
      sent_.push_back({.channel = "c" + std::to_string(random_.Below(kChannels)),
                       .deadline = now_ + milliseconds(random_.Below(60)),
                       .bad = random_.OneIn(20)});
      const NewMessage message{.channel = sent_.back().channel, .content = content};
      bundle.Add({.message = message,
                  .own = nullptr,
                  .done = [this, number](const Result<Posted>& posted) { End(number, posted); },
                  .accepted = now_,
                  .deadline = sent_.back().deadline,
                  .number = number,
                  .bytes = 10},
                 ingest::TextBytes(message));
    }
    return {.bundle = std::move(bundle), .hurry = random_.OneIn(10)};
  }

  void End(std::uint64_t number, const Result<Posted>& posted) {
    Sent& sent = sent_[number];
    ++sent.outcomes;
    sent.code = posted.status().code();
    EXPECT_EQ(sent.code == StatusCode::kIoError, sent.failed) << number;
    if (sent.code == StatusCode::kOk) {
      EXPECT_FALSE(sent.bad) << number;
    }
    if (sent.code == StatusCode::kAlreadyExists) {
      EXPECT_TRUE(sent.bad) << number;
    }
    if (sent.code == StatusCode::kBusy) {
      EXPECT_GE(now_, sent.deadline) << number;
    }
  }

  /// All or nothing, as the store does it.
  ingest::Answer Answer(const std::vector<const NewMessage*>& messages) {
    // Now and then it takes nothing, and takes its time to say so.
    if (!random_.OneIn(20)) return {.posted = Write(messages)};
    now_ += milliseconds(random_.Below(50));
    return {.posted = Status(StatusCode::kBusy, "stalled").WithRetryAfter(milliseconds(random_.Below(90))),
            .stalled = true};
  }

  Result<std::vector<Posted>> Write(const std::vector<const NewMessage*>& messages) {
    EXPECT_LE(messages.size(), kBatch);
    if (random_.OneIn(50)) {
      for (const NewMessage* message : messages) sent_[NumberOf(*message)].failed = true;
      return Status(StatusCode::kIoError, "failed");
    }
    for (const NewMessage* message : messages) {
      if (busy_.contains(std::string(message->channel))) {
        return Status(StatusCode::kBusy, "busy").WithRetryAfter(milliseconds(random_.Below(20)));
      }
    }
    for (const NewMessage* message : messages) {
      if (sent_[NumberOf(*message)].bad) return Status(StatusCode::kAlreadyExists, "taken");
    }
    std::vector<Posted> posted;
    for (const NewMessage* message : messages) {
      auto& last = stored_[std::string(message->channel)];
      EXPECT_TRUE(!last || *last < NumberOf(*message)) << "out of order in " << message->channel;
      last = NumberOf(*message);
      posted.push_back({MessageId{*last + 1}, false});
    }
    return posted;
  }

  void Step(ingest::Event event) {
    ingest::Effects effects = actor_.Step(now_, std::move(event));
    for (;;) {
      for (const ingest::Outcome& outcome : effects.outcomes) outcome.done(outcome.posted);
      CheckUnanswered(effects.unanswered_from);
      if (effects.write.empty()) break;
      const ingest::Answer answer = Answer(effects.write);
      effects = actor_.Step(now_, answer);
    }
    rest_ = effects.rest;
  }

  void CheckUnanswered(std::uint64_t from) {
    for (; checked_ < from; ++checked_) ASSERT_EQ(sent_[checked_].outcomes, 1) << checked_;
  }

  SeededRandom random_{7};
  ingest::Time now_ = At(1'000'000);
  ingest::Actor actor_{IngestBatch{.messages = kBatch, .bytes = 1000, .age = milliseconds{3}}};
  ingest::Rest rest_;
  std::vector<Sent> sent_;
  std::uint64_t checked_ = 0;
  std::set<std::string> busy_;  // channels
  std::map<std::string, std::optional<std::uint64_t>> stored_;
};

TEST_F(ActorModel, EveryLetterEndsOnceAndChannelsKeepTheirOrder) {
  SCOPED_TRACE(random_.trace());
  for (int step = 0; step < kSteps && !HasFailure(); ++step) {
    now_ += milliseconds(random_.Below(8));
    if (random_.OneIn(5)) busy_.insert("c" + std::to_string(random_.Below(kChannels)));
    if (random_.OneIn(4)) busy_.erase("c" + std::to_string(random_.Below(kChannels)));
    if (random_.OneIn(200)) busy_.clear();
    Step(random_.OneIn(3) ? ingest::Mail() : SomeMail());
  }
  // Left alone, it comes to an end by its own timers.
  Step(ingest::Mail{.bundle = {}, .hurry = true});
  for (int rests = 0; checked_ < sent_.size() && rests < 10'000 && !HasFailure(); ++rests) {
    if (!rest_.none()) {
      ASSERT_TRUE(rest_.until.has_value()) << "letters are left and nothing wakes the actor";
      now_ = std::max(now_, *rest_.until);
    }
    Step(ingest::Mail());
  }
  EXPECT_EQ(checked_, sent_.size());
  const auto ended = [&](StatusCode code) {
    return std::count_if(sent_.begin(), sent_.end(), [code](const Sent& sent) { return sent.code == code; });
  };
  EXPECT_GT(ended(StatusCode::kOk), 1000);
  EXPECT_GT(ended(StatusCode::kBusy), 100);
  EXPECT_GT(ended(StatusCode::kAlreadyExists), 100);
  EXPECT_GT(ended(StatusCode::kIoError), 100);
}

}  // namespace
}  // namespace rookery::testing
