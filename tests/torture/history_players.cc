#include "tests/torture/history_players.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <thread>
#include <utility>

#include "base/macros.h"
#include "tests/store/any_reshard.h"
#include "tests/torture/rig.h"

namespace rookery::torture {
namespace {

using Kind = ChatCall::Kind;
using Answer = ChatCall::Answer;

Status Strange(std::string what) { return {StatusCode::kCorruption, std::move(what)}; }

}  // namespace

HistoryPlayers::HistoryPlayers(store::StoreImpl* store, const HistoryOptions& options)
    : store_(*store), options_(options) {
  Random random(RoundSeed(options.seed, 0));
  slot_count_ = 2 + random() % (kMostSlots - 1);
  const std::size_t channels = 1 + random() % 2;
  const StoreInfo info = store_.info();
  for (std::size_t i = 0; i < slot_count_; ++i) {
    Slot& slot = slots_[i];
    slot.channel = options_.name + "/" + std::to_string(i % channels);
    slot.origin = static_cast<Origin>(std::min<std::uint64_t>(random() % 4, 3) % 3);
    if (slot.origin == Origin::kNonce) slot.nonce = "nonce " + std::to_string(i);
    if (slot.origin != Origin::kGiven) continue;
    // In several buckets, and of a worker that is not the store.
    const auto age = std::chrono::seconds{1 + random() % 300};
    const auto time = static_cast<std::uint64_t>((options_.now - age - info.epoch).count());
    slot.id = time << MessageId::kTimeShift | 7U << 12U | i;
  }
  players_ = 2 + random() % 3;
  // A few who do much, or more who do less: the checker's search grows with both.
  calls_each_ = std::min<std::size_t>(6 + random() % 12, kMostCalls / players_);
}

Result<std::vector<ChatCall>> HistoryPlayers::Play() {
  std::vector<Player> players;
  for (std::size_t i = 0; i < players_; ++i) {
    players.push_back({.number = i, .random = Random(RoundSeed(options_.seed, 1 + i))});
  }
  {
    std::vector<std::jthread> threads;
    for (Player& player : players) threads.emplace_back([&] { Run(&player); });
  }
  RK_TRY(std::move(failure_));
  std::vector<ChatCall> calls;
  for (Player& player : players) std::move(player.calls.begin(), player.calls.end(), std::back_inserter(calls));
  OrderPages(&calls);
  return calls;
}

void HistoryPlayers::Run(Player* player) {
  // They begin together.
  for (++ready_; ready_ < players_;) std::this_thread::yield();
  const std::size_t reshard_at =
      options_.reshards && player->number == 0 ? player->random() % calls_each_ : calls_each_;
  for (std::size_t i = 0; i < calls_each_; ++i) {
    Status made = i == reshard_at ? Reshard(player) : Status();
    if (made.ok()) made = MakeCall(player);
    if (made.ok()) continue;
    const std::lock_guard lock(mutex_);
    if (failure_.ok()) failure_ = std::move(made);
    return;
  }
}

Status HistoryPlayers::MakeCall(Player* player) {
  const std::uint64_t chosen = player->random() % 16;
  if (chosen < 4) return Post(player);
  const std::size_t slot = player->random() % slot_count_;
  const bool known = slots_[slot].id.load() != 0;
  if (chosen < 7 && known) return Edit(player, slot);
  if (chosen < 9 && known && slots_[slot].origin != Origin::kNonce) return Delete(player, slot);
  return chosen < 13 ? Read(player) : ReadPage(player);
}

std::vector<std::size_t> HistoryPlayers::ChooseForPost(Random* random) {
  std::vector<std::size_t> chosen;
  const std::size_t first = (*random)() % slot_count_;
  const std::size_t most = (*random)() % 4 == 0 ? 2 : 1;
  for (std::size_t i = 0; i < slot_count_ && chosen.size() < most; ++i) {
    const std::size_t number = (first + i) % slot_count_;
    Slot& slot = slots_[number];
    // What a nonce answers is told message by message, so such a post goes alone.
    if (slot.origin == Origin::kNonce && (most > 1 || !chosen.empty())) continue;
    if (slot.origin == Origin::kMade && slot.taken.exchange(true)) continue;
    chosen.push_back(number);
  }
  return chosen;
}

Status HistoryPlayers::Post(Player* player) {
  const std::vector<std::size_t> chosen = ChooseForPost(&player->random);
  if (chosen.empty()) return {};
  ChatCall call{.thread = player->number, .kind = Kind::kPost, .slots = chosen, .value = NewValue(chosen.size())};
  std::vector<std::string> contents;
  std::vector<NewMessage> messages;
  for (std::size_t i = 0; i < chosen.size(); ++i) contents.push_back(ContentOf(chosen[i], call.value + i));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Slot& slot = slots_[chosen[i]];
    // Each author posts once, so that two posts are never the same message.
    messages.push_back({.channel = slot.channel, .author = contents[i], .content = contents[i], .nonce = slot.nonce});
    if (slot.origin == Origin::kGiven) messages.back().id = MessageId{slot.id};
    messages.back().author = messages.back().author.substr(0, 16);
  }
  call.time.invoked = Tick();
  const auto posted = store_.posts().PostBatch(messages, {});
  call.time.returned = Tick();
  if (!posted && posted.error().code() != StatusCode::kAlreadyExists) return posted.error();
  // A nonce that is known is no error.
  if (!posted || posted->front().existed) call.answer = Answer::kRefused;
  for (std::size_t i = 0; posted && i < chosen.size(); ++i) {
    const std::uint64_t before = slots_[chosen[i]].id.exchange((*posted)[i].id.value);
    if (before != 0 && before != (*posted)[i].id.value) return Strange("a message has two ids: " + call.ToString());
  }
  player->calls.push_back(std::move(call));
  return {};
}

