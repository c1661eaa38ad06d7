#include "reshard_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "progress.h"
#include "signals.h"
#include "table.h"

namespace rookery::cli {
namespace {

std::string Hex(const Fingerprint& print) { return fmt::format("{:016x}{:016x}", print.high, print.low); }

/// What there are several of: an array in JSON, a table on a terminal, in a pipe lines that begin with what they tell
/// of.
struct Rows {
  std::string_view of;
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> cells = {};
};

Rows ShardRows(const ReshardProof& proof) {
  Rows rows{.of = "shard", .columns = {"shard", "rows", "bytes", "fingerprint"}};
  std::uint64_t shard = 0;
  for (const Fingerprint& print : proof.shards) {
    rows.cells.push_back(
        {Value::Count(shard++), Value::Count(print.rows), Value::Size(print.bytes), Value::Text(Hex(print))});
  }
  return rows;
}

Rows MoveRows(const ReshardProof& proof) {
  Rows rows{.of = "move", .columns = {"from", "to", "rows", "fingerprint", "copy_rows", "copy_fingerprint", "equal"}};
  for (const ReshardComparison& move : proof.moves) {
    rows.cells.push_back({Value::Count(move.from.value), Value::Count(move.to.value), Value::Count(move.source.rows),
                          Value::Text(Hex(move.source)), Value::Count(move.copy.rows), Value::Text(Hex(move.copy)),
                          Value::Flag(move.source == move.copy)});
  }
  return rows;
}

nlohmann::ordered_json ToJson(const Rows& rows) {
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  for (const auto& cells : rows.cells) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i].AddTo(rows.columns[i], &object);
    array.push_back(std::move(object));
  }
  return array;
}

void Print(Context& context, Rows rows) {
  if (context.layout() == Layout::kTabs) {
    for (auto& cells : rows.cells) cells.insert(cells.begin(), Value::Text(rows.of));
    rows.columns.insert(rows.columns.begin(), std::string(rows.of));
  }
  Table table(context, rows.columns);
  for (auto& cells : rows.cells) table.Row(std::move(cells));
  table.Finish();
}

}  // namespace

Result<ReshardProof> ProveReshard(Context& context, const Store& store, std::string_view cell) {
  const CatchInterrupts catch_interrupts;
  Progress progress(context, "reshard", "rows");
  const auto tell = [&progress](std::uint64_t done, std::uint64_t estimated_total) {
    return progress.Update({.items = done, .total_items = estimated_total, .phase = "verify"});
  };
  Result<ReshardProof> proof = store.VerifyReshard(tell, cell);
  if (proof || proof.error().code() != StatusCode::kInterrupted) return proof;
  return Status(StatusCode::kInterrupted, "interrupted before everything was read; nothing was changed");
}

bool AllEqual(const ReshardProof& proof) {
  return proof.difference.empty() &&
         std::all_of(proof.moves.begin(), proof.moves.end(),
                     [](const ReshardComparison& move) { return move.source == move.copy; });
}

void PrintProof(Context& context, const ReshardProof& proof) {
  const Rows shards = ShardRows(proof);
  const Rows moves = MoveRows(proof);
  Document(context, "rookery.reshard_verify.v1")
      .Add("equal", Value::Flag(AllEqual(proof)))
      .Add("rows", Value::Count(proof.store.rows))
      .Add("bytes", Value::Size(proof.store.bytes))
      .Add("fingerprint", Value::Text(Hex(proof.store)))
      .Add("difference", proof.difference.empty() ? Value::None() : Value::Text(proof.difference))
      .AddJson("shards", ToJson(shards))
      .AddJson("moves", ToJson(moves))
      .Print();
  if (context.layout() == Layout::kJson) return;
  Print(context, shards);
  Print(context, moves);
}

}  // namespace rookery::cli
