// The two shapes of data on stdout: a table (JSON Lines, TSV, or aligned columns) and a document (one JSON object with
// its schema, name-tab-value lines, or aligned names and values).
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context.h"
#include "value.h"

namespace rookery::cli {

/// Rows of the same columns. TSV and JSON rows are written at once, so that a table of any length needs no memory; rows
/// for a terminal are aligned in blocks.
class Table {
 public:
  enum class Rows : std::uint8_t {
    kInBlocks,
    kAtOnce,  // each when it comes, for rows that come slowly; columns get wider when they have to
  };

  /// `columns`: as JSON names, such as "disk_bytes"; a terminal shows them in upper case with spaces.
  Table(Context& context, std::vector<std::string> columns, Rows rows = Rows::kInBlocks);

  /// REQUIRES: one cell per column.
  void Row(std::vector<Value> cells);
  /// REQUIRES: no more rows. Writes what is not written yet.
  void Finish();

 private:
  static constexpr std::size_t kRowsPerBlock = 1000;

  void WriteJson(const std::vector<Value>& cells);
  void WriteTabs(const std::vector<Value>& cells);
  void WriteBlock();
  void WriteLine(const std::vector<std::string>& cells, bool header);

  Context& context_;
  std::vector<std::string> columns_;
  const std::size_t rows_per_block_;
  std::vector<std::vector<std::string>> block_;  // rows for the terminal
  std::vector<std::size_t> widths_;
  std::vector<bool> right_;  // columns of numbers
  bool header_written_ = false;
};

/// One object: names and values, in order.
class Document {
 public:
  /// `schema`: such as "rookery.info.v1".
  Document(Context& context, std::string_view schema);

  Document& Add(std::string_view name, Value value);
  /// Only in JSON: what has no place in a line.
  Document& AddJson(std::string_view name, nlohmann::ordered_json value);
  void Print();

 private:
  void PrintTerminal();

  Context& context_;
  nlohmann::ordered_json json_;
  std::vector<std::pair<std::string, Value>> lines_;
};

}  // namespace rookery::cli
