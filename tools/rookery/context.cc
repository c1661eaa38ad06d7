#include "context.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace rookery::cli {
namespace {

std::string_view ColorCode(Paint paint) {
  switch (paint) {
    case Paint::kDim:
      return "2";
    case Paint::kBold:
      return "1";
    case Paint::kAuthor:
      return "1;36";
    case Paint::kBar:
      return "36";
    case Paint::kError:
      return "1;31";
    case Paint::kHint:
      return "33";
  }
  return "0";
}

}  // namespace

std::string Colored(Paint paint, std::string_view text) {
  return fmt::format("\x1b[{}m{}\x1b[0m", ColorCode(paint), text);
}

std::string JsonLine(const nlohmann::ordered_json& object) {
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void Context::PrintJson(const nlohmann::ordered_json& object) { out_ << JsonLine(object) << '\n'; }

std::string Context::Painted(Paint paint, std::string_view text) const {
  return settings_.color_out ? Colored(paint, text) : std::string(text);
}

void Context::Note(std::string_view line) {
  if (settings_.quiet || settings_.json) return;
  error_ << line << '\n' << std::flush;
}

void Context::Warn(std::string_view line, const nlohmann::ordered_json& object) {
  if (settings_.json) {
    error_ << JsonLine(object) << '\n' << std::flush;
  } else {
    error_ << line << '\n' << std::flush;
  }
}

}  // namespace rookery::cli
