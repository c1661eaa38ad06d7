#include "store/read_path.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/macros.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/limits.h"
#include "store/many_reader.h"
#include "store/page_builder.h"
#include "store/reshard/comparison.h"
#include "store/reshard/mirror.h"
#include "store/row_error.h"
#include "store/spread_cursor.h"

namespace rookery::store {
namespace {

using codec::KeyKind;
using engine::Direction;

/// A copy of `value` with a life of its own, as a message.
Result<Message> OwnedMessage(std::string_view value, std::string_view channel, MessageId id, ShardId shard,
                             Timestamp epoch) {
  auto owner = std::make_shared<std::string>(value);
  const std::optional<MessageView> view = codec::DecodeMessage(*owner, id, epoch);
  if (!view) return UnreadableMessage(shard, channel, id, value);
  return Message(*view, std::move(owner));
}

/// The keys of a channel's messages with after < id < before, as [lower, upper): ids are inverted, so newest first.
struct KeyRange {
  std::string lower;
  std::string upper;
  bool empty = false;
};

KeyRange RangeOf(std::string_view channel, std::optional<MessageId> before, std::optional<MessageId> after) {
  const std::string prefix = codec::ChannelPrefix(KeyKind::kMessage, channel);
  KeyRange range;
  range.lower = prefix;
  if (before) {
    if (before->value <= 1) range.empty = true;
    codec::AppendMessageId(&range.lower, MessageId{before->value - 1});
  }
  if (after) {
    range.upper = prefix;
    codec::AppendMessageId(&range.upper, *after);
  } else {
    range.upper = codec::PrefixEnd(prefix);
  }
  if (before && after && before->value <= after->value + 1) range.empty = true;
  return range;
}

/// The cursor's status; of damage, which row it kept the page from.
Status CheckRun(const engine::Cursor& cursor, ShardId shard, const PageBuilder& page, bool newest_first) {
  Status status = cursor.status();
  return status.ok() ? Status() : DamagedBelow(std::move(status), shard, page.Behind(newest_first));
}

Result<LoadedPage> PageAround(engine::Cursor* cursor, const HistoryQuery& query, std::string_view channel,
                              ShardId shard, PageBuilder page) {
  const MessageId around = *query.around;
  const std::string target = codec::MessageKeyOf(channel, around);
  const std::size_t older = query.limit / 2;

  cursor->Seek(target);
  const bool found = cursor->valid() && codec::MessageIdOf(cursor->key()) == around;
  // Newest first: the newer half is walked upwards and turned round, then the message itself, then the older half.
  if (cursor->valid()) {
    cursor->Prev();
  } else {
    RK_TRY(CheckRun(*cursor, shard, page, /*newest_first=*/true));
    cursor->SeekToLast();
  }
  cursor->Run(query.limit - older - 1, Direction::kBackward, &page);
  RK_TRY(CheckRun(*cursor, shard, page, /*newest_first=*/false));
  page.Reverse();
  cursor->Seek(target);
  cursor->Run(older + (found ? 1 : 0), Direction::kForward, &page);
  RK_TRY(CheckRun(*cursor, shard, page, /*newest_first=*/true));
  if (query.order == Order::kOldestFirst) page.Reverse();
  RK_ASSIGN_OR_RETURN(auto rows, std::move(page).Build(/*has_more=*/false));
  return LoadedPage{Page(rows->messages(), rows, /*has_more=*/false), nullptr};
}

Result<LoadedPage> PageAround(LiveReader* rows, const HistoryQuery& query, PageBuilder page) {
  const MessageId around = *query.around;
  const MessageId above{around.value + 1};
  const MessageId below{around.value - 1};
  const std::size_t older = query.limit / 2;
  RK_TRY(rows->Run({above, MessageId{MessageId::kMax}}, Direction::kBackward, query.limit - older - 1, &page).status());
  page.Reverse();
  RK_TRY(rows->Run({around, around}, Direction::kForward, 1, &page).status());
  RK_TRY(rows->Run({MessageId{1}, below}, Direction::kForward, older, &page).status());
  if (query.order == Order::kOldestFirst) page.Reverse();
  RK_ASSIGN_OR_RETURN(auto window, std::move(page).Build(/*has_more=*/false));
  return LoadedPage{Page(window->messages(), window, /*has_more=*/false), nullptr};
}

/// A page that was built; with a window if it begins with the newest message.
LoadedPage Loaded(std::shared_ptr<const Window> rows, bool has_more, const HistoryQuery& query) {
  LoadedPage loaded{Page(rows->messages(), rows, has_more), nullptr};
  if (query.order == Order::kNewestFirst && !query.before && !query.after) loaded.window = std::move(rows);
  return loaded;
}

Record ToRecord(std::string_view key, const codec::RecordFields& fields) {
  return {std::string(key), std::string(fields.value), fields.version, fields.updated_at};
}

}  // namespace

Result<std::optional<Message>> ReadPath::Get(std::string_view channel, MessageId id, const engine::Snapshot* snapshot,
                                             const ReadOptions& options) const {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckMessageId(id, "id"));
  context_.counters.message_reads.Add();
  const auto load = [&] {
    return context_.routes.Read(snapshot,
                                [&](const Router& router) { return LoadMessage(router, channel, id, snapshot); });
  };
  if (context_.cache == nullptr || snapshot != nullptr) return load();
  return context_.cache->Get(channel, id, options, load);
}

