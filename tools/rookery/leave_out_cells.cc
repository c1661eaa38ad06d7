#include "leave_out_cells.h"

#include <fmt/format.h>

#include <CLI/Option.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "text.h"

namespace rookery::cli {
namespace {

constexpr const char* kOption = "--leave-out-cells";

bool IsExcluded(const CLI::Option& option) {
  const auto& excludes = option.get_excludes();
  return std::any_of(excludes.begin(), excludes.end(), [](const CLI::Option* other) { return other->count() > 0; });
}

}  // namespace

CLI::Option* LeaveOutCells::Define(CLI::App& app) {
  return app.add_flag(kOption, given_, "read what the other cells have when one is quarantined");
}

Status LeaveOutCells::Tell(Context& context, const Store& store) const {
  if (!given_) return Status::Ok();
  const Result<std::vector<CellInfo>> cells = store.Cells();
  if (!cells) return cells.error();
  for (const CellInfo& cell : *cells) {
    if (cell.state != CellState::kQuarantined) continue;
    context.Warn(fmt::format("cell {} is left out, as it is quarantined: {}", cell.name, TerminalText(cell.reason)),
                 {{"left_out", {{"cell", cell.name}, {"reason", cell.reason}}}});
  }
  return Status::Ok();
}

std::string HintToLeaveOutCells(const CLI::App& command, const Status& status) {
  if (status.code() != StatusCode::kUnavailable) return {};
  const CLI::Option* option = command.get_option_no_throw(kOption);
  if (option == nullptr || option->count() > 0 || IsExcluded(*option)) return {};
  std::string verb = command.get_name();
  if (const CLI::Option* action = command.get_option_no_throw("ACTION"); action != nullptr && action->count() > 0) {
    if (action->results().front() != "create") return {};  // `backup`, whose other actions read no store as a whole
    verb += " create";
  }
  return fmt::format("mend the cell; or read what the others have: rookery {} STORE {}", verb, kOption);
}

}  // namespace rookery::cli