std::optional<std::uint64_t> HistoryPlayers::AnyVersion(Random* random) {
  if ((*random)() % 2 == 0) return std::nullopt;
  return 1 + (*random)() % 3;
}

Status HistoryPlayers::Edit(Player* player, std::size_t slot) {
  ChatCall call{.thread = player->number,
                .kind = Kind::kEdit,
                .slots = {slot},
                .value = NewValue(),
                .expected = AnyVersion(&player->random)};
  const std::string content = ContentOf(slot, call.value);
  MessageEdit edit{.content = content};
  if (call.expected) edit.expected_version = Version{*call.expected};
  call.time.invoked = Tick();
  const auto edited = store_.messages().Edit(slots_[slot].channel, MessageId{slots_[slot].id}, edit, {});
  call.time.returned = Tick();
  if (edited) {
    call.version = edited->value;
  } else if (edited.error().code() == StatusCode::kConflict) {
    call.answer = Answer::kRefused;
    call.version = edited.error().current_version().value_or(0);
  } else if (edited.error().code() == StatusCode::kNotFound) {
    call.answer = Answer::kAbsent;
  } else {
    return edited.error();
  }
  player->calls.push_back(std::move(call));
  return {};
}

Status HistoryPlayers::Delete(Player* player, std::size_t slot) {
  ChatCall call{
      .thread = player->number, .kind = Kind::kDelete, .slots = {slot}, .expected = AnyVersion(&player->random)};
  DeleteOptions how;
  if (call.expected) how.expected_version = Version{*call.expected};
  call.time.invoked = Tick();
  const auto deleted = store_.messages().Delete(slots_[slot].channel, MessageId{slots_[slot].id}, how);
  call.time.returned = Tick();
  if (deleted) {
    call.answer = *deleted ? Answer::kDone : Answer::kAbsent;
  } else if (deleted.error().code() == StatusCode::kConflict) {
    call.answer = Answer::kRefused;
    call.version = deleted.error().current_version().value_or(0);
  } else {
    return deleted.error();
  }
  player->calls.push_back(std::move(call));
  return {};
}

