// The retention rules of a store: a value that finds the one that holds for a channel, and the bytes it is stored as.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/retention.h"
#include "rookery/status.h"

namespace rookery::store {

/// kInvalidArgument naming what is wrong with the rule.
Status CheckRetentionRule(const RetentionRule& rule);

std::string EncodeRetentionLimits(const RetentionLimits& limits);
std::optional<RetentionLimits> DecodeRetentionLimits(std::string_view bytes);

/// Not thread-safe.
class RetentionRules {
 public:
  /// Replaces the rule for the same scope and name; one without limits removes it.
  void Set(const RetentionRule& rule);
  /// The limits that hold for the channel; null: none do.
  const RetentionLimits* Find(std::string_view channel) const;
  bool empty() const { return rules_.empty(); }
  /// The store's first, then prefixes, then channels, by name.
  std::vector<RetentionRule> All() const;

 private:
  using Key = std::pair<RetentionScope, std::string>;
  const RetentionLimits* At(RetentionScope scope, std::string_view name) const;

  std::map<Key, RetentionLimits> rules_;
};

}  // namespace rookery::store
