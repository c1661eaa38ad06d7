#include "store/admission.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace rookery::store {
namespace {

std::optional<TokenBucket> BucketFor(std::optional<std::uint64_t> rate, std::optional<std::uint64_t> burst,
                                     TokenBucket::Time now) {
  if (!rate) return std::nullopt;
  return TokenBucket(static_cast<double>(*rate), static_cast<double>(burst.value_or(*rate)), now);
}

std::optional<SharedBucket> SharedFor(std::optional<std::uint64_t> rate, std::optional<std::uint64_t> burst,
                                      std::span<const std::uint32_t> weights, TokenBucket::Time now) {
  if (!rate) return std::nullopt;
  return SharedBucket(static_cast<double>(*rate), static_cast<double>(burst.value_or(*rate)), weights, now);
}

/// Whoever asks for nothing gets it, also from a bucket that owes.
bool Has(std::optional<TokenBucket>* bucket, double wanted, TokenBucket::Time now) {
  if (!*bucket || wanted <= 0) return true;
  (*bucket)->Fill(now);
  return (*bucket)->Has(wanted);
}

TokenBucket::Time Until(std::optional<TokenBucket> bucket, double wanted, TokenBucket::Time now) {
  if (!bucket || wanted <= 0) return TokenBucket::Time{0};
  bucket->Fill(now);
  return bucket->UntilHas(wanted);
}

}  // namespace

/// What the demands ask of a shared bucket: nearly always a single one, which needs no memory of its own.
class Admission::Shares {
 public:
  Shares(std::span<const Demand> demands, double WriteWeight::*amount) {
    if (demands.size() > 1) many_.reserve(demands.size());
    for (const Demand& demand : demands) {
      if (demand.weight.*amount == 0) continue;
      const SharedBucket::Share share{demand.group, demand.weight.*amount};
      demands.size() > 1 ? many_.push_back(share) : void(one_ = share);
    }
  }
  std::span<const SharedBucket::Share> view() const {
    return one_ ? std::span(&*one_, 1) : std::span<const SharedBucket::Share>(many_);
  }

 private:
  std::optional<SharedBucket::Share> one_;
  std::vector<SharedBucket::Share> many_;
};

std::size_t BytesOf(const NewMessage& message) {
  std::size_t bytes = message.channel.size() + message.author.size() + message.content.size() + message.nonce.size();
  for (const Attribute& attribute : message.attributes) bytes += attribute.name.size() + attribute.value.size();
  return bytes;
}

std::size_t BytesOf(const MessageEdit& edit) {
  std::size_t bytes = edit.content.value_or("").size();
  if (!edit.attributes) return bytes;
  for (const Attribute& attribute : *edit.attributes) bytes += attribute.name.size() + attribute.value.size();
  return bytes;
}

std::unique_ptr<Admission> Admission::New(const AdmissionOptions& options, std::shared_ptr<const Clock> clock) {
  if (!options.limits_anything()) return nullptr;
  return std::unique_ptr<Admission>(new Admission(options, std::move(clock)));
}

