#include "columns/predicate.h"

#include <algorithm>
#include <array>
#include <compare>
#include <utility>

namespace rookery::columns {
namespace {

constexpr std::array<std::string_view, 9> kSigns = {"==", "!=",       "<",           "<=",       ">",
                                                    ">=", "contains", "starts with", "ends with"};

Status Invalid(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }

bool IsText(const Column& column) { return column.type() == ColumnType::kText; }

Status CheckColumn(const Column& column) {
  if (column.type() != ColumnType::kTextMap) return {};
  return Invalid("column '" + column.name + "' is a map and cannot be compared; name one, such as attributes.NAME");
}

Status CheckLiteral(const Column& column, const Literal& literal) {
  Status checked = CheckColumn(column);
  if (!checked.ok() || IsText(column) == std::holds_alternative<std::string>(literal)) return checked;
  return Invalid("column '" + column.name + "' is " + (IsText(column) ? "text" : "a number or a time") +
                 " and cannot be compared with " + (IsText(column) ? "a number or a time" : "text"));
}

/// What a column says of a row; nullopt: null.
std::optional<std::int64_t> NumberOf(const Row& row, const Column& column) {
  const MessageView& message = row.message;
  switch (column.field) {
    case Field::kId:
      return static_cast<std::int64_t>(message.id().value);
    case Field::kCreatedAt:
      return message.created_at().time_since_epoch().count();
    case Field::kReplyTo:
      if (const auto id = message.reply_to()) return static_cast<std::int64_t>(id->value);
      return std::nullopt;
    case Field::kEditedAt:
      if (const auto time = message.edited_at()) return time->time_since_epoch().count();
      return std::nullopt;
    case Field::kVersion:
      return static_cast<std::int64_t>(message.version().value);
    default:
      return message.flags();
  }
}

std::optional<std::string_view> TextOf(const Row& row, const Column& column) {
  switch (column.field) {
    case Field::kChannel:
      return row.channel;
    case Field::kAuthor:
      return row.message.author();
    case Field::kContent:
      return row.message.content();
    case Field::kNonce:
      if (row.message.nonce().empty()) return std::nullopt;
      return row.message.nonce();
    default:
      return row.message.attribute(column.attribute);
  }
}

bool Holds(Comparison comparison, std::strong_ordering order) {
  switch (comparison) {
    case Comparison::kEqual:
      return std::is_eq(order);
    case Comparison::kNotEqual:
      return std::is_neq(order);
    case Comparison::kLess:
      return std::is_lt(order);
    case Comparison::kLessOrEqual:
      return std::is_lteq(order);
    case Comparison::kGreater:
      return std::is_gt(order);
    default:
      return std::is_gteq(order);
  }
}

bool Holds(Comparison comparison, std::string_view text, std::string_view literal) {
  switch (comparison) {
    case Comparison::kEqual:
      return text == literal;
    case Comparison::kNotEqual:
      return text != literal;
    case Comparison::kContains:
      return text.find(literal) != std::string_view::npos;
    case Comparison::kStartsWith:
      return text.starts_with(literal);
    case Comparison::kEndsWith:
      return text.ends_with(literal);
    default:
      return Holds(comparison, text <=> literal);
  }
}

Truth ToTruth(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

std::string ToText(const Literal& literal) {
  if (const auto* number = std::get_if<std::int64_t>(&literal)) return std::to_string(*number);
  return "'" + std::get<std::string>(literal) + "'";
}

std::string Joined(const std::vector<Predicate>& parts, std::string_view word) {
  std::string text;
  for (const Predicate& part : parts) {
    if (!text.empty()) text.append(" ").append(word).append(" ");
    const bool is_list = part.kind() == Predicate::Kind::kAnd || part.kind() == Predicate::Kind::kOr;
    text += is_list ? "(" + part.ToString() + ")" : part.ToString();
  }
  return text;
}

}  // namespace

struct Predicate::Node {
  Kind kind = Kind::kConstant;
  bool constant = false;
  Comparison comparison = Comparison::kEqual;
  Column column = {};
  std::vector<Literal> literals = {};
  std::vector<Predicate> parts = {};

  Truth Compare(const Row& row) const {
    if (IsText(column)) {
      const auto text = TextOf(row, column);
      return text ? ToTruth(Holds(comparison, *text, std::get<std::string>(literals[0]))) : Truth::kNull;
    }
    const auto number = NumberOf(row, column);
    return number ? ToTruth(Holds(comparison, *number <=> std::get<std::int64_t>(literals[0]))) : Truth::kNull;
  }

