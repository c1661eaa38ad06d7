// A writer that is to be killed: opens a store and does random steps until then. On stdout it says of each step what it
// is about to do, and, after the store has acknowledged it, that it is done:
//
//   opening | begin STEP | phase | done [ID...]
//
// usage: crash_writer DIRECTORY hash|directory SESSION SEED
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/macros.h"
#include "rookery/store.h"
#include "tests/store/crash_state.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

using Kind = CrashStep::Kind;

/// In one call, so that a line comes whole or without its end.
void Say(std::string line) {
  line += '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(1);
}

/// Chooses the steps. Owns no store: what is there it knows from its own steps.
class Chooser {
 public:
  Chooser(std::uint64_t session, std::uint64_t seed, CrashState state)
      : session_(session), random_(seed), state_(std::move(state)) {
    constexpr double kUsual[CrashStep::kKinds] = {8, 0.4, 2, 5, 0.6, 2, 1, 0.8, 0.4};
    std::vector<double> weights;
    for (const double usual : kUsual) weights.push_back(Below(3) == 0 ? usual / 10 : usual);
    kinds_ = std::discrete_distribution<int>(weights.begin(), weights.end());
  }

  CrashStep Next(std::uint64_t old_id) {
    CrashStep step{.kind = static_cast<Kind>(kinds_(random_)),
                   .token = std::to_string(session_) + "." + std::to_string(++steps_),
                   .nonces = Below(3) == 0,
                   .sync = Below(16) == 0};
    if (Below(30) == 0 && !state_.messages.empty()) doomed_ = AnyChannel();
    if (!state_.messages.contains(doomed_)) doomed_.clear();
    if (!doomed_.empty() && Below(4) != 0) step.kind = Kind::kDelete;
    if (state_.message_count() > kMostMessages && step.kind == Kind::kPost) step.kind = Kind::kKeep;
    if (state_.messages.empty() && step.kind != Kind::kLoad) step.kind = Kind::kPost;
    Fill(&step, old_id);
    return step;
  }
  void Done(const CrashStep& step, const std::vector<std::uint64_t>& ids) { state_.Apply(step, ids); }

 private:
  static constexpr std::uint64_t kMostMessages = 3000;

  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  std::string AnyChannel() {
    auto at = state_.messages.begin();
    std::advance(at, Below(state_.messages.size()));
    return at->first;
  }
  void PickMessage(CrashStep* step) {
    step->channel = step->kind == Kind::kDelete && !doomed_.empty() ? doomed_ : AnyChannel();
    const CrashState::Messages& some = state_.messages.at(step->channel);
    auto at = some.begin();
    // Mostly from one end, so that whole stretches go.
    if (Below(4) == 0) std::advance(at, Below(some.size()));
    step->id = at->first;
  }

  void Fill(CrashStep* step, std::uint64_t old_id) {
    switch (step->kind) {
      case Kind::kPost:
        step->channel = Below(20) == 0 ? "new" + step->token : "c" + std::to_string(Below(6));
        step->count = Below(3) == 0 ? 2 + Below(120) : 1;
        return;
      case Kind::kLoad:
        step->channel = "c" + std::to_string(Below(6));
        step->count = 1 + Below(400);
        step->id = old_id;
        return;
      case Kind::kEdit:
      case Kind::kDelete:
        return PickMessage(step);
      case Kind::kKeep:
        step->channel = AnyChannel();
        step->count = Below(3) == 0 ? 0 : 1 + Below(state_.messages.at(step->channel).size());
        return;
      case Kind::kPut:
      case Kind::kErase:
        step->channel = "c" + std::to_string(Below(6));
        step->count = Below(5);
        return;
      case Kind::kAttach:
        PickMessage(step);
        step->count = 1 + Below(Below(3) == 0 ? 3'000'000 : 50'000);
        return;
      case Kind::kDetach:
        PickMessage(step);
        step->count = Below(5);
        return;
    }
  }

  const std::uint64_t session_;
  std::mt19937_64 random_;
  std::discrete_distribution<int> kinds_;
  CrashState state_;
  std::string doomed_;  // a channel that is being emptied
  std::uint64_t steps_ = 0;
};

/// Does the steps.
class Doer {
 public:
  explicit Doer(Store* store) : store_(*store) {}

  Result<std::vector<std::uint64_t>> Do(const CrashStep& step) {
    const Durability durability = step.sync ? Durability::kSync : Durability::kBuffered;
    const MessageId id{step.id};
    std::vector<std::uint64_t> ids;
    switch (step.kind) {
      case Kind::kPost:
        return Post(step, durability);
      case Kind::kLoad:
        RK_TRY(Load(step));
        return ids;
      case Kind::kEdit: {
        const std::string content = step.ContentOf(0);
        RK_TRY(store_.Edit(step.channel, id, {.content = content}, {.durability = durability}).status());
        return ids;
      }
      case Kind::kDelete:
        RK_TRY(store_.Delete(step.channel, id, {.durability = durability}).status());
        return ids;
      case Kind::kKeep:
        RK_TRY(Keep(step));
        return ids;
      case Kind::kPut:
        RK_TRY(store_.Put(step.channel, step.Name(), step.token, {.durability = durability}).status());
        return ids;
      case Kind::kErase:
        RK_TRY(store_.DeleteRecord(step.channel, step.Name(), {.durability = durability}).status());
        return ids;
      case Kind::kAttach:
        RK_TRY(Attach(step, durability));
        return ids;
      case Kind::kDetach:
        RK_TRY(store_.DeleteAttachment(step.channel, id, step.Name(), {.durability = durability}).status());
        return ids;
    }
    return ids;
  }

