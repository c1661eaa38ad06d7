#include "cells/cell_catalog.h"

#include <functional>
#include <memory>
#include <string_view>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"

namespace rookery::cells {
namespace {

Status Damaged(std::string_view row) {
  return {StatusCode::kCorruption,
          "the catalog's " + std::string(row) + " cannot be decoded; restore the store from a copy"};
}

/// Calls visit(the rest of the key, value) for each row whose key begins with `prefix`.
Status VisitRows(const store::Context& context, std::string_view prefix,
                 const std::function<Status(std::string_view, std::string_view)>& visit) {
  const std::string upper = codec::PrefixEnd(prefix);
  const auto cursor =
      context.engine->NewCursor(context.catalog, {.lower = prefix, .upper = upper, .access = engine::Access::kScan});
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
    RK_TRY(visit(cursor->key().substr(prefix.size()), cursor->value()));
  }
  return cursor->status();
}

}  // namespace

Result<std::vector<codec::CellRow>> CellCatalog::ReadCells() const {
  std::vector<codec::CellRow> cells;
  RK_TRY(VisitRows(main_.context(), codec::kCellPrefix, [&](std::string_view name, std::string_view value) -> Status {
    auto cell = codec::DecodeCell(name, value);
    if (!cell) return Damaged("row of cell " + base::Quoted(name));
    cells.push_back(*std::move(cell));
    return {};
  }));
  return cells;
}

Result<std::vector<CellCatalog::Placed>> CellCatalog::ReadPlaced() const {
  std::vector<Placed> placed;
  RK_TRY(VisitRows(main_.context(), codec::kCellChannelPrefix, [&](std::string_view channel, std::string_view cell) {
    placed.emplace_back(channel, cell);
    return Status();
  }));
  return placed;
}

Result<std::vector<CellCatalog::Placed>> CellCatalog::ReadRemains() const {
  std::vector<Placed> remains;
  RK_TRY(VisitRows(main_.context(), codec::kCellRemainsPrefix, [&](std::string_view key, std::string_view) -> Status {
    const std::size_t end = key.find('\0');
    if (end == std::string_view::npos) return Damaged("row of remains " + base::Quoted(key));
    remains.emplace_back(key.substr(end + 1), key.substr(0, end));
    return {};
  }));
  return remains;
}

Status CellCatalog::Write(const Fill& fill) {
  const auto scratch = main_.committer().NewScratch();
  fill(scratch->batch.get(), main_.context().catalog);
  return main_.committer().Commit(*scratch->batch, Durability::kSync);
}

Status CellCatalog::AddCell(const codec::CellRow& cell, const std::vector<Placed>& placed) {
  return Write([&](engine::Batch* batch, engine::KeyspaceId catalog) {
    batch->Put(catalog, codec::CellKey(cell.name), codec::EncodeCell(cell));
    for (const auto& [channel, name] : placed) batch->Put(catalog, codec::CellChannelKey(channel), name);
  });
}

Status CellCatalog::BeginMove(std::string_view channel, std::string_view to) {
  return Write([&](engine::Batch* batch, engine::KeyspaceId catalog) {
    batch->Put(catalog, codec::CellRemainsKey(to, channel), {});
  });
}

Status CellCatalog::EndMove(std::string_view channel, std::string_view from, std::string_view to) {
  return Write([&](engine::Batch* batch, engine::KeyspaceId catalog) {
    batch->Put(catalog, codec::CellChannelKey(channel), to);
    batch->Delete(catalog, codec::CellRemainsKey(to, channel));
    batch->Put(catalog, codec::CellRemainsKey(from, channel), {});
  });
}

Status CellCatalog::ForgetRemains(std::string_view channel, std::string_view cell) {
  return Write([&](engine::Batch* batch, engine::KeyspaceId catalog) {
    batch->Delete(catalog, codec::CellRemainsKey(cell, channel));
  });
}

}  // namespace rookery::cells
