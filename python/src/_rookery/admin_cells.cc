// Store._cells, _add_cell, _move_to_cell and reopen_cell: groups of channels with engines of their own.
#include <string>
#include <utility>

#include "admin.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "option_reader.h"
#include "routing_option.h"

namespace rookery::python {
namespace {

CellOptions CellFrom(nb::handle dict) {
  OptionReader reader(dict, "");
  CellOptions cell;
  reader.Read("name", &cell.name);
  reader.Read("memory", &cell.memory);
  reader.Read("quota_bytes", &cell.quota_bytes);
  if (const nb::handle given = reader.Take("directory"); given.is_valid()) {
    cell.directory = PathArgument(given, "directory").string();
  }
  if (const nb::handle given = reader.Take("prefixes"); given.is_valid()) {
    for (const nb::handle prefix : given) cell.prefixes.emplace_back(TextArgument(prefix, "prefix"));
  }
  if (const nb::handle given = reader.Take("routing"); given.is_valid()) cell.routing = RoutingFrom(given);
  reader.Finish();
  return cell;
}

nb::dict CellDict(const CellInfo& cell) {
  nb::list prefixes;
  for (const std::string& prefix : cell.prefixes) prefixes.append(ToStr(prefix));
  nb::dict dict;
  dict["name"] = ToStr(cell.name);
  dict["directory"] = ToStr(cell.directory);
  dict["prefixes"] = prefixes;
  dict["state"] = ToStr(CellStateName(cell.state));
  dict["reason"] = ToStr(cell.reason);
  dict["placed"] = cell.placed;
  dict["quota_bytes"] = cell.quota_bytes;
  dict["disk_bytes"] = cell.disk_bytes;
  dict["shards"] = cell.shards;
  dict["strategy"] = ToStr(cell.strategy);
  return dict;
}

nb::list ReadCells(const StoreObject& self) {
  const auto cells = Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.Cells(); }));
  nb::list list;
  for (const CellInfo& cell : cells) list.append(CellDict(cell));
  return list;
}

void AddCell(const StoreObject& self, nb::handle options) {
  const CellOptions cell = CellFrom(options);
  Check(WithoutGil(*self.core, [&](rookery::Store& store) { return store.AddCell(cell); }));
}

nb::dict MoveToCell(const StoreObject& self, nb::handle channel, nb::handle cell, nb::handle progress) {
  const TextArgument channel_text(channel, "channel");
  const TextArgument cell_text(cell, "cell");
  LongCall call(*self.core, progress);
  std::uint64_t moved = 0;
  const CellMoveOptions options{.progress = [&](std::uint64_t rows) {
    moved = rows;
    return call.Look(rows, std::nullopt);
  }};
  const Result<CellMoveReport> report =
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.MoveToCell(channel_text, cell_text, options); });
  call.Check(report.status());
  call.Finish(moved, moved);
  nb::dict dict;
  dict["messages"] = report->messages;
  dict["records"] = report->records;
  dict["attachments"] = report->attachments;
  dict["moved"] = report->moved;
  return dict;
}

void ReopenCell(const StoreObject& self, nb::handle cell) {
  const TextArgument name(cell, "cell");
  Check(WithoutGil(*self.core, [&](rookery::Store& store) { return store.ReopenCell(name); }));
}

}  // namespace

void BindCells(StoreClass& store) {
  store.def("_cells", ReadCells, nb::sig("def _cells(self) -> list[dict[str, typing.Any]]"))
      .def("_add_cell", AddCell, nb::arg("options"), nb::sig("def _add_cell(self, options: dict[str, object]) -> None"))
      .def("_move_to_cell", MoveToCell, nb::arg("channel"), nb::arg("cell"), nb::arg("progress") = nb::none(),
           nb::sig("def _move_to_cell(self, channel: str | bytes, cell: str | bytes, "
                   "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                   "-> dict[str, typing.Any]"))
      .def("reopen_cell", ReopenCell, nb::arg("cell"), nb::sig("def reopen_cell(self, cell: str | bytes) -> None"),
           "Opens a cell that is quarantined. What it raises is why the cell stays so.");
}

}  // namespace rookery::python
