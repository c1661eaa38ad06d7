#include "query_predicate.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "convert.h"
#include "errors.h"

namespace rookery::python {
namespace {

using columns::Column;
using columns::Comparison;
using columns::Literal;
using columns::Predicate;

constexpr std::array<std::pair<std::string_view, Comparison>, 9> kComparisons = {{
    {"==", Comparison::kEqual},
    {"!=", Comparison::kNotEqual},
    {"<", Comparison::kLess},
    {"<=", Comparison::kLessOrEqual},
    {">", Comparison::kGreater},
    {">=", Comparison::kGreaterOrEqual},
    {"contains", Comparison::kContains},
    {"starts_with", Comparison::kStartsWith},
    {"ends_with", Comparison::kEndsWith},
}};

Comparison ComparisonNamed(std::string_view word) {
  for (const auto& [name, comparison] : kComparisons) {
    if (name == word) return comparison;
  }
  RaiseInvalid("a predicate cannot be '" + std::string(word) + "'");
}

Column ColumnFrom(nb::handle name) { return Unwrap(columns::ParseColumn(TextArgument(name, "column").view())); }

Literal LiteralFrom(nb::handle value) {
  if (PyLong_Check(value.ptr()) == 0) return std::string(TextArgument(value, "literal").view());
  return IntegerArgument(value, "literal", std::numeric_limits<std::int64_t>::min(),
                         std::numeric_limits<std::int64_t>::max());
}

std::vector<Predicate> Parts(const nb::tuple& tuple) {
  std::vector<Predicate> parts;
  for (std::size_t i = 1; i < tuple.size(); ++i) parts.push_back(PredicateFrom(tuple[i]));
  return parts;
}

Predicate InList(nb::handle column, nb::handle list) {
  std::vector<Literal> literals;
  for (const nb::handle value : nb::iter(list)) literals.push_back(LiteralFrom(value));
  return Unwrap(Predicate::In(ColumnFrom(column), std::move(literals)));
}

void CheckSize(const nb::tuple& tuple, std::size_t size) {
  if (tuple.size() != size) RaiseInvalid("a predicate has the wrong number of parts");
}

/// Nests as deep as Python's own functions may: evaluating a predicate recurses as well.
class Depth {
 public:
  Depth() {
    if (Py_EnterRecursiveCall(" in a predicate") != 0) throw nb::python_error();
  }
  ~Depth() { Py_LeaveRecursiveCall(); }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
};

}  // namespace

Predicate PredicateFrom(nb::handle predicate) {
  const Depth depth;
  if (!nb::isinstance<nb::tuple>(predicate)) RaiseWrongType("where", "a predicate", predicate);
  const auto tuple = nb::borrow<nb::tuple>(predicate);
  if (tuple.size() == 0) RaiseInvalid("a predicate is empty");
  const std::string word(TextArgument(tuple[0], "where").view());
  if (word == "and") return Predicate::And(Parts(tuple));
  if (word == "or") return Predicate::Or(Parts(tuple));
  if (word == "true" || word == "false") return Predicate::Constant(word == "true");
  CheckSize(tuple, word == "not" || word == "is_null" ? 2 : 3);
  if (word == "not") return Predicate::Not(PredicateFrom(tuple[1]));
  if (word == "is_null") return Unwrap(Predicate::IsNull(ColumnFrom(tuple[1])));
  if (word == "in") return InList(tuple[1], tuple[2]);
  return Unwrap(Predicate::Compare(ComparisonNamed(word), ColumnFrom(tuple[1]), LiteralFrom(tuple[2])));
}

}  // namespace rookery::python
