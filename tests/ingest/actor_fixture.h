// Drives an actor without threads: time is a number, the store is whatever the test answers.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/actor.h"

namespace rookery::testing {

using std::chrono::milliseconds;

inline ingest::Time At(std::int64_t ms) { return ingest::Time(milliseconds(ms)); }

class ActorTest : public ::testing::Test {
 protected:
  /// What callbacks were told, in their order: "3:ok", "4:BUSY".
  const std::vector<std::string>& outcomes() const { return outcomes_; }
  /// The contents of the messages that the last step wants written.
  std::vector<std::string> Writes() const {
    std::vector<std::string> contents;
    for (const NewMessage* message : effects_.write) contents.emplace_back(message->content);
    return contents;
  }

  void Restart(const IngestBatch& limits) {
    actor_.emplace(limits);
    number_ = 0;
  }
  /// A letter for `channel` whose content is its number.
  void Letter(ingest::Bundle* bundle, std::string_view channel, milliseconds timeout = milliseconds{1000}) {
    const std::uint64_t number = number_++;
    const std::string content = std::to_string(number);
    NewMessage message{.channel = channel, .content = content};
    const std::size_t text_bytes = ingest::TextBytes(message);
    bundle->Add({.message = message,
                 .own = nullptr,
                 .done = [this, content](const Result<Posted>& posted) { Note(content, posted); },
                 .accepted = now_,
                 .deadline = now_ + timeout,
                 .number = number,
                 .bytes = 100},
                text_bytes);
  }
  /// Mail for these channels, a letter each.
  void Give(const std::vector<std::string_view>& channels, bool hurry = false) {
    ingest::Bundle bundle;
    for (const std::string_view channel : channels) Letter(&bundle, channel);
    Step(ingest::Mail{std::move(bundle), hurry});
  }
  void Look() { Give({}); }
  void Wait(milliseconds time) { now_ += time; }
  /// The store has written what was asked for.
  void Succeed() {
    std::vector<Posted> posted;
    for (std::size_t i = 0; i < effects_.write.size(); ++i) posted.push_back({MessageId{next_id_++}, false});
    Step(ingest::Answer{std::move(posted)});
  }
  void Fail(StatusCode code) { Fail(Status(code, "as the test says")); }
  void Fail(Status status) { Step(ingest::Answer{std::move(status)}); }

  /// The store took nothing, for so long.
  void Stall(milliseconds took) {
    now_ += took;
    const Status stalled = Status(StatusCode::kBusy, "stalled").WithRetryAfter(milliseconds{50});
    Step(ingest::Answer{.posted = stalled, .stalled = true});
  }

  void Step(ingest::Event event) {
    effects_ = actor_->Step(now_, std::move(event));
    for (const ingest::Outcome& outcome : effects_.outcomes) outcome.done(outcome.posted);
  }

  ingest::Time now_ = At(1'000'000);
  std::optional<ingest::Actor> actor_ = ingest::Actor(IngestBatch{.messages = 4, .bytes = 100'000});
  ingest::Effects effects_;
  std::uint64_t number_ = 0;
  std::uint64_t next_id_ = 1;

 private:
  void Note(const std::string& content, const Result<Posted>& posted) {
    outcomes_.push_back(content + ":" + (posted ? "ok" : std::string(StatusCodeName(posted.error().code()))));
  }

  std::vector<std::string> outcomes_;
};

}  // namespace rookery::testing
