#include "routing_option.h"

#include <limits>
#include <string>
#include <utility>

#include "convert.h"
#include "errors.h"
#include "option_reader.h"

namespace rookery::python {
namespace {

constexpr const char* kForms = R"(("hash", shards), ("range", [split, ...]) or ("directory", {...}))";

[[noreturn]] void RaiseNoRouting(nb::handle value) {
  RaiseInvalid(std::string("routing is ") + nb::repr(value).c_str() + "; it must be " + kForms);
}

/// The elements of a list or tuple. InvalidArgumentError: something else, also a str, whose elements nobody means.
nb::list ListOf(nb::handle value, const char* name) {
  if (!nb::isinstance<nb::list>(value) && !nb::isinstance<nb::tuple>(value)) {
    RaiseInvalid(std::string(name) + " must be a list, not " + Py_TYPE(value.ptr())->tp_name);
  }
  return nb::list(value);
}

std::uint32_t Number(nb::handle value, const char* name) {
  if (PyIndex_Check(value.ptr()) == 0) {
    RaiseInvalid(std::string(name) + " must be a whole number, not " + Py_TYPE(value.ptr())->tp_name);
  }
  return NumberArgument<std::uint32_t>(value, name);
}

std::string Text(nb::handle value, const char* name) {
  if (PyUnicode_Check(value.ptr()) == 0 && PyBytes_Check(value.ptr()) == 0) {
    RaiseInvalid(std::string(name) + " must be str or bytes, not " + Py_TYPE(value.ptr())->tp_name);
  }
  return std::string(TextArgument(value, name).view());
}

Routing RangeFrom(nb::handle value) {
  RangeRouting routing;
  for (const nb::handle split : ListOf(value, "routing.splits")) {
    routing.splits.push_back(Text(split, "routing.splits"));
  }
  return routing;
}

Routing DirectoryFrom(nb::handle value) {
  OptionReader options(value, "routing");
  DirectoryRouting routing;
  options.Read("shards", &routing.shards);
  options.Read("placement",
               {{"round_robin", Placement::kRoundRobin},
                {"weighted", Placement::kWeighted},
                {"least_loaded", Placement::kLeastLoaded},
                {"hash", Placement::kHash}},
               &routing.placement);
  if (const nb::handle weights = options.Take("weights"); weights.is_valid()) {
    for (const nb::handle weight : ListOf(weights, "routing.weights")) {
      routing.weights.push_back(Number(weight, "routing.weights"));
    }
  }
  if (const nb::handle entries = options.Take("entries"); entries.is_valid()) {
    const OptionReader checked(entries, "routing.entries");
    for (const auto& [channel, shard] : nb::borrow<nb::dict>(entries)) {
      routing.entries.emplace_back(Text(channel, "a channel in routing.entries"),
                                   ShardId{Number(shard, "a shard in routing.entries")});
    }
  }
  options.Finish();
  return routing;
}

}  // namespace

Routing RoutingFrom(nb::handle value) {
  if (!nb::isinstance<nb::tuple>(value) || nb::len(value) != 2) RaiseNoRouting(value);
  const nb::object strategy = value[0];
  const nb::object details = value[1];
  if (!nb::isinstance<nb::str>(strategy)) RaiseNoRouting(value);
  const std::string name = Text(strategy, "routing");
  if (name == "hash") return HashRouting{.shards = Number(details, "routing.shards")};
  if (name == "range") return RangeFrom(details);
  if (name == "directory") return DirectoryFrom(details);
  RaiseNoRouting(value);
}

}  // namespace rookery::python
