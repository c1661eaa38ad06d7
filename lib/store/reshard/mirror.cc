#include "store/reshard/mirror.h"

#include <algorithm>

#include "codec/key_format.h"
#include "store/parts.h"

namespace rookery::store {

/// Copies a batch and adds the twins.
class Mirror::Doubler final : public engine::BatchVisitor {
 public:
  Doubler(const Mirror& mirror, engine::Batch* out, Twins* twins) : mirror_(mirror), out_(*out), twins_(*twins) {}

  void Put(engine::KeyspaceId keyspace, std::string_view key, std::string_view value) override {
    out_.Put(keyspace, key, value);
    const auto twin = TwinOf(keyspace, key);
    if (!twin) return;
    out_.Put(*twin, key, value);
    twins_.keys.emplace_back(key);
  }
  void Delete(engine::KeyspaceId keyspace, std::string_view key) override {
    out_.Delete(keyspace, key);
    const auto twin = TwinOf(keyspace, key);
    if (!twin) return;
    out_.Delete(*twin, key);
    twins_.keys.emplace_back(key);
  }
  /// Ranges are within one part, or hold nothing more of the channel.
  void DeleteRange(engine::KeyspaceId keyspace, std::string_view begin, std::string_view end) override {
    out_.DeleteRange(keyspace, begin, end);
    const auto twin = TwinOf(keyspace, begin);
    if (!twin) return;
    out_.DeleteRange(*twin, begin, end);
    twins_.ranges.emplace_back(begin, end);
  }

 private:
  std::optional<engine::KeyspaceId> TwinOf(engine::KeyspaceId keyspace, std::string_view key) {
    const auto shard = mirror_.ShardOf(keyspace);
    if (!shard) return std::nullopt;
    const std::string_view prefix = key.substr(0, codec::ChannelPrefixLength(key));
    if (prefix.empty()) return std::nullopt;
    // Rows of a channel mostly come together.
    if (prefix != prefix_) {
      const auto channel = codec::ChannelOfPrefix(prefix);
      if (!channel) return std::nullopt;
      prefix_.assign(prefix);
      channel_ = *channel;
      is_spread_ = mirror_.spreads(channel_);
      home_ = mirror_.Place({channel_}, &out_, &twins_.placed);
    }
    Places places = home_;
    if (is_spread_) places = mirror_.OfPart(home_, {channel_, BucketOfRow(mirror_.rule_, key, prefix.size())});
    if (!places.moves() || places.before.value >= copied_from_) return std::nullopt;
    if (*shard == places.before) return mirror_.routes_.KeyspaceOf(places.after);
    if (*shard == places.after) return mirror_.routes_.KeyspaceOf(places.before);
    return std::nullopt;
  }

  const Mirror& mirror_;
  const std::uint32_t copied_from_ = mirror_.copied_from_.load(std::memory_order_acquire);
  engine::Batch& out_;
  Twins& twins_;
  std::string prefix_;
  std::string channel_;
  bool is_spread_ = false;
  Places home_;
};

/// Copies those puts of a batch that nobody has touched.
class Mirror::Filter final : public engine::BatchVisitor {
 public:
  Filter(const Mirror& mirror, engine::Batch* out) RK_REQUIRES(mirror.mutex_)
      : mirror_(mirror), keys_(mirror.keys_), ranges_(mirror.ranges_), out_(*out) {}

  void Put(engine::KeyspaceId keyspace, std::string_view key, std::string_view value) override {
    if (!mirror_.ShardOf(keyspace) || !IsTouched(key)) out_.Put(keyspace, key, value);
  }
  void Delete(engine::KeyspaceId keyspace, std::string_view key) override { out_.Delete(keyspace, key); }
  void DeleteRange(engine::KeyspaceId keyspace, std::string_view begin, std::string_view end) override {
    out_.DeleteRange(keyspace, begin, end);
  }

 private:
  bool IsTouched(std::string_view key) const {
    if (keys_.contains(std::string(key))) return true;
    return std::any_of(ranges_.begin(), ranges_.end(),
                       [key](const auto& range) { return range.first <= key && key < range.second; });
  }