Status HistoryPlayers::Read(Player* player) {
  ChatCall call{.thread = player->number, .kind = Kind::kRead};
  const bool many = player->random() % 3 == 0;
  std::vector<MessageKey> keys;
  for (std::size_t slot = 0; slot < slot_count_; ++slot) {
    const bool wanted = many ? player->random() % 2 == 0 : slot == player->random() % slot_count_;
    if (!wanted || slots_[slot].id.load() == 0) continue;
    call.slots.push_back(slot);
    keys.push_back({slots_[slot].channel, MessageId{slots_[slot].id}});
  }
  if (keys.empty()) return {};
  std::vector<std::optional<Message>> messages;
  call.time.invoked = Tick();
  if (keys.size() == 1) {
    RK_ASSIGN_OR_RETURN(auto message, store_.reads().Get(keys[0].channel, keys[0].id, nullptr));
    messages.push_back(std::move(message));
  } else {
    RK_ASSIGN_OR_RETURN(messages, store_.reads().GetMany(keys, nullptr));
  }
  call.time.returned = Tick();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Seen seen;
    if (messages[i]) {
      RK_ASSIGN_OR_RETURN(const auto parsed, Parse(*messages[i]));
      if (parsed.first != call.slots[i]) return Strange("a read found another message: " + call.ToString());
      seen = parsed.second;
    }
    auto& remembered = player->remembered[call.slots[i]];
    if (options_.canary && remembered && player->random() % 4 == 0) seen = *remembered;
    remembered = seen;
    call.found.push_back(seen);
  }
  player->calls.push_back(std::move(call));
  return {};
}

Status HistoryPlayers::ReadPage(Player* player) {
  const std::size_t slot = player->random() % slot_count_;
  ChatCall call{.thread = player->number,
                .kind = Kind::kPage,
                .slots = {slot},  // of the channel: OrderPages names all
                .limit = 1 + player->random() % (kMostSlots + 1)};
  call.time.invoked = Tick();
  RK_ASSIGN_OR_RETURN(const Page page, store_.reads().History(slots_[slot].channel, {.limit = call.limit}, nullptr));
  call.time.returned = Tick();
  for (const MessageView& message : page) {
    RK_ASSIGN_OR_RETURN(const auto parsed, Parse(message));
    call.page.push_back(parsed);
  }
  player->calls.push_back(std::move(call));
  return {};
}

Status HistoryPlayers::Reshard(Player* player) {
  const auto job = store_.resharder().status();
  if (job && job->paused) return Strange("the reshard job stopped: " + job->paused_reason);
  if (job && job->reads_differing > 0) return Strange("the two places of a reshard job differ in what they answer");
  Status status;
  const std::uint64_t chosen = player->random();
  if (!job || job->phase == ReshardPhase::kDone || job->phase == ReshardPhase::kReverted) {
    const std::string& channel = slots_[chosen % slot_count_].channel;
    const ReshardRequest request = testing::AnyReshardRequest(chosen >> 8U, channel, store_.info().shards);
    const auto keep = std::chrono::seconds{chosen % 5 < 2 ? 3 : 0};
    status = store_.resharder().Start(request, {.keep = keep, .share = 1}).status();
  } else if (chosen % 4 == 0) {
    status = store_.resharder().RevertJob();
  }
  // It does not fit the store, or the job has come to its end meanwhile.
  const bool late = status.code() == StatusCode::kInvalidArgument || status.code() == StatusCode::kNotFound;
  return late ? Status() : status;
}

std::string HistoryPlayers::ContentOf(std::size_t slot, std::uint64_t value) const {
  const std::string start = std::to_string(slot) + ":" + std::to_string(value) + ":";
  return start + std::string(RoundSeed(options_.seed, value) % 3000, static_cast<char>('a' + value % 26));
}

Result<std::pair<std::size_t, Seen>> HistoryPlayers::Parse(const MessageView& message) const {
  const std::string_view content = message.content();
  std::size_t slot = kMostSlots;
  std::uint64_t value = 0;
  const char* const end = content.data() + content.size();
  const auto first = std::from_chars(content.data(), end, slot);
  if (first.ptr != end) std::from_chars(first.ptr + 1, end, value);
  if (slot >= slot_count_ || content != ContentOf(slot, value)) return Strange("a content that nobody wrote");
  return std::pair(slot, Seen{message.version().value, value});
}

void HistoryPlayers::OrderPages(std::vector<ChatCall>* calls) const {
  for (ChatCall& call : *calls) {
    if (call.kind != Kind::kPage) continue;
    const std::string& channel = slots_[call.slots.front()].channel;
    call.slots.clear();
    for (std::size_t slot = 0; slot < slot_count_; ++slot) {
      if (slots_[slot].channel == channel) call.slots.push_back(slot);
    }
    std::sort(call.slots.begin(), call.slots.end(),
              [&](std::size_t a, std::size_t b) { return slots_[a].id.load() > slots_[b].id.load(); });
  }
}

}  // namespace rookery::torture
