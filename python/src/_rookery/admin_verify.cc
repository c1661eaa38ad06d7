// Store.verify_: reads everything and says what is wrong.
#include <algorithm>

#include "admin.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"

namespace rookery::python {
namespace {

nb::list Problems(const VerifyReport& report) {
  nb::list problems;
  for (const VerifyProblem& problem : report.problems) {
    nb::dict row;
    row["where"] = ToStr(problem.where);
    row["what"] = ToStr(problem.what);
    row["repairable"] = problem.repairable;
    problems.append(row);
  }
  return problems;
}

nb::list Shards(const VerifyReport& report) {
  nb::list shards;
  for (const ShardCounts& shard : report.shards) {
    nb::dict row;
    row["id"] = shard.id.value;
    row["name"] = ToStr(shard.name);
    row["channels"] = shard.channels;
    row["messages"] = shard.messages;
    row["records"] = shard.records;
    row["nonces"] = shard.nonces;
    row["buckets"] = shard.buckets;
    row["attachments"] = shard.attachments;
    row["chunks"] = shard.chunks;
    row["key_bytes"] = shard.key_bytes;
    row["value_bytes"] = shard.value_bytes;
    shards.append(row);
  }
  return shards;
}

nb::dict ReportDict(const VerifyReport& report) {
  nb::dict dict;
  dict["channels"] = report.channels;
  dict["messages"] = report.messages;
  dict["records"] = report.records;
  dict["attachments"] = report.attachments;
  dict["problem_count"] = report.problem_count;
  dict["problems"] = Problems(report);
  dict["shards"] = Shards(report);
  return dict;
}

nb::dict Verify(const StoreObject& self, nb::handle max_problems, nb::handle progress, nb::handle missing_cells) {
  LongCall call(*self.core, progress);
  std::uint64_t rows = 0;
  const auto look = [&](std::uint64_t done, std::uint64_t total) {
    rows = done;
    return call.Look(done, total);
  };
  const VerifyOptions options{.max_problems = NumberArgument<std::size_t>(max_problems, "max_problems"),
                              .progress = look,
                              .missing_cells = MissingCellsArgument(missing_cells)};
  const Result<VerifyReport> report =
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.Verify(options); });
  call.Check(report.status());
  rows = std::max(rows, report->messages + report->records);
  call.Finish(rows, rows);
  return ReportDict(*report);
}

}  // namespace

void BindVerify(StoreClass& store) {
  store.def("verify_", Verify, nb::arg("max_problems") = 100, nb::arg("progress") = nb::none(),
            nb::arg("missing_cells") = "refuse",
            nb::sig("def verify_(self, max_problems: int = 100, "
                    "progress: collections.abc.Callable[[int, int | None], object] | None = None, "
                    "missing_cells: typing.Literal['refuse', 'leave_out'] = 'refuse') -> dict[str, typing.Any]"),
            "Reads everything and checks keys, values, routing and indexes. All problems are counted, the first "
            "max_problems reported. Damage is no error of the call. progress is told rows and an estimate of all.");
}

}  // namespace rookery::python
