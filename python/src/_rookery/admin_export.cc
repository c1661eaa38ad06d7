// Store.export_: the store, or a part of it, as JSON Lines in a file.
#include <filesystem>

#include "admin.h"
#include "admin/export.h"
#include "convert.h"
#include "errors.h"
#include "export_file.h"
#include "interrupt.h"
#include "option_reader.h"

namespace rookery::python {
namespace {

admin::ExportOptions OptionsFrom(nb::handle dict) {
  OptionReader reader(dict, "");
  admin::ExportOptions options;
  reader.Read("channel", &options.channel);
  reader.Read("prefix", &options.channel_prefix);
  reader.Read("since_ms", &options.since);
  reader.Read("until_ms", &options.until);
  reader.Read("messages", &options.messages);
  reader.Read("records", &options.records);
  if (const nb::handle given = reader.Take("missing_cells"); given.is_valid()) {
    options.missing_cells = MissingCellsArgument(given);
  }
  reader.Finish();
  if (options.channel && !options.channel_prefix.empty()) RaiseInvalid("give channel or prefix, not both");
  return options;
}

Status ExportTo(const rookery::Store& store, const std::filesystem::path& path, const admin::ExportOptions& options,
                admin::ExportReport* report) {
  const Result<Snapshot> snapshot = store.TakeSnapshot();
  if (!snapshot) return snapshot.error();
  ExportFile file(path);
  if (Status opened = file.Open(); !opened.ok()) return opened;
  if (Status written = admin::Export(*snapshot, file.stream(), options, report); !written.ok()) return written;
  return file.Commit();
}

nb::dict ReportDict(const admin::ExportReport& report) {
  nb::dict dict;
  dict["channels"] = report.channels;
  dict["messages"] = report.messages;
  dict["records"] = report.records;
  dict["bytes"] = report.bytes;
  return dict;
}

nb::dict Export(const StoreObject& self, nb::handle path, nb::handle options, nb::handle progress) {
  LongCall call(*self.core, progress);
  const std::filesystem::path target = PathArgument(path, "path");
  admin::ExportOptions parsed = OptionsFrom(options);
  parsed.progress = [&call](std::uint64_t lines, std::uint64_t /*bytes*/) { return call.Look(lines, std::nullopt); };
  admin::ExportReport report;
  call.Check(WithoutGil(*self.core, [&](rookery::Store& store) { return ExportTo(store, target, parsed, &report); }));
  call.Finish(report.messages + report.records, report.messages + report.records);
  return ReportDict(report);
}

}  // namespace

void BindExport(StoreClass& store) {
  store.def("export_", Export, nb::arg("path"), nb::arg("options") = nb::dict(), nb::arg("progress") = nb::none(),
            nb::sig("def export_(self, path: str | os.PathLike[str], options: dict[str, typing.Any] = {}, "
                    "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                    "-> dict[str, typing.Any]"),
            "Writes one consistent state as JSON Lines; the file appears when it is complete. options: channel or "
            "prefix, since_ms, until_ms, messages, records, missing_cells. progress is told the lines written so far.");
}

}  // namespace rookery::python
