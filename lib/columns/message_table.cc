#include "columns/message_table.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "columns/arrow_values.h"
#include "columns/column.h"

namespace rookery::columns {
namespace {

using Assign = std::function<Status(const ArrowArray& column, std::int64_t row, NewMessage* message)>;

std::string_view NameOf(const ArrowSchema& column) { return column.name == nullptr ? "" : column.name; }

Status Invalid(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }

/// A function that reads with `read` and, where there is a value, does `put(message, value)`.
template <typename Value, typename Put>
Result<Assign> Assigning(Result<Reader<Value>> read, Put put) {
  if (!read) return std::move(read).error();
  return Assign([read = *std::move(read), put](const ArrowArray& column, std::int64_t row, NewMessage* message) {
    if (const auto value = read(column, row)) put(message, *value);
    return Status();
  });
}

/// The same for whole numbers from `least` to `most`.
template <typename Put>
Result<Assign> AssigningNumber(const ArrowSchema& column, std::int64_t least, std::int64_t most, Put put) {
  auto read = NumberReaderFor(column);
  if (!read) return std::move(read).error();
  std::string name = column.name;
  return Assign([=, read = *std::move(read)](const ArrowArray& array, std::int64_t row, NewMessage* message) {
    const std::optional<std::int64_t> value = read(array, row);
    if (!value) return Status();
    if (*value == kDoesNotFit) return Invalid(name + " is above 2^63 - 1; it must be at most " + std::to_string(most));
    if (*value < least || *value > most) {
      return Invalid(name + " is " + std::to_string(*value) + "; it must be from " + std::to_string(least) + " to " +
                     std::to_string(most));
    }
    put(message, static_cast<std::uint64_t>(*value));
    return Status();
  });
}

template <typename Put>
Result<Assign> AssigningTime(const ArrowSchema& column, Put put) {
  auto read = TimeReaderFor(column);
  if (!read) return std::move(read).error();
  std::string name(NameOf(column));
  return Assign([=, read = *std::move(read)](const ArrowArray& array, std::int64_t row, NewMessage* message) {
    const std::optional<Timestamp> time = read(array, row);
    if (!time) return Status();
    if (time->time_since_epoch().count() == kDoesNotFit) {
      return Invalid(name + " is a time that does not fit milliseconds of 64 bits");
    }
    put(message, *time);
    return Status();
  });
}

/// All of a struct's fields that are not null.
Result<Assign> AssigningStruct(const ArrowSchema& column) {
  std::vector<std::pair<std::string, Reader<std::string_view>>> fields;
  for (std::int64_t i = 0; i < column.n_children; ++i) {
    auto read = TextReaderFor(*column.children[i]);
    if (!read) return std::move(read).error();
    fields.emplace_back(NameOf(*column.children[i]), *std::move(read));
  }
  return Assign([fields = std::move(fields)](const ArrowArray& array, std::int64_t row, NewMessage* message) {
    if (IsNull(array, row)) return Status();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto value = fields[i].second(*array.children[i], array.offset + row);
      if (value) message->attributes.push_back({fields[i].first, *value});
    }
    return Status();
  });
}

/// A map, or a list of structs of a name and a value.
Result<Assign> AssigningMap(const ArrowSchema& column) {
  auto spans = ListReaderFor(column);
  if (!spans) return std::move(spans).error();
  const ArrowSchema& entries = *column.children[0];
  if (entries.n_children != 2) return Invalid("column 'attributes' must be a map, or a list of pairs");
  // A map's fields go by their place, a list's may say that they are the other way round.
  const int value_at = std::string_view(column.format) != "+m" && NameOf(*entries.children[0]) == "value" ? 0 : 1;
  const int name_at = 1 - value_at;
  auto names = TextReaderFor(*entries.children[name_at]);
  if (!names) return std::move(names).error();
  auto values = TextReaderFor(*entries.children[value_at]);
  if (!values) return std::move(values).error();
  return Assign([=, spans = *std::move(spans), names = *std::move(names), values = *std::move(values)](
                    const ArrowArray& array, std::int64_t row, NewMessage* message) {
    const ListSpan span = spans(array, row).value_or(ListSpan{});
    const ArrowArray& pairs = *array.children[0];
    for (std::int64_t i = span.begin; i < span.end; ++i) {
      if (IsNull(pairs, i)) continue;
      const auto name = names(*pairs.children[name_at], pairs.offset + i);
      const auto value = values(*pairs.children[value_at], pairs.offset + i);
      if (name) message->attributes.push_back({*name, value.value_or(std::string_view())});
    }
    return Status();
  });
}

Result<Assign> AssigningAttributes(const ArrowSchema& column) {
  const std::string_view format = column.format;
  if (format == "n") return Assign([](const ArrowArray&, std::int64_t, NewMessage*) { return Status(); });
  return format == "+s" ? AssigningStruct(column) : AssigningMap(column);
}

}  // namespace