Result<std::vector<std::optional<Message>>> ReadPath::GetMany(std::span<const MessageKey> keys,
                                                              const engine::Snapshot* snapshot,
                                                              const ReadOptions& options) const {
  for (const MessageKey& key : keys) {
    RK_TRY(CheckChannel(key.channel));
    RK_TRY(CheckMessageId(key.id, "id"));
  }
  context_.counters.message_reads.Add(keys.size());
  const auto load = [&](std::span<const MessageKey> some) {
    return context_.routes.Read(snapshot, [&](const Router& router) { return LoadMessages(router, some, snapshot); });
  };
  if (context_.cache == nullptr || snapshot != nullptr) return load(keys);
  return ManyReader(context_.cache.get(), keys).Read(options, load);
}

Result<Page> ReadPath::History(std::string_view channel, const HistoryQuery& query, const engine::Snapshot* snapshot,
                               const ReadOptions& options) const {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckHistoryQuery(query));
  context_.counters.page_reads.Add();
  const auto load = [&] {
    return context_.routes.Read(snapshot,
                                [&](const Router& router) { return LoadPage(router, channel, query, snapshot); });
  };
  if (context_.cache != nullptr && snapshot == nullptr) return context_.cache->History(channel, query, options, load);
  RK_ASSIGN_OR_RETURN(LoadedPage loaded, load());
  return std::move(loaded.page);
}

Result<std::optional<Message>> ReadPath::LoadMessage(const Router& router, std::string_view channel, MessageId id,
                                                     const engine::Snapshot* snapshot) const {
  const auto shard = context_.FindMessage(router, channel, id);
  if (!shard) return std::optional<Message>();
  const std::string key = codec::MessageKeyOf(channel, id);
  auto got = context_.engine->Get(context_.KeyspaceOf(*shard), key, snapshot);
  CompareSometimes(context_.PartOf(channel, id), key, codec::PrefixEnd(key), 1);
  if (!got) return DamagedBelow(std::move(got).error(), *shard, MessageName(channel, id));
  const auto value = *std::move(got);
  if (value == nullptr) return std::optional<Message>();
  RK_ASSIGN_OR_RETURN(Message message, OwnedMessage(value->view(), channel, id, *shard, context_.epoch));
  return std::optional<Message>(std::move(message));
}

