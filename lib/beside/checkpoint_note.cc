#include "beside/checkpoint_note.h"

#include <charconv>
#include <chrono>
#include <cstdint>

#include "assembly/checked_lines.h"
#include "backup/manifest.h"

namespace rookery::beside {
namespace {

constexpr std::string_view kTitle = "rookery checkpoint";
// Before the name of a cell.
constexpr std::string_view kPosition = "position.";
constexpr std::string_view kLeftOut = "left_out.";

/// In one line.
std::string LineOf(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

}  // namespace

std::string EncodeNote(const CheckpointNote& note) {
  std::string text = std::string(kTitle) + "\nstore " + note.store_id + "\nboot " + note.boot + "\nat_ms " +
                     std::to_string(note.at.time_since_epoch().count()) + "\n";
  for (const auto& [cell, position] : note.positions) {
    text.append(kPosition).append(cell).append(" ").append(std::to_string(position)).append("\n");
  }
  for (const auto& [cell, why] : note.left_out) {
    text.append(kLeftOut).append(cell).append(" ").append(LineOf(why)).append("\n");
  }
  return assembly::WithChecksum(std::move(text));
}

std::optional<CheckpointNote> DecodeNote(std::string_view text) {
  const auto lines = assembly::ParseCheckedLines(text, kTitle);
  std::int64_t at = 0;
  if (!lines || !lines->whole || !lines->Read("at_ms", &at)) return std::nullopt;
  CheckpointNote note{.store_id = lines->Read("store"),
                      .boot = lines->Read("boot"),
                      .at = Timestamp{std::chrono::milliseconds{at}},
                      .positions = {},
                      .left_out = {}};
  for (const auto& [name, value] : lines->fields) {
    if (name.starts_with(kLeftOut)) note.left_out.emplace(name.substr(kLeftOut.size()), value);
    if (!name.starts_with(kPosition)) continue;
    if (!lines->Read(name, &note.positions[name.substr(kPosition.size())])) return std::nullopt;
  }
  if (!note.positions.contains(std::string(backup::kMainCell))) return std::nullopt;
  return note;
}

}  // namespace rookery::beside
