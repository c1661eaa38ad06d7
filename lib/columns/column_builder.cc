#include "columns/column_builder.h"

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "columns/buffer.h"
#include "columns/text_buffer.h"

namespace rookery::columns {
namespace {

/// One bit a row, set where there is a value.
class Validity {
 public:
  void Append(bool valid) {
    const std::size_t bit = rows_++ % 8;
    if (bit == 0) bits_.Push(std::uint8_t{0});
    if (valid) {
      bits_.data()[bits_.size() - 1] = static_cast<char>(bits_.data()[bits_.size() - 1] | (1 << bit));
    } else {
      ++nulls_;
    }
  }
  /// So many nulls, and no rows before.
  void AppendNulls(std::int64_t count) {
    bits_.AppendZeros(BytesFor(count));
    rows_ = static_cast<std::size_t>(count);
    nulls_ = count;
  }
  static std::size_t BytesFor(std::int64_t rows) { return (static_cast<std::size_t>(rows) + 7) / 8; }

  std::int64_t nulls() const { return nulls_; }
  Buffer Take() {
    rows_ = 0;
    nulls_ = 0;
    return std::exchange(bits_, Buffer());
  }

 private:
  Buffer bits_;
  std::size_t rows_ = 0;
  std::int64_t nulls_ = 0;
};

std::vector<Buffer> List(Buffer first, Buffer second) {
  std::vector<Buffer> buffers;
  buffers.push_back(std::move(first));
  buffers.push_back(std::move(second));
  return buffers;
}

std::int64_t Milliseconds(Timestamp time) { return time.time_since_epoch().count(); }

// Few messages are replies, were edited or have attributes: as long as a column has nothing but nulls, or nothing but
// empty maps, its rows are only counted, and if that is all, the batch gets zeros that all batches share.

/// `Get`: a function of a ReadRow whose result is the value, or an optional one.
template <typename Value, auto Get>
class NumberBuilder final : public ColumnBuilder {
 public:
  void Append(const ReadRow& read) override {
    if constexpr (kNullable) {
      const std::optional<Value> value = Get(read);
      if (value || begun_) AppendNullable(value);
    } else {
      values_.Push(Get(read));
    }
    ++rows_;
  }
  void Finish(ArrowArray* out) override {
    const std::int64_t rows = std::exchange(rows_, 0);
    if (kNullable && !std::exchange(begun_, false)) {
      return ExportArray({.rows = rows, .nulls = rows},
                         List(Buffer::Zeros(Validity::BytesFor(rows)), Buffer::Zeros(rows * sizeof(Value))), {}, out);
    }
    const std::int64_t nulls = validity_.nulls();
    Buffer next;
    next.Reserve(values_.size());
    ExportArray({.rows = rows, .nulls = nulls}, List(validity_.Take(), std::exchange(values_, std::move(next))), {},
                out);
  }

 private:
  void AppendNullable(std::optional<Value> value) {
    if (!std::exchange(begun_, true)) {
      values_.AppendZeros(static_cast<std::size_t>(rows_) * sizeof(Value));
      validity_.AppendNulls(rows_);
    }
    values_.Push(value.value_or(Value{}));
    validity_.Append(value.has_value());
  }

  static constexpr bool kNullable = !std::is_same_v<decltype(Get(std::declval<const ReadRow&>())), Value>;

  Buffer values_;
  Validity validity_;
  std::int64_t rows_ = 0;
  bool begun_ = false;  // nullable: there was a value
};

/// `Get`: a function of a ReadRow and the column, whose result is the text, or an optional one.
template <auto Get>
class TextBuilder final : public ColumnBuilder {
 public:
  TextBuilder(const Column& column, TextMode mode) : column_(column), mode_(mode) {}