void ReadPath::CompareSometimes(const routing::Part& part, std::string_view lower, std::string_view upper,
                                std::size_t limit) const {
  Mirror* mirror = context_.mirror.load(std::memory_order_acquire);
  if (mirror == nullptr || !mirror->complete() || !mirror->TakesSample()) return;
  const auto same = SameInBothPlaces(context_, *mirror, part, lower, upper, limit);
  // Once it is not complete any more, one of the places goes.
  if (same && *same && mirror->complete()) mirror->NoteComparison(**same);
}

Result<std::vector<std::optional<Message>>> ReadPath::LoadMessages(const Router& router,
                                                                   std::span<const MessageKey> keys,
                                                                   const engine::Snapshot* snapshot) const {
  std::map<ShardId, std::vector<std::size_t>> by_shard;
  const auto route = [&] {
    by_shard.clear();
    std::size_t routed = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto shard = context_.FindMessage(router, keys[i].channel, keys[i].id);
      if (!shard) continue;
      by_shard[*shard].push_back(i);
      ++routed;
    }
    return routed == keys.size();
  };
  const bool all = route();

  std::shared_ptr<const engine::Snapshot> one_state;
  if (snapshot == nullptr && (by_shard.size() > 1 || (!all && !by_shard.empty()))) {
    one_state = context_.NewSnapshot();
    snapshot = one_state.get();
    // A channel that had no shard may have got one before that state, and with it what the others are read beside.
    if (!all) route();
  }
  std::vector<std::optional<Message>> messages(keys.size());
  for (const auto& [shard, indexes] : by_shard) {
    std::vector<std::string> encoded;
    encoded.reserve(indexes.size());
    for (const std::size_t i : indexes) encoded.push_back(codec::MessageKeyOf(keys[i].channel, keys[i].id));
    const std::vector<std::string_view> views(encoded.begin(), encoded.end());
    Status unreadable;
    const auto found = [&, shard = shard, &indexes = indexes](std::size_t index, std::string_view value) {
      const MessageKey& key = keys[indexes[index]];
      auto message = OwnedMessage(value, key.channel, key.id, shard, context_.epoch);
      if (message) {
        messages[indexes[index]] = *std::move(message);
      } else {
        unreadable = std::move(message).error();
      }
    };
    Status failed = context_.engine->GetMany(context_.KeyspaceOf(shard), views, snapshot, found);
    if (!failed.ok()) return NameFailed(std::move(failed), router, keys, snapshot);
    RK_TRY(std::move(unreadable));
  }
  return messages;
}

Status ReadPath::NameFailed(Status failed, const Router& router, std::span<const MessageKey> keys,
                            const engine::Snapshot* snapshot) const {
  if (failed.code() != StatusCode::kCorruption) return failed;
  // Which of the rows is damaged is not in the answer: read one by one, one of them will say it again.
  for (const MessageKey& key : keys) RK_TRY(LoadMessage(router, key.channel, key.id, snapshot).status());
  return failed;
}

Result<LoadedPage> ReadPath::LoadPage(const Router& router, std::string_view channel, const HistoryQuery& query,
                                      const engine::Snapshot* snapshot) const {
  const auto shard = router.Find(channel);
  if (!shard) return LoadedPage{};
  const KeyRange range = RangeOf(channel, query.before, query.after);
  if (range.empty) return LoadedPage{};
  CompareSometimes({channel}, range.lower, range.upper, query.limit);
  PageBuilder page(query.limit, context_, router, channel);
  if (snapshot == nullptr) {
    RK_ASSIGN_OR_RETURN(auto rows, LiveReader::New(context_, channel));
    if (rows) return LoadPage(&*rows, query, std::move(page));
  }
  const auto cursor =
      NewMessageCursor(context_, router, channel, {.lower = range.lower, .upper = range.upper, .snapshot = snapshot});
  if (query.around) return PageAround(cursor.get(), query, channel, *shard, std::move(page));

  // Ids are inverted in keys: forward is from newer to older.
  const bool newest_first = query.order == Order::kNewestFirst;
  newest_first ? cursor->SeekToFirst() : cursor->SeekToLast();
  cursor->Run(query.limit, newest_first ? Direction::kForward : Direction::kBackward, &page);
  RK_TRY(CheckRun(*cursor, *shard, page, newest_first));
  const bool has_more = cursor->valid();
  if (snapshot == nullptr && cursor->stepped() >= kGraveyard) LiveReader::Suspect(context_, channel);
  RK_ASSIGN_OR_RETURN(auto rows, std::move(page).Build(has_more));
  return Loaded(std::move(rows), has_more, query);
}

