#include "tests/store/crash_moment.h"

#include <algorithm>
#include <set>

namespace rookery::testing {
namespace {

using Kind = CrashStep::Kind;

/// Retention removes one batch after the other, the oldest first: what it had done when so many were left.
CrashStep PartOf(const CrashStep& step, const CrashState& actual) {
  const auto left = actual.messages.find(step.channel);
  CrashStep part = step;
  part.count = std::max<std::uint64_t>(step.count, left == actual.messages.end() ? 0 : left->second.size());
  return part;
}

/// Does the step as far as it was done in a store that holds `actual`.
void ApplyAsSeen(const CrashDeed& deed, const CrashState& actual, CrashState* state) {
  if (deed.step.kind == Kind::kKeep) return state->Apply(PartOf(deed.step, actual), {});
  if (deed.ids) return state->Apply(deed.step, *deed.ids);
  if (deed.step.kind != Kind::kPost) return state->Apply(deed.step, {});
  if (const auto ids = actual.IdsOf(deed.step)) state->Apply(deed.step, *ids);
}

}  // namespace

std::string CrashMoment::DifferenceTo(const CrashState& actual) const {
  std::set<std::uint64_t> writers = begun_.Writers();
  writers.merge(actual.Writers());
  for (const CrashDeed& deed : meanwhile_) writers.insert(deed.step.writer);
  std::string wrong;
  for (const std::uint64_t writer : writers) wrong += DifferenceOf(writer, actual.Of(writer));
  return wrong;
}

std::string CrashMoment::DifferenceOf(std::uint64_t writer, const CrashState& actual) const {
  CrashState state = begun_.Of(writer);
  const std::string difference = state.DifferenceTo(actual);
  if (difference.empty()) return "";
  std::string wrong = "writer " + std::to_string(writer) + ": " + difference + "\n";
  for (const CrashDeed& deed : meanwhile_) {
    if (deed.step.writer != writer) continue;
    CrashState seen = state;
    ApplyAsSeen(deed, actual, &seen);
    const std::string still = seen.DifferenceTo(actual);
    if (still.empty()) return "";
    wrong += "  with " + deed.step.ToLine() + (deed.ids ? ", done: " : ", in flight: ") + still + "\n";
    if (!deed.ids) break;  // nothing can come after it
    state.Apply(deed.step, *deed.ids);
  }
  return wrong;
}

}  // namespace rookery::testing