  void Append(const ReadRow& read) override {
    const auto text = Get(read, column_);
    if constexpr (kNullable) {
      if (text || begun_) AppendNullable(text);
    } else {
      text_.Append(text);
    }
    ++rows_;
  }
  void Finish(ArrowArray* out) override {
    const std::int64_t rows = std::exchange(rows_, 0);
    std::vector<Buffer> buffers;
    if (kNullable && !std::exchange(begun_, false)) {
      buffers = List(Buffer::Zeros(Validity::BytesFor(rows)), Buffer::Zeros((rows + 1) * sizeof(std::int64_t)));
      buffers.emplace_back();
      return ExportArray({.rows = rows, .nulls = rows}, std::move(buffers), {}, out);
    }
    if (mode_ == TextMode::kUtf8) text_.MakeUtf8();
    const std::int64_t nulls = validity_.nulls();
    auto taken = text_.Take();
    buffers = List(validity_.Take(), std::move(taken.offsets));
    buffers.push_back(std::move(taken.bytes));
    ExportArray({.rows = rows, .nulls = nulls}, std::move(buffers), {}, out);
  }

 private:
  void AppendNullable(std::optional<std::string_view> text) {
    if (!std::exchange(begun_, true)) {
      text_.AppendEmpty(static_cast<std::size_t>(rows_));
      validity_.AppendNulls(rows_);
    }
    text_.Append(text.value_or(std::string_view()));
    validity_.Append(text.has_value());
  }

  static constexpr bool kNullable =
      !std::is_same_v<decltype(Get(std::declval<const ReadRow&>(), std::declval<const Column&>())), std::string_view>;

  const Column column_;
  const TextMode mode_;
  TextBuffer<std::int64_t> text_;
  Validity validity_;
  std::int64_t rows_ = 0;
  bool begun_ = false;  // nullable: there was a text
};

/// map<utf8, utf8>: a list of entries, each a struct of key and value.
class AttributesBuilder final : public ColumnBuilder {
 public:
  explicit AttributesBuilder(TextMode mode) : mode_(mode) {}

  void Append(const ReadRow& read) override {
    if (read.fields.has_attributes || offsets_.size() > 0) {
      if (offsets_.size() == 0) offsets_.AppendZeros((static_cast<std::size_t>(rows_) + 1) * sizeof(std::int32_t));
      AppendEntries(read.row.message);
      offsets_.Push(static_cast<std::int32_t>(entries_));
    }
    ++rows_;
  }
  void Finish(ArrowArray* out) override {
    const std::int64_t rows = std::exchange(rows_, 0);
    Buffer offsets = std::exchange(offsets_, Buffer());
    if (offsets.size() == 0) offsets = Buffer::Zeros((rows + 1) * sizeof(std::int32_t));
    std::vector<ArrowArray> pair(2);
    FinishText(&names_, &pair[0]);
    FinishText(&values_, &pair[1]);
    std::vector<ArrowArray> entries(1);
    ExportArray({.rows = std::exchange(entries_, 0)}, std::vector<Buffer>(1), std::move(pair), &entries[0]);
    ExportArray({.rows = rows}, List(Buffer(), std::move(offsets)), std::move(entries), out);
  }

 private:
  void AppendEntries(const MessageView& message) {
    for (const Attribute& attribute : message.attributes()) {
      names_.Append(attribute.name);
      values_.Append(attribute.value);
      ++entries_;
    }
  }
  void FinishText(TextBuffer<std::int32_t>* text, ArrowArray* out) const {
    if (mode_ == TextMode::kUtf8) text->MakeUtf8();
    auto taken = text->Take();
    std::vector<Buffer> buffers = List(Buffer(), std::move(taken.offsets));
    buffers.push_back(std::move(taken.bytes));
    ExportArray({.rows = entries_}, std::move(buffers), {}, out);
  }

