// The rows of the main cell's catalog that say which cells there are and which channels are where no prefix puts them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/cell_rows.h"
#include "rookery/status.h"
#include "store/store_impl.h"

namespace rookery::cells {

/// Thread-safe; stateless beside the store, which must outlive it.
class CellCatalog {
 public:
  /// A channel that has its own place, and the name of its cell.
  using Placed = std::pair<std::string, std::string>;

  explicit CellCatalog(store::StoreImpl* main) : main_(*main) {}

  /// By name. kCorruption: one of them cannot be decoded.
  Result<std::vector<codec::CellRow>> ReadCells() const;
  Result<std::vector<Placed>> ReadPlaced() const;
  /// What moves left of channels in cells where they are not at home.
  Result<std::vector<Placed>> ReadRemains() const;

  // Each is written at once, and on disk before it returns.
  Status AddCell(const codec::CellRow& cell, const std::vector<Placed>& placed);
  /// The channel is about to have rows there.
  Status BeginMove(std::string_view channel, std::string_view to);
  /// From now on it is there, and what `from` has of it are remains.
  Status EndMove(std::string_view channel, std::string_view from, std::string_view to);
  Status ForgetRemains(std::string_view channel, std::string_view cell);

 private:
  using Fill = std::function<void(engine::Batch*, engine::KeyspaceId catalog)>;
  Status Write(const Fill& fill);

  store::StoreImpl& main_;
};

}  // namespace rookery::cells
