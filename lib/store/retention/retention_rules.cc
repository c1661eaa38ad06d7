#include "store/retention/retention_rules.h"

#include <cstdint>

#include "base/big_endian.h"
#include "base/macros.h"
#include "store/limits.h"

namespace rookery::store {
namespace {

constexpr std::size_t kLimits = 3;

Status Bad(std::string_view what) { return {StatusCode::kInvalidArgument, "retention: " + std::string(what)}; }

}  // namespace

Status CheckRetentionRule(const RetentionRule& rule) {
  switch (rule.scope) {
    case RetentionScope::kStore:
      if (!rule.name.empty()) return Bad("the rule of the store has no name");
      break;
    case RetentionScope::kPrefix:
      if (rule.name.empty()) return Bad("a prefix must not be empty; a rule without one is for all channels");
      if (rule.name.size() > kMaxChannelBytes) return Bad("a prefix has at most 1024 bytes");
      break;
    case RetentionScope::kChannel:
      RK_TRY(CheckChannel(rule.name));
      break;
    default:
      return Bad("the scope is not one of RetentionScope");
  }
  const RetentionLimits& limits = rule.limits;
  if (limits.max_age && *limits.max_age < std::chrono::milliseconds{1}) return Bad("max_age must be at least 1 ms");
  if (limits.max_messages && *limits.max_messages == 0) return Bad("max_messages must be at least 1");
  if (limits.max_bytes && *limits.max_bytes == 0) return Bad("max_bytes must be at least 1");
  return {};
}

std::string EncodeRetentionLimits(const RetentionLimits& limits) {
  std::string bytes;
  const std::uint64_t age = limits.max_age ? static_cast<std::uint64_t>(limits.max_age->count()) : 0;
  base::AppendBigEndian(&bytes, age);
  base::AppendBigEndian(&bytes, limits.max_messages.value_or(0));
  base::AppendBigEndian(&bytes, limits.max_bytes.value_or(0));
  return bytes;
}

std::optional<RetentionLimits> DecodeRetentionLimits(std::string_view bytes) {
  if (bytes.size() != kLimits * sizeof(std::uint64_t)) return std::nullopt;
  const auto read = [&](std::size_t i) {
    return base::ReadBigEndian<std::uint64_t>(bytes.substr(i * sizeof(std::uint64_t)));
  };
  RetentionLimits limits;
  if (read(0) > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  if (read(0) != 0) limits.max_age = std::chrono::milliseconds{static_cast<std::int64_t>(read(0))};
  if (read(1) != 0) limits.max_messages = read(1);
  if (read(2) != 0) limits.max_bytes = read(2);
  return limits;
}

void RetentionRules::Set(const RetentionRule& rule) {
  const Key key{rule.scope, rule.name};
  if (rule.limits.empty()) {
    rules_.erase(key);
  } else {
    rules_[key] = rule.limits;
  }
}

const RetentionLimits* RetentionRules::At(RetentionScope scope, std::string_view name) const {
  const auto found = rules_.find({scope, std::string(name)});
  return found == rules_.end() ? nullptr : &found->second;
}

const RetentionLimits* RetentionRules::Find(std::string_view channel) const {
  if (const RetentionLimits* own = At(RetentionScope::kChannel, channel)) return own;
  const RetentionLimits* found = At(RetentionScope::kStore, {});
  std::size_t length = 0;
  for (const auto& [key, limits] : rules_) {
    if (key.first != RetentionScope::kPrefix || key.second.size() < length || !channel.starts_with(key.second))
      continue;
    found = &limits;
    length = key.second.size();
  }
  return found;
}

std::vector<RetentionRule> RetentionRules::All() const {
  std::vector<RetentionRule> rules;
  rules.reserve(rules_.size());
  for (const auto& [key, limits] : rules_) rules.push_back({key.first, key.second, limits});
  return rules;
}

}  // namespace rookery::store
