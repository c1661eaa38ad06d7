// What can be read of a damaged store's catalog: how its channels are routed, and what a new store gets of it.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "codec/cell_rows.h"
#include "engine/engine.h"
#include "rookery/doctor.h"
#include "routing/router.h"

namespace rookery::assembly {

class SalvagedCatalog {
 public:
  /// Reads all of it past damage; what is missing is noted in the report.
  static Result<SalvagedCatalog> Read(const engine::Engine& engine, const std::string& cell, SalvageReport* report);

  std::uint32_t shards() const { return shards_; }
  std::optional<std::chrono::milliseconds> bucket_width() const { return bucket_width_; }
  /// Where channels belong. Null: the shard map cannot be read, so nobody knows.
  const routing::Router* router() const { return router_.get(); }
  const std::vector<codec::CellRow>& cells() const { return cells_; }
  /// Whether moves have left rows of the channel in the cell, where it is not at home.
  bool IsRemains(const std::string& cell, const std::string& channel) const {
    return remains_.contains({cell, channel});
  }
  /// The rows that the catalog of the new store gets as they are: routing, retention rules, ids, places of channels.
  const std::map<std::string, std::string>& rows() const { return rows_; }

 private:
  void TakeRow(std::string_view key, std::string_view value);
  void MakeRouter(const engine::Engine& engine, const std::string& cell, SalvageReport* report);

  std::uint32_t shards_ = 0;
  std::optional<std::chrono::milliseconds> bucket_width_;
  std::unique_ptr<routing::Router> router_;
  std::vector<codec::CellRow> cells_;
  std::set<std::pair<std::string, std::string>> remains_;
  std::map<std::string, std::string> rows_;
};

}  // namespace rookery::assembly