Result<LoadedPage> ReadPath::LoadPage(LiveReader* rows, const HistoryQuery& query, PageBuilder page) const {
  if (query.around) return PageAround(rows, query, std::move(page));
  const codec::IdRange range{MessageId{query.after.value_or(MessageId{}).value + 1},
                             MessageId{query.before.value_or(MessageId{MessageId::kMax + 1}).value - 1}};
  const bool newest_first = query.order == Order::kNewestFirst;
  RK_ASSIGN_OR_RETURN(const bool has_more,
                      rows->Run(range, newest_first ? Direction::kForward : Direction::kBackward, query.limit, &page));
  RK_ASSIGN_OR_RETURN(auto window, std::move(page).Build(has_more));
  return Loaded(std::move(window), has_more, query);
}

Result<std::optional<Record>> ReadPath::GetRecord(std::string_view channel, std::string_view key,
                                                  const engine::Snapshot* snapshot) const {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckRecordKey(key));
  return context_.routes.Read(snapshot,
                              [&](const Router& router) { return LoadRecord(router, channel, key, snapshot); });
}

Result<std::optional<Record>> ReadPath::LoadRecord(const Router& router, std::string_view channel, std::string_view key,
                                                   const engine::Snapshot* snapshot) const {
  const auto shard = router.Find(channel);
  if (!shard) return std::optional<Record>();
  RK_ASSIGN_OR_RETURN(auto value,
                      context_.engine->Get(context_.KeyspaceOf(*shard), codec::RecordKeyOf(channel, key), snapshot));
  if (value == nullptr) return std::optional<Record>();
  const auto fields = codec::DecodeRecord(value->view());
  if (!fields) return UnreadableRecord(*shard, channel, key, value->view());
  return std::optional<Record>(ToRecord(key, *fields));
}

Result<RecordPage> ReadPath::ListRecords(std::string_view channel, const RecordQuery& query,
                                         const engine::Snapshot* snapshot) const {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckPageSize(query.limit));
  return context_.routes.Read(snapshot,
                              [&](const Router& router) { return LoadRecords(router, channel, query, snapshot); });
}

Result<RecordPage> ReadPath::LoadRecords(const Router& router, std::string_view channel, const RecordQuery& query,
                                         const engine::Snapshot* snapshot) const {
  RecordPage page;
  const auto shard = router.Find(channel);
  if (!shard) return page;
  const std::string channel_prefix = codec::ChannelPrefix(KeyKind::kRecord, channel);
  const std::string prefix = channel_prefix + std::string(query.prefix);
  std::string lower = prefix;
  if (!query.after.empty()) {
    // The smallest key greater than `after` is `after` and a zero byte.
    lower = std::max(prefix, channel_prefix + std::string(query.after) + '\0');
  }
  const std::string upper = codec::PrefixEnd(prefix);
  const auto cursor =
      context_.engine->NewCursor(context_.KeyspaceOf(*shard), {.lower = lower, .upper = upper, .snapshot = snapshot});
  for (cursor->SeekToFirst(); cursor->valid() && page.records.size() < query.limit; cursor->Next()) {
    const std::string_view key = cursor->key().substr(channel_prefix.size());
    const auto fields = codec::DecodeRecord(cursor->value());
    if (!fields) return UnreadableRecord(*shard, channel, key, cursor->value());
    page.records.push_back(ToRecord(key, *fields));
  }
  RK_TRY(cursor->status());
  page.has_more = cursor->valid();
  return page;
}

}  // namespace rookery::store