  const TextMode mode_;
  Buffer offsets_;
  TextBuffer<std::int32_t> names_;
  TextBuffer<std::int32_t> values_;
  std::int64_t entries_ = 0;
  std::int64_t rows_ = 0;
};

std::int64_t IdOf(const ReadRow& read) { return static_cast<std::int64_t>(read.row.message.id().value); }
std::int64_t CreatedAtOf(const ReadRow& read) { return Milliseconds(read.fields.created_at); }
std::int64_t VersionOf(const ReadRow& read) { return static_cast<std::int64_t>(read.fields.version.value); }
std::uint32_t FlagsOf(const ReadRow& read) { return read.fields.flags; }

std::optional<std::int64_t> ReplyToOf(const ReadRow& read) {
  const std::uint64_t id = read.fields.reply_to.value;
  return id == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(id));
}

std::optional<std::int64_t> EditedAtOf(const ReadRow& read) {
  const std::optional<Timestamp>& time = read.fields.edited_at;
  return time ? std::optional(Milliseconds(*time)) : std::nullopt;
}

std::string_view ChannelOf(const ReadRow& read, const Column&) { return read.row.channel; }
std::string_view AuthorOf(const ReadRow& read, const Column&) { return read.fields.author; }
std::string_view ContentOf(const ReadRow& read, const Column&) { return read.fields.content; }
std::optional<std::string_view> NonceOf(const ReadRow& read, const Column&) {
  return read.fields.nonce.empty() ? std::nullopt : std::optional(read.fields.nonce);
}
std::optional<std::string_view> AttributeOf(const ReadRow& read, const Column& column) {
  return read.fields.has_attributes ? read.row.message.attribute(column.attribute) : std::nullopt;
}

std::string FormatOf(ColumnType type, TextMode mode) {
  switch (type) {
    case ColumnType::kInt64:
      return "l";
    case ColumnType::kUint32:
      return "I";
    case ColumnType::kTime:
      return "tsm:UTC";
    case ColumnType::kText:
      return mode == TextMode::kUtf8 ? "U" : "Z";
    case ColumnType::kTextMap:
      return "+m";
  }
  return "n";
}

}  // namespace

std::unique_ptr<ColumnBuilder> NewColumnBuilder(const Column& column, TextMode mode) {
  switch (column.field) {
    case Field::kId:
      return std::make_unique<NumberBuilder<std::int64_t, IdOf>>();
    case Field::kChannel:
      return std::make_unique<TextBuilder<ChannelOf>>(column, mode);
    case Field::kCreatedAt:
      return std::make_unique<NumberBuilder<std::int64_t, CreatedAtOf>>();
    case Field::kAuthor:
      return std::make_unique<TextBuilder<AuthorOf>>(column, mode);
    case Field::kContent:
      return std::make_unique<TextBuilder<ContentOf>>(column, mode);
    case Field::kReplyTo:
      return std::make_unique<NumberBuilder<std::int64_t, ReplyToOf>>();
    case Field::kEditedAt:
      return std::make_unique<NumberBuilder<std::int64_t, EditedAtOf>>();
    case Field::kVersion:
      return std::make_unique<NumberBuilder<std::int64_t, VersionOf>>();
    case Field::kFlags:
      return std::make_unique<NumberBuilder<std::uint32_t, FlagsOf>>();
    case Field::kNonce:
      return std::make_unique<TextBuilder<NonceOf>>(column, mode);
    case Field::kAttributes:
      return std::make_unique<AttributesBuilder>(mode);
    case Field::kOneAttribute:
      return std::make_unique<TextBuilder<AttributeOf>>(column, mode);
  }
  return nullptr;
}

TypeNode TypeOf(const Column& column, TextMode mode) {
  TypeNode type{.format = FormatOf(column.type(), mode), .name = column.name, .nullable = column.nullable()};
  if (column.type() == ColumnType::kTextMap) {
    const std::string text = mode == TextMode::kUtf8 ? "u" : "z";
    type.children = {
        {.format = "+s",
         .name = "entries",
         .children = {{.format = text, .name = "key"}, {.format = text, .name = "value", .nullable = true}}}};
  }
  return type;
}

}  // namespace rookery::columns