Result<MessageTable::Assign> MessageTable::AssignmentOf(const ArrowSchema& column, const Column& parsed) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMostFlags = std::numeric_limits<std::uint32_t>::max();
  switch (parsed.field) {
    case Field::kId:
      return AssigningNumber(column, 1, kMost, [](NewMessage* m, std::uint64_t value) { m->id = MessageId{value}; });
    case Field::kChannel:
      return Assigning(TextReaderFor(column), [](NewMessage* m, std::string_view text) { m->channel = text; });
    case Field::kCreatedAt:
      return AssigningTime(column, [](NewMessage* m, Timestamp time) { m->created_at = time; });
    case Field::kAuthor:
      return Assigning(TextReaderFor(column), [](NewMessage* m, std::string_view text) { m->author = text; });
    case Field::kContent:
      return Assigning(TextReaderFor(column), [](NewMessage* m, std::string_view text) { m->content = text; });
    case Field::kReplyTo:
      return AssigningNumber(column, 0, kMost,
                             [](NewMessage* m, std::uint64_t value) { m->reply_to = MessageId{value}; });
    case Field::kEditedAt:
      return AssigningTime(column, [](NewMessage* m, Timestamp time) { m->edited_at = time; });
    case Field::kVersion:
      return AssigningNumber(column, 1, kMost, [](NewMessage* m, std::uint64_t value) { m->version = value; });
    case Field::kFlags:
      return AssigningNumber(column, 0, kMostFlags,
                             [](NewMessage* m, std::uint64_t value) { m->flags = static_cast<std::uint32_t>(value); });
    case Field::kNonce:
      return Assigning(TextReaderFor(column), [](NewMessage* m, std::string_view text) { m->nonce = text; });
    case Field::kAttributes:
      return AssigningAttributes(column);
    case Field::kOneAttribute:
      return Assigning(TextReaderFor(column), [name = parsed.attribute](NewMessage* m, std::string_view text) {
        m->attributes.push_back({name, text});
      });
  }
  return Invalid("there is no such column");
}

Result<MessageTable> MessageTable::New(const ArrowSchema& schema, std::optional<std::string> channel) {
  if (std::string_view(schema.format) != "+s") {
    return Invalid("a table is wanted; this is a single column of the Arrow type '" + std::string(schema.format) + "'");
  }
  MessageTable table;
  std::vector<std::pair<Field, std::string>> seen;
  bool has_channel = false;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& column = *schema.children[i];
    auto parsed = ParseColumn(NameOf(column));
    if (!parsed) return std::move(parsed).error();
    std::pair what(parsed->field, parsed->attribute);
    if (std::find(seen.begin(), seen.end(), what) != seen.end()) {
      return Invalid("column '" + parsed->name + "' is in the table twice; leave one out");
    }
    auto assign = AssignmentOf(column, *parsed);
    if (!assign) return std::move(assign).error();
    table.columns_.push_back({static_cast<std::size_t>(i), *std::move(assign)});
    has_channel = has_channel || parsed->field == Field::kChannel;
    seen.push_back(std::move(what));
  }
  if (has_channel == channel.has_value()) {
    return Invalid(has_channel ? "the table has a column 'channel'; do not name a channel besides it"
                               : "the table has no column 'channel'; name the channel of its messages");
  }
  table.channel_ = std::move(channel);
  return table;
}

Result<std::vector<NewMessage>> MessageTable::Read(const ArrowArray& batch, std::int64_t first, std::int64_t count,
                                                   std::uint64_t first_number) const {
  std::vector<NewMessage> messages(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::int64_t row = first + static_cast<std::int64_t>(i);
    const auto name = [&] { return "row " + std::to_string(first_number + static_cast<std::uint64_t>(row)); };
    NewMessage& message = messages[i];
    if (channel_) message.channel = *channel_;
    for (const TableColumn& column : columns_) {
      Status status = column.assign(*batch.children[column.child], batch.offset + row, &message);
      if (!status.ok()) return std::move(status).WithContext(name());
    }
    if (message.channel.empty()) return Invalid(name() + ": channel is null or empty");
  }
  return messages;
}

}  // namespace rookery::columns
