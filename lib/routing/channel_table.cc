#include "routing/channel_table.h"

#include "routing/channel_hash.h"

namespace rookery::routing {
namespace {

// The stripe comes from the top of the hash, as the maps inside the stripes use its bottom.
constexpr int kStripeShift = 58;

}  // namespace

std::size_t ChannelTable::Hash::operator()(std::string_view channel) const noexcept { return HashOf(channel); }

const ChannelTable::Stripe& ChannelTable::StripeOf(std::string_view channel) const {
  static_assert(std::size_t{1} << (64 - kStripeShift) == kStripes);
  return stripes_[HashOf(channel) >> kStripeShift];
}

ChannelTable::Stripe& ChannelTable::StripeOf(std::string_view channel) {
  return const_cast<Stripe&>(static_cast<const ChannelTable*>(this)->StripeOf(channel));
}

std::optional<DirectoryEntry> ChannelTable::Find(std::string_view channel) const {
  const Stripe& stripe = StripeOf(channel);
  const base::ReaderLock lock(stripe.mutex);
  const auto found = stripe.entries.find(channel);
  return found == stripe.entries.end() ? std::nullopt : std::optional(found->second);
}

bool ChannelTable::Insert(std::string_view channel, DirectoryEntry entry) {
  Stripe& stripe = StripeOf(channel);
  const base::MutexLock lock(stripe.mutex);
  return stripe.entries.try_emplace(std::string(channel), entry).second;
}

void ChannelTable::MarkStored(std::string_view channel) {
  Stripe& stripe = StripeOf(channel);
  const base::MutexLock lock(stripe.mutex);
  const auto found = stripe.entries.find(channel);
  if (found != stripe.entries.end()) found->second.stored = true;
}

}  // namespace rookery::routing