Admission::Admission(const AdmissionOptions& options, std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {
  const Time now = Now();
  std::vector<std::uint32_t> weights;
  for (const PrefixAdmission& prefix : options.prefixes) {
    by_length_.emplace_back(prefix.prefix, groups_.size());
    weights.push_back(prefix.weight);
    const AdmissionLimit& limit = prefix.limit;
    groups_.push_back({.prefix = prefix.prefix,
                       .posts = BucketFor(limit.posts_per_second, limit.burst_posts, now),
                       .bytes = BucketFor(limit.bytes_per_second, limit.burst_bytes, now)});
  }
  groups_.push_back({.prefix = {}, .posts = {}, .bytes = {}});
  weights.push_back(1);
  std::stable_sort(by_length_.begin(), by_length_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  posts_ = SharedFor(options.store.posts_per_second, options.store.burst_posts, weights, now);
  bytes_ = SharedFor(options.store.bytes_per_second, options.store.burst_bytes, weights, now);
}

std::size_t Admission::GroupOf(std::string_view channel) const {
  for (const auto& [prefix, group] : by_length_) {
    if (channel.starts_with(prefix)) return group;
  }
  return by_length_.size();
}

Admission::Time Admission::Now() const {
  if (clock_) return std::chrono::duration_cast<Time>(clock_->Now().time_since_epoch());
  return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now().time_since_epoch());
}

Status Admission::Admit(std::string_view channel, const WriteWeight& weight) {
  const Demand demand{.group = GroupOf(channel), .weight = weight};
  return AdmitAll({&demand, 1});
}

std::vector<Admission::Demand> Admission::DemandsOf(std::span<const NewMessage> messages) const {
  std::vector<Demand> demands;
  for (const NewMessage& message : messages) {
    const std::size_t group = GroupOf(message.channel);
    auto demand = std::find_if(demands.begin(), demands.end(), [&](const Demand& d) { return d.group == group; });
    if (demand == demands.end()) demand = demands.insert(demands.end(), Demand{.group = group, .weight = {}});
    demand->weight.posts += 1;
    demand->weight.bytes += static_cast<double>(BytesOf(message));
  }
  return demands;
}

Status Admission::Admit(std::span<const NewMessage> messages) {
  if (messages.empty()) return {};
  return AdmitAll(DemandsOf(messages));
}

void Admission::GiveBack(std::span<const NewMessage> messages) {
  std::vector<Demand> demands = DemandsOf(messages);
  for (Demand& demand : demands) demand.weight = {.posts = -demand.weight.posts, .bytes = -demand.weight.bytes};
  const std::lock_guard lock(mutex_);
  // What is then more than a bucket holds is lost, or another's, when the bucket is filled the next time.
  TakeAll(demands);
}

Status Admission::AdmitAll(std::span<const Demand> demands) {
  const Time now = Now();
  const std::lock_guard lock(mutex_);
  if (HaveAll(demands, now)) {
    TakeAll(demands);
    ++admitted_;
    for (const Demand& demand : demands) ++groups_[demand.group].admitted;
    return {};
  }
  ++refused_;
  for (const Demand& demand : demands) ++groups_[demand.group].refused;
  const Group& group = groups_[demands.front().group];
  const std::string whose = demands.size() > 1     ? "the batch's channels"
                            : group.prefix.empty() ? "the channel"
                                                   : base::Quoted(group.prefix);
  return Status(StatusCode::kBusy, "the admission limit of the store or of " + whose +
                                       " is reached; nothing was written, try again after the time that is given")
      .WithRetryAfter(std::chrono::ceil<std::chrono::milliseconds>(UntilAll(demands, now)));
}

bool Admission::HaveAll(std::span<const Demand> demands, Time now) {
  for (const Demand& demand : demands) {
    Group& group = groups_[demand.group];
    if (!Has(&group.posts, demand.weight.posts, now) || !Has(&group.bytes, demand.weight.bytes, now)) return false;
  }
  if (posts_ && !posts_->Has(Shares(demands, &WriteWeight::posts).view(), now)) return false;
  return !bytes_ || bytes_->Has(Shares(demands, &WriteWeight::bytes).view(), now);
}

void Admission::TakeAll(std::span<const Demand> demands) {
  for (const Demand& demand : demands) {
    Group& group = groups_[demand.group];
    if (group.posts) group.posts->Take(demand.weight.posts);
    if (group.bytes) group.bytes->Take(demand.weight.bytes);
  }
  if (posts_) posts_->Take(Shares(demands, &WriteWeight::posts).view());
  if (bytes_) bytes_->Take(Shares(demands, &WriteWeight::bytes).view());
}

Admission::Time Admission::UntilAll(std::span<const Demand> demands, Time now) const {
  Time wait{0};
  for (const Demand& demand : demands) {
    const Group& group = groups_[demand.group];
    wait = std::max({wait, Until(group.posts, demand.weight.posts, now), Until(group.bytes, demand.weight.bytes, now)});
  }
  if (posts_) wait = std::max(wait, posts_->UntilHas(Shares(demands, &WriteWeight::posts).view(), now));
  if (bytes_) wait = std::max(wait, bytes_->UntilHas(Shares(demands, &WriteWeight::bytes).view(), now));
  return wait;
}

AdmissionStats Admission::Stats() const {
  const std::lock_guard lock(mutex_);
  AdmissionStats stats{.admitted = admitted_, .refused = refused_, .prefixes = {}};
  for (const Group& group : groups_) stats.prefixes.push_back({group.prefix, group.admitted, group.refused});
  return stats;
}

}  // namespace rookery::store
