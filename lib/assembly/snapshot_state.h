// What a snapshot and a scan hold of a store.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include "assembly/held.h"
#include "cells/cell_set.h"
#include "rookery/reader.h"

namespace rookery {

struct Snapshot::State {
  /// What a cell had at that moment; null: it was quarantined.
  using Part = std::shared_ptr<assembly::Held>;

  explicit State(const cells::CellSet& set);

  /// Answers call(store, engine's snapshot) of the cell.
  template <typename Call>
  auto Read(cells::CellIndex index, Call&& call) const
      -> std::invoke_result_t<Call, const assembly::Held&, store::StoreImpl&> {
    if (parts[index.value] == nullptr) return Gone(index);
    const assembly::Held& part = *parts[index.value];
    return part.Read([&](store::StoreImpl& impl) { return call(part, impl); });
  }
  template <typename Call>
  auto Read(std::string_view channel, Call&& call) const {
    return Read(rules->Find(channel), call);
  }
  bool only_main() const { return parts.size() == 1; }
  bool closed() const { return parts.front()->impl->closed(); }
  Status Gone(cells::CellIndex index) const;
  /// OK, or which cell cannot be read.
  Status CheckAllThere() const;

  std::shared_ptr<const cells::CellRules> rules;  // where channels were
  std::vector<cells::CellPointer> cells;          // by CellIndex
  std::vector<Part> parts;                        // likewise
};

struct Scan::State {
  struct Part {
    cells::CellIndex index;
    std::unique_ptr<assembly::Held> held;
  };

  /// Hands on what is of the cell's own channels.
  Result<bool> ReadPart(const Part& part, ScanSink* sink) const;

  std::shared_ptr<const cells::CellRules> rules;  // null: there is only the main cell
  std::vector<Part> parts;
  std::size_t at = 0;  // the part that is read
};

}  // namespace rookery
