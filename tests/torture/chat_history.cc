#include "tests/torture/chat_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace rookery::torture {
namespace {

using Kind = ChatCall::Kind;
using Answer = ChatCall::Answer;

std::string ToText(const Seen& seen) {
  return seen.version == 0 ? "absent" : fmt::format("value {} version {}", seen.value, seen.version);
}

std::string AnswerText(const ChatCall& call) {
  std::string text;
  switch (call.answer) {
    case Answer::kDone:
      text = call.kind == Kind::kEdit ? fmt::format("version {}", call.version) : "done";
      break;
    case Answer::kRefused:
      text = call.kind == Kind::kPost ? "is there" : fmt::format("is version {}", call.version);
      break;
    case Answer::kAbsent:
      text = "absent";
      break;
  }
  if (call.kind != Kind::kRead && call.kind != Kind::kPage) return text;
  text.clear();
  for (const Seen& seen : call.found) text += ToText(seen) + ", ";
  for (const auto& [slot, seen] : call.page) text += fmt::format("{}: {}, ", slot, ToText(seen));
  return "[" + text.substr(0, text.empty() ? 0 : text.size() - 2) + "]";
}

std::optional<Slots> StepPost(const ChatCall& call, Slots slots) {
  const bool free =
      std::all_of(call.slots.begin(), call.slots.end(), [&](std::size_t slot) { return slots[slot].version == 0; });
  if (call.answer != (free ? Answer::kDone : Answer::kRefused)) return std::nullopt;
  for (std::size_t i = 0; free && i < call.slots.size(); ++i) slots[call.slots[i]] = {1, call.value + i};
  return slots;
}

std::optional<Slots> StepChange(const ChatCall& call, Slots slots) {
  Seen& seen = slots[call.slots.front()];
  // A deletion that wants a version, and finds no message, is a conflict with version 0.
  const bool absent = seen.version == 0 && (call.kind == Kind::kEdit || !call.expected);
  if (absent) return call.answer == Answer::kAbsent ? std::optional(slots) : std::nullopt;
  if (call.expected && *call.expected != seen.version) {
    const bool fits = call.answer == Answer::kRefused && call.version == seen.version;
    return fits ? std::optional(slots) : std::nullopt;
  }
  if (call.answer != Answer::kDone) return std::nullopt;
  if (call.kind == Kind::kEdit && call.version != seen.version + 1) return std::nullopt;
  seen = call.kind == Kind::kEdit ? Seen{seen.version + 1, call.value} : Seen{};
  return slots;
}

bool FitsPage(const ChatCall& call, const Slots& slots) {
  std::vector<std::pair<std::size_t, Seen>> page;
  for (const std::size_t slot : call.slots) {
    if (slots[slot].version > 0 && page.size() < call.limit) page.emplace_back(slot, slots[slot]);
  }
  return page == call.page;
}

bool FitsRead(const ChatCall& call, const Slots& slots) {
  for (std::size_t i = 0; i < call.slots.size(); ++i) {
    if (slots[call.slots[i]] != call.found[i]) return false;
  }
  return true;
}

}  // namespace

std::string ChatCall::ToString() const {
  constexpr const char* kNames[]{"post", "edit", "delete", "read", "page of"};
  std::string text = fmt::format("{:3}..{:3} thread {}: {}", time.invoked, time.returned, thread,
                                 kNames[static_cast<std::size_t>(kind)]);
  for (const std::size_t slot : slots) text += fmt::format(" {}", slot);
  if (value != 0) text += fmt::format(" value {}", value);
  if (expected) text += fmt::format(" if version {}", *expected);
  if (limit != 0) text += fmt::format(" limit {}", limit);
  return text + " -> " + AnswerText(*this);
}

std::optional<Slots> Step(const ChatCall& call, Slots slots) {
  switch (call.kind) {
    case Kind::kPost:
      return StepPost(call, slots);
    case Kind::kEdit:
    case Kind::kDelete:
      return StepChange(call, slots);
    case Kind::kRead:
      return FitsRead(call, slots) ? std::optional(slots) : std::nullopt;
    case Kind::kPage:
      return FitsPage(call, slots) ? std::optional(slots) : std::nullopt;
  }
  return std::nullopt;
}

std::string CheckLinearizable(const std::vector<ChatCall>& calls) {
  std::vector<const ChatCall*> sorted;
  for (const ChatCall& call : calls) sorted.push_back(&call);
  std::sort(sorted.begin(), sorted.end(),
            [](const ChatCall* a, const ChatCall* b) { return a->time.invoked < b->time.invoked; });
  std::vector<Interval> times;
  for (const ChatCall* call : sorted) times.push_back(call->time);
  const auto step = [&](std::size_t call, const Slots& slots) { return Step(*sorted[call], slots); };
  LinearizabilityChecker<Slots, decltype(step)> checker(times, step);
  if (checker.Check({})) return "";
  std::vector<bool> placed(sorted.size());
  for (const std::size_t call : checker.longest()) placed[call] = true;
  std::string text = "no order explains these answers; * has no place in the longest one that was found\n";
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    text += fmt::format("  {} {}\n", placed[i] ? ' ' : '*', sorted[i]->ToString());
  }
  return text;
}

}  // namespace rookery::torture
