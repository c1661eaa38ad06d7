#include "cells/cell_loads.h"

#include <algorithm>
#include <map>
#include <utility>

namespace rookery::cells {

template <typename Call>
auto CellLoads::Run(const Part& part, Call&& call) const -> std::invoke_result_t<Call, store::bulk::BulkLoad&> {
  return part.cell->RunIn(part.impl.get(), Access::kWrite, [&](const ImplPointer&) {
    return call(static_cast<store::bulk::BulkLoad&>(*part.slot->work));
  });
}

Result<std::unique_ptr<CellLoads>> CellLoads::Start(std::shared_ptr<CellSet> cells, const BulkOptions& options) {
  const CellPointer& main = cells->main();
  std::unique_ptr<CellLoads> loads(new CellLoads(std::move(cells), options));
  RK_TRY(loads->Begin(main));
  return loads;
}

Status CellLoads::Begin(const CellPointer& cell) {
  return cell->Run(Access::kWrite, [&](const ImplPointer& impl) -> Status {
    RK_ASSIGN_OR_RETURN(auto load, store::bulk::BulkLoad::Start(impl.get(), options_));
    parts_.push_back({cell, impl, impl->Hold(std::move(load))});
    return {};
  });
}

Result<CellLoads::Part*> CellLoads::PartOf(const CellPointer& cell) {
  const auto known = std::find_if(parts_.begin(), parts_.end(), [&](const Part& part) { return part.cell == cell; });
  if (known != parts_.end()) return &*known;
  RK_TRY(Begin(cell));
  return &parts_.back();
}

Status CellLoads::Add(std::span<const NewMessage> messages, const BulkMessageOptions& options) {
  if (cells_->only_main()) {
    return Run(parts_.front(), [&](store::bulk::BulkLoad& load) { return load.Add(messages, options); });
  }
  std::map<CellIndex, std::vector<NewMessage>> by_cell;
  // Once a cell has a load, its channels stay there until that has ended; but one may have left just before.
  std::shared_ptr<const CellRules> rules;
  while (rules != cells_->rules()) {
    rules = cells_->rules();
    by_cell.clear();
    for (const NewMessage& message : messages) by_cell[rules->Find(message.channel)].push_back(message);
    for (const auto& [index, part_of_messages] : by_cell) RK_TRY(PartOf(cells_->At(index)).status());
  }
  // All or none: what can be wrong with a message is asked of all cells before one takes any.
  for (const auto& [index, part_of_messages] : by_cell) {
    RK_ASSIGN_OR_RETURN(Part* const part, PartOf(cells_->At(index)));
    RK_TRY(Run(*part, [&mine = part_of_messages](store::bulk::BulkLoad& load) { return load.Check(mine); }));
  }
  bool taken = false;
  for (const auto& [index, part_of_messages] : by_cell) {
    RK_ASSIGN_OR_RETURN(Part* const part, PartOf(cells_->At(index)));
    Status added =
        Run(*part, [&, &mine = part_of_messages](store::bulk::BulkLoad& load) { return load.Add(mine, options); });
    if (added.ok()) {
      taken = true;
      continue;
    }
    if (!taken) return added;
    return {StatusCode::kInterrupted,
            "a part of the messages was taken and the rest was not, so that the load has ended; "
            "nothing of it was stored: " +
                added.ToString()};
  }
  return {};
}

Result<BulkReport> CellLoads::Finish() {
  BulkReport sum;
  for (const Part& part : parts_) {
    Result<BulkReport> report = Run(part, [](store::bulk::BulkLoad& load) { return load.Finish(); });
    part.impl->Release(part.slot);
    if (!report) {
      Cancel();
      return report.error();
    }
    sum.posted += report->posted;
    sum.existed += report->existed;
    sum.renamed += report->renamed;
    sum.refused += report->refused;
  }
  parts_.clear();
  return sum;
}

void CellLoads::Cancel() {
  for (const Part& part : parts_) part.impl->Release(part.slot);
  parts_.clear();
}

}  // namespace rookery::cells
