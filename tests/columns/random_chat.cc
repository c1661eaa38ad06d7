#include "tests/columns/random_chat.h"

#include <chrono>
#include <limits>
#include <optional>
#include <set>
#include <utility>

namespace rookery::columns {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMilliseconds = 40;  // of the ids, but for those at the edges

constexpr Timestamp kEpoch = IdOptions().epoch;

}  // namespace

std::string RandomChat::Channel() {
  static const std::string kZero("a\0", 2);
  return OneOf<std::string>({"a", "ab", "abc", "b", "ba", "\xFF", kZero, kZero + "b", std::string(1024, 'a')});
}

std::uint64_t RandomChat::Id() {
  if (random_.OneIn(12)) return OneOf<std::uint64_t>({1, 2, MessageId::kMax - 1, MessageId::kMax});
  return (1 + random_.Below(kMilliseconds)) << MessageId::kTimeShift | random_.Below(2);
}

std::int64_t RandomChat::IdLiteral() {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (random_.OneIn(4)) return OneOf<std::int64_t>({-kMost - 1, -1, 0, 1, 2, kMost - 1, kMost});
  return static_cast<std::int64_t>(Id());
}

std::vector<StoredRow> RandomChat::Fill(Store* store, int messages) {
  std::set<RowKey> keys;
  for (int i = 0; i < messages; ++i) keys.insert({Channel(), Id()});
  std::vector<StoredRow> rows;
  for (const RowKey& key : keys) {
    NewMessage message{.channel = key.channel, .id = MessageId{key.id}, .remember_nonce = false};
    message.author = OneOf<std::string_view>({"", "ada", "bob", "\xC3"});
    message.content = OneOf<std::string_view>({"", "hello", "hello, all", "\x80"});
    if (random_.OneIn(3)) message.reply_to = MessageId{Id()};
    if (random_.OneIn(4)) message.nonce = OneOf<std::string_view>({"n1", "n2"});
    if (random_.OneIn(3)) message.attributes.push_back({"color", OneOf<std::string_view>({"", "red"})});
    if (random_.OneIn(2)) message.flags = static_cast<std::uint32_t>(random_.Below(3));
    if (random_.OneIn(4)) message.created_at = kEpoch + milliseconds{random_.Below(kMilliseconds)};
    if (random_.OneIn(4)) {
      message.edited_at = kEpoch + milliseconds{random_.Below(kMilliseconds)};
      message.version = 2;
    }
    EXPECT_OK(store->Post(message));
    rows.push_back({key, store->Get(key.channel, MessageId{key.id}).value().value()});
  }
  return rows;
}

Literal RandomChat::LiteralFor(const Column& column) {
  switch (column.field) {
    case Field::kId:
    case Field::kReplyTo:
      return IdLiteral();
    case Field::kCreatedAt:
    case Field::kEditedAt:
      return (kEpoch + milliseconds{random_.Below(kMilliseconds)}).time_since_epoch().count();
    case Field::kVersion:
    case Field::kFlags:
      return static_cast<std::int64_t>(random_.Below(3));
    case Field::kChannel:
      return OneOf<std::string>({"", Channel(), Channel(), Channel(), "x", std::string(1025, 'a')});
    default:
      return OneOf<std::string>({"", "ada", "hello", "n1", "red", "\x80"});
  }
}

Predicate RandomChat::MakeComparison() {
  static const std::vector<const char*> kColumns = {"id",      "id",       "id",        "channel", "channel",
                                                    "channel", "author",   "content",   "nonce",   "attributes.color",
                                                    "ts",      "reply_to", "edited_at", "version", "flags"};
  const Column column = ColumnOf(kColumns[random_.Below(kColumns.size())]);
  if (random_.OneIn(8)) return Predicate::IsNull(column).value();
  if (random_.OneIn(5)) {
    std::vector<Literal> literals;
    for (std::uint64_t i = random_.Below(4); i > 0; --i) literals.push_back(LiteralFor(column));
    return Predicate::In(column, std::move(literals)).value();
  }
  const std::uint64_t comparisons = column.type() == ColumnType::kText ? 9 : 6;
  return Predicate::Compare(static_cast<Comparison>(random_.Below(comparisons)), column, LiteralFor(column)).value();
}

Predicate RandomChat::MakePredicate(int depth) {
  if (depth == 0 || random_.OneIn(3))
    return random_.OneIn(12) ? Predicate::Constant(random_.OneIn(2)) : MakeComparison();
  if (random_.OneIn(4)) return Predicate::Not(MakePredicate(depth - 1));
  std::vector<Predicate> parts;
  for (std::uint64_t i = random_.Below(4); i > 0; --i) parts.push_back(MakePredicate(depth - 1));
  return random_.OneIn(3) ? Predicate::Or(std::move(parts)) : Predicate::And(std::move(parts));
}

MessageQuery RandomChat::MakeQuery() {
  MessageQuery query = KeyQuery();
  if (random_.OneIn(4)) query.range.prefix = OneOf<std::string>({"a", "ab", "b", "x"});
  if (query.range.prefix.empty() && random_.OneIn(3)) {
    query.range.channels.emplace();
    for (std::uint64_t i = random_.Below(4); i > 0; --i) query.range.channels->push_back(Channel());
  }
  if (random_.OneIn(4)) query.range.after = MessageId{Id()};
  if (random_.OneIn(4)) query.range.before = MessageId{Id()};
  if (random_.OneIn(6)) query.since = kEpoch + milliseconds{random_.Below(kMilliseconds)};
  if (random_.OneIn(6)) query.until = kEpoch + milliseconds{random_.Below(kMilliseconds)};
  if (random_.OneIn(2)) query.where = MakePredicate(2);
  if (random_.OneIn(3)) query.limit = random_.Below(30);
  if (random_.OneIn(2)) query.order = OneOf({Order::kNewestFirst, Order::kOldestFirst});
  query.batch_rows = OneOf<std::size_t>({0, 1, 2, 3, 7, 64, 8192});
  return query;
}

std::string Describe(const MessageQuery& query) {
  const auto number = [](const auto& value) { return value ? std::to_string(value->value) : "-"; };
  const auto time = [](const auto& value) { return value ? std::to_string((*value - kEpoch).count()) : "-"; };
  std::string text = "prefix '" + query.range.prefix + "', channels";
  if (!query.range.channels) text += " all";
  for (const std::string& channel : query.range.channels.value_or(std::vector<std::string>{}))
    text += " '" + channel + "'";
  text += ", after " + number(query.range.after) + ", before " + number(query.range.before);
  text += ", since " + time(query.since) + ", until " + time(query.until);
  text += ", limit " + (query.limit ? std::to_string(*query.limit) : "-");
  text += !query.order ? "" : *query.order == Order::kNewestFirst ? ", newest first" : ", oldest first";
  text += ", batches of " + std::to_string(query.batch_rows);
  return text + (query.where ? ", where " + query.where->ToString() : "");
}

}  // namespace rookery::columns
