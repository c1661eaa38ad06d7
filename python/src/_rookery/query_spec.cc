#include "query_spec.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "convert.h"
#include "errors.h"
#include "query_predicate.h"
#include "times.h"

namespace rookery::python {
namespace {

std::string TextOf(nb::handle value, const char* name) { return std::string(TextArgument(value, name).view()); }

std::vector<std::string> ChannelsFrom(nb::handle names) {
  std::vector<std::string> channels;
  for (const nb::handle name : nb::iter(names)) channels.push_back(TextOf(name, "channels"));
  return channels;
}

std::vector<columns::Column> ColumnsFrom(nb::handle names) {
  std::vector<columns::Column> parsed;
  for (const nb::handle name : nb::iter(names)) parsed.push_back(Unwrap(columns::ParseColumn(TextOf(name, "columns"))));
  return parsed;
}

Order OrderFrom(nb::handle value) {
  const std::string order = TextOf(value, "order");
  if (order == "newest") return Order::kNewestFirst;
  if (order == "oldest") return Order::kOldestFirst;
  RaiseInvalid("order is '" + order + "'; it must be 'newest', 'oldest' or None");
}

columns::TextMode TextModeFrom(nb::handle value) {
  const std::string mode = TextOf(value, "text");
  if (mode == "utf8") return columns::TextMode::kUtf8;
  if (mode == "binary") return columns::TextMode::kBinary;
  RaiseInvalid("text is '" + mode + "'; it must be 'utf8' or 'binary'");
}

using Set = void (*)(nb::handle value, columns::MessageQuery* query);

struct SpecKey {
  std::string_view name;
  Set set;
};

constexpr std::array kKeys = {
    SpecKey{"channels", [](nb::handle v, columns::MessageQuery* q) { q->range.channels = ChannelsFrom(v); }},
    SpecKey{"prefix", [](nb::handle v, columns::MessageQuery* q) { q->range.prefix = TextOf(v, "prefix"); }},
    SpecKey{"after_id",
            [](nb::handle v, columns::MessageQuery* q) {
              q->range.NarrowToAfter(MessageId{NumberArgument<std::uint64_t>(v, "after_id")});
            }},
    SpecKey{"before_id",
            [](nb::handle v, columns::MessageQuery* q) {
              q->range.NarrowToBefore(MessageId{NumberArgument<std::uint64_t>(v, "before_id")});
            }},
    SpecKey{"since_ms", [](nb::handle v, columns::MessageQuery* q) { q->since = TimeArgument(v, "since"); }},
    SpecKey{"until_ms", [](nb::handle v, columns::MessageQuery* q) { q->until = TimeArgument(v, "until"); }},
    SpecKey{"columns", [](nb::handle v, columns::MessageQuery* q) { q->columns = ColumnsFrom(v); }},
    SpecKey{"where", [](nb::handle v, columns::MessageQuery* q) { q->where = PredicateFrom(v); }},
    SpecKey{"limit",
            [](nb::handle v, columns::MessageQuery* q) { q->limit = NumberArgument<std::uint64_t>(v, "limit"); }},
    SpecKey{"order", [](nb::handle v, columns::MessageQuery* q) { q->order = OrderFrom(v); }},
    SpecKey{"batch_size",
            [](nb::handle v, columns::MessageQuery* q) {
              q->batch_rows = NumberArgument<std::size_t>(v, "batch_size", 1);
            }},
    SpecKey{"missing_cells",
            [](nb::handle v, columns::MessageQuery* q) { q->range.missing_cells = MissingCellsArgument(v); }},
    SpecKey{"text", [](nb::handle v, columns::MessageQuery* q) { q->text = TextModeFrom(v); }},
};

const SpecKey& KeyNamed(const std::string& name) {
  for (const SpecKey& key : kKeys) {
    if (key.name == name) return key;
  }
  RaiseInvalid("a query has no '" + name + "'");
}

}  // namespace

columns::MessageQuery QueryFrom(const nb::dict& spec) {
  columns::MessageQuery query;
  for (const auto& [name, value] : spec) {
    const SpecKey& key = KeyNamed(TextOf(name, "query"));
    if (!value.is_none()) key.set(value, &query);
  }
  return query;
}

}  // namespace rookery::python
