// Store._plan_autopilot, _run_autopilot and _autopilot_log: shards that are split and merged by themselves.
#include "admin.h"
#include "autopilot_option.h"
#include "convert.h"
#include "errors.h"
#include "reshard_plan.h"
#include "times.h"

namespace rookery::python {
namespace {

nb::dict DecisionDict(const AutopilotPlan& plan) {
  nb::list findings;
  for (const AutopilotFinding& finding : plan.findings) {
    nb::dict row;
    row["shard"] = finding.shard.value;
    row["reason"] = ToStr(finding.reason);
    findings.append(row);
  }
  nb::dict dict;
  dict["request"] = plan.request ? ToStr(plan.request_words) : nb::none();
  dict["reason"] = ToStr(plan.reason);
  dict["held_back"] = ToStr(plan.held_back);
  dict["plan"] = plan.plan ? nb::object(PlanDict(*plan.plan)) : nb::none();
  dict["findings"] = findings;
  return dict;
}

nb::dict Plan(const StoreObject& self, nb::handle options) {
  const AutopilotOptions parsed = AutopilotOptionsFrom(options);
  return DecisionDict(
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.PlanAutopilot(parsed); })));
}

nb::dict Run(const StoreObject& self, nb::handle options) {
  const AutopilotOptions parsed = AutopilotOptionsFrom(options);
  return DecisionDict(
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.RunAutopilot(parsed); })));
}

nb::dict Log(const StoreObject& self) {
  const AutopilotLog log = Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.AutopilotLog(); }));
  nb::list entries;
  for (const AutopilotEntry& entry : log.entries) {
    nb::dict row;
    row["decided_at"] = ToDatetime(entry.decided_at);
    row["request"] = ToStr(entry.request);
    row["reason"] = ToStr(entry.reason);
    row["bytes"] = entry.bytes;
    row["epoch"] = entry.epoch.value;
    row["outcome"] = ToStr(AutopilotOutcomeName(entry.outcome));
    row["failure"] = ToStr(entry.failure);
    row["ended_at"] = ToDatetime(entry.ended_at);
    entries.append(row);
  }
  nb::dict dict;
  dict["entries"] = entries;
  dict["copied_today"] = log.copied_today;
  dict["paused_reason"] = ToStr(log.paused_reason);
  return dict;
}

}  // namespace

void BindAutopilot(StoreClass& store) {
  store
      .def("_plan_autopilot", Plan, nb::arg("options") = nb::dict(),
           nb::sig("def _plan_autopilot(self, options: dict[str, object] = {}) -> dict[str, typing.Any]"))
      .def("_run_autopilot", Run, nb::arg("options") = nb::dict(),
           nb::sig("def _run_autopilot(self, options: dict[str, object] = {}) -> dict[str, typing.Any]"))
      .def("_autopilot_log", Log, nb::sig("def _autopilot_log(self) -> dict[str, typing.Any]"));
}

}  // namespace rookery::python
