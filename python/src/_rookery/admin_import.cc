// Store.import_: brings messages of other systems into the store.
#include <filesystem>
#include <string>
#include <vector>

#include "admin.h"
#include "admin/import.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "option_reader.h"

namespace rookery::python {
namespace {

std::vector<std::filesystem::path> PathsFrom(nb::handle paths) {
  const bool one =
      PyUnicode_Check(paths.ptr()) != 0 || PyBytes_Check(paths.ptr()) != 0 || nb::hasattr(paths, "__fspath__");
  if (one) return {PathArgument(paths, "paths")};
  std::vector<std::filesystem::path> list;
  for (const nb::handle path : nb::iter(paths)) list.push_back(PathArgument(path, "paths"));
  return list;
}

admin::ImportOptions OptionsFrom(nb::handle dict) {
  OptionReader reader(dict, "");
  admin::ImportOptions options;
  reader.Read("format", &options.format);
  reader.Read("since_ms", &options.since);
  reader.Read("until_ms", &options.until);
  reader.Read("dry_run", &options.dry_run);
  reader.Read("max_errors", &options.max_errors);
  reader.Read("channel", &options.channel);
  reader.Read("batch_size", &options.batch_size);
  reader.Read("bulk", &options.bulk);
  reader.Read("bulk_memory_bytes", &options.bulk_memory_bytes);
  if (const nb::handle given = reader.Take("bulk_packing"); given.is_valid()) {
    options.bulk_packing = PackingArgument(given);
  }
  if (const nb::handle given = reader.Take("utc_offset_minutes"); given.is_valid()) {
    constexpr std::int64_t kDay = 24 * 60;
    if (PyIndex_Check(given.ptr()) == 0) reader.RaiseWrong("utc_offset_minutes", given, "a whole number");
    options.utc_offset = std::chrono::minutes{IntegerArgument(given, "utc_offset_minutes", -kDay, kDay)};
  }
  reader.Finish();
  return options;
}

nb::dict ReportDict(const admin::ImportReport& report) {
  nb::dict dict;
  dict["format"] = ToStr(report.format);
  dict["files"] = report.files;
  dict["files_skipped"] = report.files_skipped;
  dict["messages_read"] = report.messages_read;
  dict["messages_added"] = report.messages_added;
  dict["messages_existing"] = report.messages_existing;
  dict["messages_filtered"] = report.messages_filtered;
  dict["events_skipped"] = report.events_skipped;
  dict["records_read"] = report.records_read;
  dict["records_added"] = report.records_added;
  dict["records_existing"] = report.records_existing;
  dict["problems"] = report.problems;
  dict["bytes"] = report.bytes;
  return dict;
}

nb::dict ProblemDict(const admin::ImportProblem& problem) {
  nb::dict dict;
  dict["path"] = ToStr(problem.path);
  dict["position"] = problem.position;
  dict["unit"] = ToStr(problem.unit);
  dict["reason"] = ToStr(problem.reason);
  return dict;
}

nb::dict Import(const StoreObject& self, nb::handle paths, nb::handle options, nb::handle progress,
                nb::handle on_problem) {
  LongCall call(*self.core, progress);
  if (!on_problem.is_none() && PyCallable_Check(on_problem.ptr()) == 0) {
    RaiseWrongType("on_problem", "a callable(problem) or None", on_problem);
  }
  const std::vector<std::filesystem::path> sources = PathsFrom(paths);
  admin::ImportOptions parsed = OptionsFrom(options);
  std::uint64_t total_bytes = 0;
  parsed.progress = [&](const admin::ImportProgress& now) {
    total_bytes = now.total_bytes;
    return call.Look(now.bytes, now.total_bytes);
  };
  if (!on_problem.is_none()) {
    parsed.on_problem = [&](const admin::ImportProblem& problem) {
      static_cast<void>(call.CallPython([&] { on_problem(ProblemDict(problem)); }));
    };
  }
  admin::ImportReport report;
  call.Check(
      WithoutGil(*self.core, [&](rookery::Store& store) { return admin::Import(&store, sources, parsed, &report); }));
  call.Finish(report.bytes, std::max(report.bytes, total_bytes));
  return ReportDict(report);
}

nb::list Formats() {
  nb::list formats;
  for (const admin::ImportFormat& format : admin::ImportFormats()) {
    formats.append(nb::make_tuple(ToStr(format.name), ToStr(format.description)));
  }
  return formats;
}

}  // namespace

void BindImport(StoreClass& store) {
  store.def("import_", Import, nb::arg("paths"), nb::arg("options") = nb::dict(), nb::arg("progress") = nb::none(),
            nb::arg("on_problem") = nb::none(),
            nb::sig("def import_(self, paths: str | os.PathLike[str] | collections.abc.Iterable[str | os.PathLike[str]]"
                    ", options: dict[str, typing.Any] = {}, "
                    "progress: collections.abc.Callable[[int, int | None], object] | None = None, "
                    "on_problem: collections.abc.Callable[[dict[str, typing.Any]], object] | None = None) "
                    "-> dict[str, typing.Any]"),
            "Imports files and folders; idempotent. options: format (None: detected), since_ms, until_ms, dry_run, "
            "max_errors, channel, utc_offset_minutes, batch_size, bulk, bulk_memory_bytes, bulk_packing. progress is "
            "told bytes read "
            "and bytes of all, "
            "on_problem every record that cannot be imported. What was written stays when it is stopped; "
            "with bulk that is no message.");
  store.def_static("import_formats", Formats, nb::sig("def import_formats() -> list[tuple[str, str]]"),
                   "The formats that import_ knows: name and description of each.");
}

}  // namespace rookery::python
