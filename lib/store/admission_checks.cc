#include "store/admission_checks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/macros.h"
#include "base/text.h"

namespace rookery {

bool AdmissionOptions::limits_anything() const {
  return store.limits_anything() || std::any_of(prefixes.begin(), prefixes.end(), [](const PrefixAdmission& prefix) {
           return prefix.limit.limits_anything();
         });
}

namespace store {
namespace {

constexpr std::size_t kMaxPrefixes = 64;
constexpr std::size_t kMaxPrefixBytes = 1024;
constexpr std::uint32_t kMaxWeight = 1000;
constexpr std::uint64_t kMaxRate = std::uint64_t{1} << 50;  // counted exactly in a double, with room

struct Field {
  std::string_view name;
  std::optional<std::uint64_t> value;
};

Status CheckLimit(const std::string& where, const AdmissionLimit& limit) {
  const std::array<Field, 4> fields = {{{"posts_per_second", limit.posts_per_second},
                                        {"bytes_per_second", limit.bytes_per_second},
                                        {"burst_posts", limit.burst_posts},
                                        {"burst_bytes", limit.burst_bytes}}};
  for (const Field& field : fields) {
    if (!field.value || (*field.value >= 1 && *field.value <= kMaxRate)) continue;
    return {StatusCode::kInvalidArgument, where + "." + std::string(field.name) + " is " +
                                              std::to_string(*field.value) +
                                              "; it must be 1 to 2^50, or absent for no limit"};
  }
  if (limit.burst_posts && !limit.posts_per_second) {
    return {StatusCode::kInvalidArgument, where + ".burst_posts says nothing without posts_per_second"};
  }
  if (limit.burst_bytes && !limit.bytes_per_second) {
    return {StatusCode::kInvalidArgument, where + ".burst_bytes says nothing without bytes_per_second"};
  }
  return {};
}

}  // namespace

Status CheckAdmission(const AdmissionOptions& options) {
  RK_TRY(CheckLimit("admission.store", options.store));
  if (options.prefixes.size() > kMaxPrefixes) {
    return {StatusCode::kInvalidArgument,
            "admission.prefixes has " + std::to_string(options.prefixes.size()) + " entries; it may have 64"};
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < options.prefixes.size(); ++i) {
    const PrefixAdmission& prefix = options.prefixes[i];
    const std::string where = "admission.prefixes[" + std::to_string(i) + "]";
    if (prefix.prefix.empty() || prefix.prefix.size() > kMaxPrefixBytes) {
      return {StatusCode::kInvalidArgument, where + ".prefix must be 1 to 1024 bytes"};
    }
    if (!seen.insert(prefix.prefix).second) {
      return {StatusCode::kInvalidArgument, where + ".prefix " + base::Quoted(prefix.prefix) + " stands there twice"};
    }
    if (prefix.weight < 1 || prefix.weight > kMaxWeight) {
      return {StatusCode::kInvalidArgument,
              where + ".weight is " + std::to_string(prefix.weight) + "; it must be 1 to 1000"};
    }
    RK_TRY(CheckLimit(where + ".limit", prefix.limit));
  }
  return {};
}

}  // namespace store
}  // namespace rookery