  const Mirror& mirror_;
  const std::unordered_set<std::string>& keys_;
  const std::vector<std::pair<std::string, std::string>>& ranges_;
  engine::Batch& out_;
};

Mirror::Mirror(const Routes& routes, const Catalog& catalog, BucketRule rule, std::shared_ptr<routing::Router> before,
               std::shared_ptr<routing::Router> after)
    : routes_(routes), catalog_(catalog), rule_(rule), before_(std::move(before)), after_(std::move(after)) {
  for (std::uint32_t shard = 0; shard < routes.families(); ++shard) {
    const std::size_t keyspace = routes.KeyspaceOf(ShardId{shard}).value;
    if (keyspace >= shard_of_keyspace_.size()) shard_of_keyspace_.resize(keyspace + 1);
    shard_of_keyspace_[keyspace] = ShardId{shard};
  }
}

std::optional<ShardId> Mirror::ShardOf(engine::KeyspaceId keyspace) const {
  return keyspace.value < shard_of_keyspace_.size() ? shard_of_keyspace_[keyspace.value] : std::nullopt;
}

Mirror::Places Mirror::Place(const routing::Part& part, engine::Batch* batch, std::vector<std::string>* placed) const {
  const routing::WriteRoute before = before_->FindOrPlace(part.channel);
  const routing::WriteRoute after = after_->FindOrPlace(part.channel);
  for (const routing::WriteRoute& route : {before, after}) {
    if (!route.remember) continue;
    catalog_.PutDirectoryEntry(batch, part.channel, route.shard);
    placed->emplace_back(part.channel);
  }
  return OfPart({before.shard, after.shard}, part);
}

Mirror::Places Mirror::OfPart(const Places& home, const routing::Part& part) const {
  const auto place = [&part](const routing::Router& router, ShardId otherwise) {
    const routing::Spread* spread = part.bucket ? router.SpreadOf(part.channel) : nullptr;
    return spread == nullptr ? otherwise : spread->ShardOf(*part.bucket);
  };
  return {place(*before_, home.before), place(*after_, home.after)};
}

std::optional<Mirror::Places> Mirror::FindPlaces(const routing::Part& part) const {
  const auto before = before_->FindPart(part);
  const auto after = after_->FindPart(part);
  return before && after ? std::optional(Places{*before, *after}) : std::nullopt;
}

bool Mirror::IsPlace(const routing::Part& part, ShardId shard) const {
  const auto places = FindPlaces(part);
  return places && places->moves() && (places->before == shard || places->after == shard);
}

Mirror::Twins Mirror::Double(const engine::Batch& batch, engine::Batch* doubled) const {
  Twins twins;
  Doubler doubler(*this, doubled, &twins);
  batch.Visit(&doubler);
  return twins;
}

void Mirror::Remembered(const std::vector<std::string>& placed) {
  for (const std::string& channel : placed) {
    before_->EntryStored(channel);
    after_->EntryStored(channel);
  }
}

void Mirror::Written(const Twins& twins) {
  batches_.fetch_add(1, std::memory_order_relaxed);
  Remembered(twins.placed);
  if (twins.keys.empty() && twins.ranges.empty()) return;
  const base::MutexLock lock(mutex_);
  if (!window_open_) return;
  keys_.insert(twins.keys.begin(), twins.keys.end());
  ranges_.insert(ranges_.end(), twins.ranges.begin(), twins.ranges.end());
}

void Mirror::OpenWindow() {
  const base::MutexLock lock(mutex_);
  window_open_ = true;
  keys_.clear();
  ranges_.clear();
}

void Mirror::CloseWindow() {
  const base::MutexLock lock(mutex_);
  window_open_ = false;
  keys_.clear();
  ranges_.clear();
}

bool Mirror::untouched() const {
  const base::MutexLock lock(mutex_);
  return keys_.empty() && ranges_.empty();
}

void Mirror::KeepUntouched(const engine::Batch& copies, engine::Batch* rest) const {
  const base::MutexLock lock(mutex_);
  Filter filter(*this, rest);
  copies.Visit(&filter);
}

}  // namespace rookery::store