  /// REQUIRES: literals are sorted.
  Truth In(const Row& row) const {
    if (IsText(column)) {
      const auto text = TextOf(row, column);
      if (!text) return Truth::kNull;
      const auto less = [](const Literal& a, std::string_view b) { return std::get<std::string>(a) < b; };
      const auto found = std::lower_bound(literals.begin(), literals.end(), *text, less);
      return ToTruth(found != literals.end() && std::get<std::string>(*found) == *text);
    }
    const auto number = NumberOf(row, column);
    if (!number) return Truth::kNull;
    return ToTruth(std::binary_search(literals.begin(), literals.end(), Literal(*number)));
  }

  Truth IsNull(const Row& row) const { return ToTruth(IsText(column) ? !TextOf(row, column) : !NumberOf(row, column)); }

  /// And ends at the first false part, or at the first true one; null if none ends it and one is null.
  Truth Join(const Row& row, Truth ends) const {
    Truth joined = ends == Truth::kFalse ? Truth::kTrue : Truth::kFalse;
    for (const Predicate& part : parts) {
      const Truth truth = part.Evaluate(row);
      if (truth == ends) return ends;
      if (truth == Truth::kNull) joined = Truth::kNull;
    }
    return joined;
  }
};

Predicate Predicate::Make(Node node) { return Predicate(std::make_shared<const Node>(std::move(node))); }

Predicate Predicate::Constant(bool value) { return Make({.kind = Kind::kConstant, .constant = value}); }

Result<Predicate> Predicate::Compare(Comparison comparison, Column column, Literal literal) {
  Status checked = CheckLiteral(column, literal);
  if (!checked.ok()) return checked;
  if (comparison >= Comparison::kContains && !IsText(column)) {
    return Invalid("'" + std::string(kSigns[static_cast<std::size_t>(comparison)]) + "' is for text; column '" +
                   column.name + "' is a number or a time");
  }
  return Make({.kind = Kind::kCompare,
               .comparison = comparison,
               .column = std::move(column),
               .literals = {std::move(literal)}});
}

Result<Predicate> Predicate::In(Column column, std::vector<Literal> literals) {
  Status checked = CheckColumn(column);
  for (const Literal& literal : literals) {
    if (checked.ok()) checked = CheckLiteral(column, literal);
  }
  if (!checked.ok()) return checked;
  std::sort(literals.begin(), literals.end());
  literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
  return Make({.kind = Kind::kIn, .column = std::move(column), .literals = std::move(literals)});
}

Result<Predicate> Predicate::IsNull(Column column) {
  Status checked = CheckColumn(column);
  if (!checked.ok()) return checked;
  return Make({.kind = Kind::kIsNull, .column = std::move(column)});
}

Predicate Predicate::And(std::vector<Predicate> parts) { return Make({.kind = Kind::kAnd, .parts = std::move(parts)}); }
Predicate Predicate::Or(std::vector<Predicate> parts) { return Make({.kind = Kind::kOr, .parts = std::move(parts)}); }
Predicate Predicate::Not(Predicate part) { return Make({.kind = Kind::kNot, .parts = {std::move(part)}}); }

Truth Predicate::Evaluate(const Row& row) const {
  switch (node_->kind) {
    case Kind::kConstant:
      return ToTruth(node_->constant);
    case Kind::kCompare:
      return node_->Compare(row);
    case Kind::kIn:
      return node_->In(row);
    case Kind::kIsNull:
      return node_->IsNull(row);
    case Kind::kAnd:
      return node_->Join(row, Truth::kFalse);
    case Kind::kOr:
      return node_->Join(row, Truth::kTrue);
    case Kind::kNot: {
      const Truth truth = node_->parts[0].Evaluate(row);
      return truth == Truth::kNull ? Truth::kNull : ToTruth(truth == Truth::kFalse);
    }
  }
  return Truth::kNull;
}

Predicate::Kind Predicate::kind() const { return node_->kind; }
const std::vector<Predicate>& Predicate::parts() const { return node_->parts; }
const Column& Predicate::column() const { return node_->column; }
Comparison Predicate::comparison() const { return node_->comparison; }
const std::vector<Literal>& Predicate::literals() const { return node_->literals; }

std::string Predicate::ToString() const {
  const Node& node = *node_;
  switch (node.kind) {
    case Kind::kConstant:
      return node.constant ? "true" : "false";
    case Kind::kCompare:
      return node.column.name + " " + std::string(kSigns[static_cast<std::size_t>(node.comparison)]) + " " +
             ToText(node.literals[0]);
    case Kind::kIn: {
      std::string list;
      for (const Literal& literal : node.literals) list += (list.empty() ? "" : ", ") + ToText(literal);
      return node.column.name + " in (" + list + ")";
    }
    case Kind::kIsNull:
      return node.column.name + " is null";
    case Kind::kAnd:
      return node.parts.empty() ? "true" : Joined(node.parts, "and");
    case Kind::kOr:
      return node.parts.empty() ? "false" : Joined(node.parts, "or");
    case Kind::kNot:
      return "not (" + node.parts[0].ToString() + ")";
  }
  return {};
}

}  // namespace rookery::columns
