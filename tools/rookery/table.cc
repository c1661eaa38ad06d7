#include "table.h"

#include <algorithm>
#include <cctype>

#include "text.h"

namespace rookery::cli {
namespace {

constexpr std::size_t kGap = 2;  // spaces between columns

std::string Heading(std::string_view column) {
  std::string heading(column);
  for (char& letter : heading) {
    letter = letter == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return heading;
}

std::string Label(std::string_view name) {
  std::string label(name);
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

}  // namespace

Table::Table(Context& context, std::vector<std::string> columns, Rows rows)
    : context_(context),
      columns_(std::move(columns)),
      rows_per_block_(rows == Rows::kAtOnce ? 1 : kRowsPerBlock),
      right_(columns_.size(), true) {}

void Table::Row(std::vector<Value> cells) {
  if (context_.layout() == Layout::kJson) return WriteJson(cells);
  if (context_.layout() == Layout::kTabs) return WriteTabs(cells);
  std::vector<std::string> row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    row.push_back(cells[i].ForTerminal());
    if (!cells[i].is_number()) right_[i] = false;
  }
  block_.push_back(std::move(row));
  if (block_.size() == rows_per_block_) WriteBlock();
}

void Table::Finish() { WriteBlock(); }

void Table::WriteJson(const std::vector<Value>& cells) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i].AddTo(columns_[i], &object);
  context_.PrintJson(object);
}

void Table::WriteTabs(const std::vector<Value>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) context_.out() << (i == 0 ? "" : "\t") << cells[i].ForTabs();
  context_.out() << '\n';
}

void Table::WriteBlock() {
  if (block_.empty()) return;
  std::vector<std::string> header;
  for (const std::string& column : columns_) header.push_back(Heading(column));
  if (widths_.empty()) {
    for (const std::string& heading : header) widths_.push_back(heading.size());
  }
  for (const auto& row : block_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], DisplayWidth(row[i]));
  }
  if (!header_written_) WriteLine(header, true);
  header_written_ = true;
  for (const auto& row : block_) WriteLine(row, false);
  block_.clear();
}

void Table::WriteLine(const std::vector<std::string>& cells, bool header) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths_[i] - DisplayWidth(cells[i]), ' ');
    const bool last = i + 1 == cells.size();
    if (right_[i]) line += padding + cells[i];
    if (!right_[i]) line += cells[i] + (last ? std::string() : padding);
    if (!last) line.append(kGap, ' ');
  }
  context_.out() << (header ? context_.Painted(Paint::kDim, line) : line) << '\n';
}

Document::Document(Context& context, std::string_view schema) : context_(context) { json_["schema"] = schema; }

Document& Document::Add(std::string_view name, Value value) {
  value.AddTo(name, &json_);
  lines_.emplace_back(name, std::move(value));
  return *this;
}

Document& Document::AddJson(std::string_view name, nlohmann::ordered_json value) {
  json_[std::string(name)] = std::move(value);
  return *this;
}

void Document::Print() {
  if (context_.layout() == Layout::kJson) return context_.PrintJson(json_);
  if (context_.layout() == Layout::kTerminal) return PrintTerminal();
  for (const auto& [name, value] : lines_) context_.out() << name << '\t' << value.ForTabs() << '\n';
}

void Document::PrintTerminal() {
  std::size_t width = 0;
  for (const auto& [name, value] : lines_) width = std::max(width, name.size());
  for (const auto& [name, value] : lines_) {
    const std::string padding(width - name.size() + kGap, ' ');
    context_.out() << context_.Painted(Paint::kDim, Label(name)) << padding << value.ForTerminal() << '\n';
  }
}

}  // namespace rookery::cli
