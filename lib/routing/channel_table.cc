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

std::optional<DirectoryEntry> ChannelTable::Find(std::string_view channel, Epoch epoch) const {
  const Stripe& stripe = StripeOf(channel);
  const base::ReaderLock lock(stripe.mutex);
  const auto found = stripe.entries.find(channel);
  if (found == stripe.entries.end()) return std::nullopt;
  DirectoryEntry entry = found->second;
  if (stripe.moves.empty()) return entry;
  const auto moves = stripe.moves.find(channel);
  if (moves == stripe.moves.end()) return entry;
  for (const DirectoryMove& move : moves->second) {
    if (move.since <= epoch) entry.shard = move.shard;
  }
  return entry;
}

bool ChannelTable::Insert(std::string_view channel, DirectoryEntry entry) {
  Stripe& stripe = StripeOf(channel);
  const base::MutexLock lock(stripe.mutex);
  return stripe.entries.try_emplace(std::string(channel), entry).second;
}

void ChannelTable::Move(std::string_view channel, DirectoryMove move) {
  Stripe& stripe = StripeOf(channel);
  const base::MutexLock lock(stripe.mutex);
  std::vector<DirectoryMove>& moves = stripe.moves[std::string(channel)];
  // A step that is done again after a crash says the same again.
  if (!moves.empty() && moves.back().since == move.since) moves.pop_back();
  moves.push_back(move);
}

std::pair<ShardId, std::vector<DirectoryMove>> ChannelTable::HistoryOf(std::string_view channel) const {
  const Stripe& stripe = StripeOf(channel);
  const base::ReaderLock lock(stripe.mutex);
  const auto moves = stripe.moves.find(channel);
  return {stripe.entries.find(channel)->second.shard,
          moves == stripe.moves.end() ? std::vector<DirectoryMove>() : moves->second};
}

bool ChannelTable::EraseIfNotStored(std::string_view channel) {
  Stripe& stripe = StripeOf(channel);
  const base::MutexLock lock(stripe.mutex);
  const auto found = stripe.entries.find(channel);
  if (found == stripe.entries.end() || found->second.stored) return false;
  stripe.entries.erase(found);
  return true;
}

void ChannelTable::VisitNames(const std::function<void(const std::vector<std::string>& channels)>& visit) const {
  for (const Stripe& stripe : stripes_) {
    std::vector<std::string> channels;
    {
      const base::ReaderLock lock(stripe.mutex);
      channels.reserve(stripe.entries.size());
      for (const auto& [channel, entry] : stripe.entries) channels.push_back(channel);
    }
    visit(channels);
  }
}

void ChannelTable::MarkStored(std::string_view channel) {
  Stripe& stripe = StripeOf(channel);
  const base::MutexLock lock(stripe.mutex);
  const auto found = stripe.entries.find(channel);
  if (found != stripe.entries.end()) found->second.stored = true;
}

}  // namespace rookery::routing
