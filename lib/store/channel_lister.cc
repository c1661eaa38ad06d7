#include "store/channel_lister.h"

#include <algorithm>
#include <array>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "store/limits.h"
#include "store/spread_cursor.h"

namespace rookery::store {
namespace {

using codec::KeyKind;

constexpr std::array kKindsThatMakeAChannel = {KeyKind::kMessage, KeyKind::kRecord};

/// The channels that have rows of one kind in one shard, in order.
class Stream {
 public:
  Stream(const Context& context, ShardId shard, KeyKind kind, const engine::Snapshot* snapshot)
      : shard_(shard), kind_(kind), lower_(codec::KindPrefix(kind)), upper_(codec::PrefixEnd(lower_)) {
    cursor_ = context.engine->NewCursor(
        context.KeyspaceOf(shard),
        {.lower = lower_, .upper = upper_, .snapshot = snapshot, .access = engine::Access::kSkip});
  }

  const std::string& channel() const { return channel_; }
  ShardId shard() const { return shard_; }
  KeyKind kind() const { return kind_; }

  /// Moves to the first channel at or after the encoded key. False at the end.
  Result<bool> Seek(const std::string& key) {
    cursor_->Seek(key);
    if (!cursor_->valid()) {
      RK_TRY(cursor_->status());
      return false;
    }
    auto decoded = codec::DecodeKey(cursor_->key());
    if (!decoded) {
      return Status(StatusCode::kCorruption, base::ShardName(shard_) + ": the key " + base::Quoted(cursor_->key()) +
                                                 " cannot be decoded; run verify to see what else is damaged");
    }
    channel_ = std::move(decoded->channel);
    return true;
  }

  Result<bool> Next() {
    const std::string_view key = cursor_->key();
    return Seek(codec::PrefixEnd(key.substr(0, codec::ChannelPrefixLength(key))));
  }

 private:
  ShardId shard_;
  KeyKind kind_;
  std::string lower_;
  std::string upper_;
  std::unique_ptr<engine::Cursor> cursor_;
  std::string channel_;
};

/// Where to start: the query's prefix, or just after its last channel.
std::string FirstKey(KeyKind kind, const ChannelQuery& query) {
  // Without the two bytes of the terminator, a channel's prefix is the escaped name: the least key that begins with it.
  std::string from_prefix = codec::ChannelPrefix(kind, query.prefix);
  from_prefix.resize(from_prefix.size() - 2);
  if (query.after.empty()) return from_prefix;
  return std::max(from_prefix, codec::PrefixEnd(codec::ChannelPrefix(kind, query.after)));
}

/// Whether what the stream has found makes its channel one that is there: while channels move, a shard may hold rows of
/// one that is not its own any more.
Result<bool> Counts(const Context& context, const routing::Router& router, const engine::Snapshot* snapshot,
                    const Stream& stream) {
  const bool is_spread = stream.kind() == KeyKind::kMessage && router.SpreadOf(stream.channel()) != nullptr;
  if (!is_spread) return router.Find(stream.channel()) == stream.shard();
  const std::string prefix = codec::ChannelPrefix(KeyKind::kMessage, stream.channel());
  const std::string end = codec::PrefixEnd(prefix);
  const auto cursor =
      NewMessageCursor(context, router, stream.channel(),
                       {.lower = prefix, .upper = end, .snapshot = snapshot, .access = engine::Access::kSkip});
  cursor->SeekToFirst();
  RK_TRY(cursor->status());
  return cursor->valid();
}

}  // namespace

Result<ChannelPage> ListChannels(const Context& context, const ChannelQuery& query, const engine::Snapshot* snapshot) {
  RK_TRY(CheckPageSize(query.limit));
  std::shared_ptr<const engine::Snapshot> one_state;
  if (snapshot == nullptr) {
    one_state = context.NewSnapshot();
    snapshot = one_state.get();
  }
  const routing::Router& router = context.routes.At(snapshot);
  const auto later = [](const Stream* a, const Stream* b) { return a->channel() > b->channel(); };
  std::vector<std::unique_ptr<Stream>> streams;
  std::priority_queue<Stream*, std::vector<Stream*>, decltype(later)> heap(later);
  for (std::uint32_t shard = 0; shard < context.routes.families(); ++shard) {
    for (const KeyKind kind : kKindsThatMakeAChannel) {
      auto stream = std::make_unique<Stream>(context, ShardId{shard}, kind, snapshot);
      RK_ASSIGN_OR_RETURN(const bool found, stream->Seek(FirstKey(kind, query)));
      if (!found) continue;
      heap.push(stream.get());
      streams.push_back(std::move(stream));
    }
  }

  ChannelPage page;
  while (!heap.empty()) {
    Stream* stream = heap.top();
    if (!std::string_view(stream->channel()).starts_with(query.prefix)) break;
    bool is_new = page.channels.empty() || page.channels.back() != stream->channel();
    if (is_new) {
      RK_ASSIGN_OR_RETURN(is_new, Counts(context, router, snapshot, *stream));
    }
    if (is_new && page.channels.size() == query.limit) {
      page.has_more = true;
      break;
    }
    if (is_new) page.channels.push_back(stream->channel());
    heap.pop();
    RK_ASSIGN_OR_RETURN(const bool found, stream->Next());
    if (found) heap.push(stream);
  }
  return page;
}

Status VisitChannels(const Context& context, const std::function<Status(std::string)>& visit) {
  constexpr std::size_t kChannelsPerPage = 1000;
  std::string after;
  for (bool more = true; more;) {
    RK_ASSIGN_OR_RETURN(ChannelPage page,
                        ListChannels(context, {.after = after, .limit = kChannelsPerPage}, /*snapshot=*/nullptr));
    more = page.has_more && !page.channels.empty();
    if (more) after = page.channels.back();
    for (std::string& channel : page.channels) RK_TRY(visit(std::move(channel)));
  }
  return {};
}

}  // namespace rookery::store
