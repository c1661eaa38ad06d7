// Which messages a query wants: comparisons of columns with literals, joined by and, or and not.
//
// Nulls are SQL's and Arrow's (Kleene): a comparison with null is neither true nor false, and only what is true is
// wanted. A predicate is checked when it is made, so that evaluating it cannot fail.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "columns/column.h"
#include "columns/column_builder.h"
#include "rookery/status.h"

namespace rookery::columns {

enum class Comparison : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kContains,  // text only, as the next two
  kStartsWith,
  kEndsWith,
};

/// Numbers and times (milliseconds since 1970), or text as bytes.
using Literal = std::variant<std::int64_t, std::string>;

enum class Truth : std::uint8_t { kFalse, kTrue, kNull };

/// An immutable value; copies share. Thread-safe.
class Predicate {
 public:
  enum class Kind : std::uint8_t { kConstant, kCompare, kIn, kIsNull, kAnd, kOr, kNot };

  static Predicate Constant(bool value);
  /// kInvalidArgument: the literal is not of the column's type, the comparison is not for it, or the column is a map.
  static Result<Predicate> Compare(Comparison comparison, Column column, Literal literal);
  static Result<Predicate> In(Column column, std::vector<Literal> literals);
  static Result<Predicate> IsNull(Column column);
  static Predicate And(std::vector<Predicate> parts);
  static Predicate Or(std::vector<Predicate> parts);
  static Predicate Not(Predicate part);

  Truth Evaluate(const Row& row) const;
  bool Wants(const Row& row) const { return Evaluate(row) == Truth::kTrue; }

  Kind kind() const;
  const std::vector<Predicate>& parts() const;   // kAnd, kOr, kNot
  const Column& column() const;                  // kCompare, kIn, kIsNull
  Comparison comparison() const;                 // kCompare
  const std::vector<Literal>& literals() const;  // kCompare: one; kIn
  /// As a person would write it: author == 'ada' and not (reply_to is null).
  std::string ToString() const;

 private:
  struct Node;
  explicit Predicate(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  static Predicate Make(Node node);

  std::shared_ptr<const Node> node_;
};

}  // namespace rookery::columns