 private:
  Result<std::vector<std::uint64_t>> Post(const CrashStep& step, Durability durability) {
    const CrashPosts posts(step);
    std::vector<std::uint64_t> ids;
    if (step.count == 1) {
      RK_ASSIGN_OR_RETURN(const MessageId id, store_.Post(posts.views().front(), {.durability = durability}));
      ids.push_back(id.value);
      return ids;
    }
    RK_ASSIGN_OR_RETURN(const auto posted, store_.PostBatch(posts.views(), {.durability = durability}));
    for (const Posted& one : posted) ids.push_back(one.id.value);
    return ids;
  }

  Status Load(const CrashStep& step) {
    RK_ASSIGN_OR_RETURN(BulkLoader loader, store_.BulkLoader({.progress = [](const BulkProgress& /*progress*/) {
      Say("phase");
      return true;
    }}));
    const CrashPosts posts(step);
    RK_TRY(loader.Add(posts.views()));
    return loader.Finish().status();
  }

  Status Keep(const CrashStep& step) {
    RetentionRule rule{.scope = RetentionScope::kChannel, .name = step.channel};
    if (step.count > 0) rule.limits.max_messages = step.count;
    if (step.count == 0) rule.limits.max_age = std::chrono::milliseconds{1};
    RK_TRY(store_.SetRetention(rule));
    Say("phase");
    RK_TRY(store_.RunRetention().status());
    Say("phase");
    rule.limits = {};
    return store_.SetRetention(rule);
  }

  Status Attach(const CrashStep& step, Durability durability) {
    RK_ASSIGN_OR_RETURN(AttachmentWriter writer, store_.PutAttachment(step.channel, MessageId{step.id}, step.Name(),
                                                                      {.if_exists = IfExists::kReplace}));
    const std::string bytes = step.Bytes();
    constexpr std::size_t kPiece = 700'000;
    for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
      RK_TRY(writer.Append(std::string_view(bytes).substr(at, kPiece)));
      Say("phase");
    }
    return writer.Finish({.durability = durability}).status();
  }

  Store& store_;
};

/// Rules that a session was killed with are not this one's.
Status RemoveRules(Store* store) {
  RK_ASSIGN_OR_RETURN(std::vector<RetentionRule> rules, store->Retention());
  for (RetentionRule& rule : rules) {
    rule.limits = {};
    RK_TRY(store->SetRetention(rule));
  }
  return {};
}

/// Comes back only with an error.
Status Run(const std::string& path, const std::string& routing, std::uint64_t session, std::uint64_t seed) {
  const auto clock = std::make_shared<ManualClock>();
  // Each session has an hour for itself, so ids of loads lie among those of the one before.
  clock->Advance(std::chrono::hours{session});
  Say("opening");
  RK_ASSIGN_OR_RETURN(Store store, Store::Open(path, CrashOptions(routing, clock)));
  RK_TRY(RemoveRules(&store));
  RK_ASSIGN_OR_RETURN(CrashState state, ReadState(store));
  std::mt19937_64 random(seed);
  Chooser chooser(session, seed, std::move(state));
  Doer doer(&store);
  for (std::uint64_t step_number = 0;;) {
    clock->Advance(std::chrono::milliseconds{10 + random() % 1'000});
    // Of workers that are not the store, each another one.
    const auto ago = clock->Now() - std::chrono::minutes{random() % 50} - StoreOptions{}.ids.epoch;
    const std::uint64_t worker = 1 + ++step_number % 1000;
    const std::uint64_t old_id = static_cast<std::uint64_t>(ago.count()) << MessageId::kTimeShift | worker << 12U;
    const CrashStep step = chooser.Next(old_id);
    Say("begin " + step.ToLine());
    RK_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> ids, doer.Do(step));
    std::string line = "done";
    for (const std::uint64_t id : ids) line += " " + std::to_string(id);
    Say(line);
    chooser.Done(step, ids);
  }
}

}  // namespace
}  // namespace rookery::testing

int main(int count, char** arguments) {
  if (count != 5) return 2;
  const rookery::Status status = rookery::testing::Run(
      arguments[1], arguments[2], std::strtoull(arguments[3], nullptr, 10), std::strtoull(arguments[4], nullptr, 10));
  std::cerr << status << '\n';
  return 1;
}
