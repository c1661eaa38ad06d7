// Store._set_retention, _retention and _run_retention: what channels may keep.
#include <array>
#include <string_view>
#include <utility>

#include "admin.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "option_reader.h"

namespace rookery::python {
namespace {

constexpr std::array<std::pair<std::string_view, RetentionScope>, 3> kScopes{
    {{"store", RetentionScope::kStore}, {"prefix", RetentionScope::kPrefix}, {"channel", RetentionScope::kChannel}}};

RetentionRule RuleFrom(nb::handle dict) {
  OptionReader reader(dict, "");
  RetentionRule rule;
  reader.Read("scope", {kScopes[0], kScopes[1], kScopes[2]}, &rule.scope);
  reader.Read("name", &rule.name);
  if (const nb::handle given = reader.Take("max_age_ms"); given.is_valid()) {
    rule.limits.max_age = std::chrono::milliseconds{NumberArgument<std::int64_t>(given, "max_age in milliseconds")};
  }
  reader.Read("max_messages", &rule.limits.max_messages);
  reader.Read("max_bytes", &rule.limits.max_bytes);
  reader.Finish();
  return rule;
}

void SetRetention(const StoreObject& self, nb::handle dict) {
  const RetentionRule rule = RuleFrom(dict);
  Check(WithoutGil(*self.core, [&](rookery::Store& store) { return store.SetRetention(rule); }));
}

nb::object OrNone(const std::optional<std::uint64_t>& number) {
  return number ? nb::object(nb::int_(*number)) : nb::none();
}

nb::list Retention(const StoreObject& self) {
  const auto rules = Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.Retention(); }));
  nb::list list;
  for (const RetentionRule& rule : rules) {
    nb::dict row;
    row["scope"] = ToStr(kScopes.at(static_cast<std::size_t>(rule.scope)).first);
    row["name"] = ToStr(rule.name);
    row["max_age_ms"] = rule.limits.max_age ? nb::object(nb::int_(rule.limits.max_age->count())) : nb::none();
    row["max_messages"] = OrNone(rule.limits.max_messages);
    row["max_bytes"] = OrNone(rule.limits.max_bytes);
    list.append(row);
  }
  return list;
}

nb::dict TrimDict(const ChannelTrim& trim) {
  nb::dict dict;
  dict["channel"] = ToStr(trim.channel);
  dict["messages"] = trim.messages;
  dict["bytes"] = trim.bytes;
  dict["kept_from"] = trim.kept_from.value;
  return dict;
}

nb::dict ReportDict(const RetentionReport& report) {
  nb::dict dict;
  dict["channels"] = report.channels;
  dict["trimmed"] = report.trimmed;
  dict["messages"] = report.messages;
  dict["bytes"] = report.bytes;
  return dict;
}

nb::dict RunRetention(const StoreObject& self, nb::handle options, nb::handle progress, nb::handle on_trim) {
  LongCall call(*self.core, progress);
  OptionReader reader(options, "");
  RetentionOptions parsed;
  reader.Read("dry_run", &parsed.dry_run);
  reader.Read("max_messages_per_second", &parsed.max_messages_per_second);
  reader.Finish();
  std::uint64_t messages = 0;
  parsed.progress = [&](const ChannelTrim& trim) {
    messages += trim.messages;
    const bool told = on_trim.is_none() || call.CallPython([&] { on_trim(TrimDict(trim)); });
    return told && call.Look(messages, std::nullopt);
  };
  const Result<RetentionReport> report =
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.RunRetention(parsed); });
  call.Check(report.status());
  call.Finish(report->messages, report->messages);
  return ReportDict(*report);
}

}  // namespace

void BindRetention(StoreClass& store) {
  store
      .def("_set_retention", SetRetention, nb::arg("rule"),
           nb::sig("def _set_retention(self, rule: dict[str, object]) -> None"))
      .def("_retention", Retention, nb::sig("def _retention(self) -> list[dict[str, typing.Any]]"))
      .def("_run_retention", RunRetention, nb::arg("options") = nb::dict(), nb::arg("progress") = nb::none(),
           nb::arg("on_trim") = nb::none(),
           nb::sig("def _run_retention(self, options: dict[str, object] = {}, "
                   "progress: collections.abc.Callable[[int, int | None], object] | None = None, "
                   "on_trim: collections.abc.Callable[[dict[str, typing.Any]], object] | None = None) "
                   "-> dict[str, typing.Any]"));
}

}  // namespace rookery::python
