#include "engine/rocksdb/prefix_transform.h"

#include <rocksdb/slice.h>
#include <rocksdb/slice_transform.h>

#include <string>
#include <utility>

namespace rookery::engine {
namespace {

class PrefixTransform final : public rocksdb::SliceTransform {
 public:
  explicit PrefixTransform(PrefixRule rule) : rule_(std::move(rule)) {}

  const char* Name() const override { return rule_.name.c_str(); }
  bool InDomain(const rocksdb::Slice& key) const override { return rule_.length(key.ToStringView()) != 0; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), rule_.length(key.ToStringView())};
  }

 private:
  const PrefixRule rule_;
};

/// True if `upper` is the first key after all that begin with `prefix`, for a prefix that does not end in 0xFF.
bool IsEndOf(std::string_view prefix, std::string_view upper) {
  if (upper.size() != prefix.size()) return false;
  const auto last = static_cast<unsigned char>(prefix.back());
  const auto upper_last = static_cast<unsigned char>(upper.back());
  return last + 1 == upper_last && upper.substr(0, upper.size() - 1) == prefix.substr(0, prefix.size() - 1);
}

}  // namespace

std::shared_ptr<const rocksdb::SliceTransform> NewPrefixTransform(const PrefixRule& rule) {
  if (rule.length == nullptr) return nullptr;
  return std::make_shared<PrefixTransform>(rule);
}

bool WithinOnePrefix(const PrefixRule& rule, std::string_view lower, std::string_view upper) {
  if (rule.length == nullptr) return false;
  const std::string_view prefix = lower.substr(0, rule.length(lower));
  if (prefix.empty()) return false;
  if (upper.starts_with(prefix)) return true;
  // The end of the prefix is sought when reading backwards; were it in the rule's domain, a filter could deny it.
  return IsEndOf(prefix, upper) && rule.length(upper) == 0;
}

}  // namespace rookery::engine
