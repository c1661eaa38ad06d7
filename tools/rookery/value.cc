#include "value.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "admin/message_json.h"
#include "text.h"

namespace rookery::cli {
namespace {

/// One lambda per type, for std::visit.
template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

void Value::AddTo(std::string_view name, nlohmann::ordered_json* object) const {
  const std::string key(name);
  std::visit(Overloaded{
                 [](std::monostate) {},
                 [&](const std::string& text) { admin::SetBytes(object, name, text); },
                 [&](std::uint64_t number) { (*object)[key] = number; },
                 [&](ByteSize size) { (*object)[key] = size.bytes; },
                 [&](Timestamp time) { (*object)[key] = admin::FormatTimestamp(time); },
                 [&](MessageId id) { (*object)[key] = std::to_string(id.value); },
                 [&](bool flag) { (*object)[key] = flag; },
                 [&](double seconds) { (*object)[key] = std::round(seconds * 1000) / 1000; },
                 [&](Part part) { (*object)[key] = std::round(part.share * 10000) / 10000; },
             },
             data_);
}

std::string Value::ForTabs() const {
  return std::visit(Overloaded{
                        [](std::monostate) { return std::string(); },
                        [](const std::string& text) { return TabText(text); },
                        [](std::uint64_t number) { return std::to_string(number); },
                        [](ByteSize size) { return std::to_string(size.bytes); },
                        [](Timestamp time) { return admin::FormatTimestamp(time); },
                        [](MessageId id) { return std::to_string(id.value); },
                        [](bool flag) { return std::string(flag ? "true" : "false"); },
                        [](double seconds) { return fmt::format("{:.3f}", seconds); },
                        [](Part part) { return fmt::format("{:.4f}", part.share); },
                    },
                    data_);
}

std::string Value::ForTerminal() const {
  return std::visit(Overloaded{
                        [](std::monostate) { return std::string(); },
                        [](const std::string& text) { return TerminalText(text); },
                        [](std::uint64_t number) { return GroupDigits(number); },
                        [](ByteSize size) { return HumanBytes(static_cast<double>(size.bytes)); },
                        [](Timestamp time) { return LocalTime(time); },
                        [](MessageId id) { return std::to_string(id.value); },
                        [](bool flag) { return std::string(flag ? "yes" : "no"); },
                        [](double seconds) { return fmt::format("{:.1f} s", seconds); },
                        [](Part part) { return fmt::format("{:.1f} %", part.share * 100); },
                    },
                    data_);
}

bool Value::is_number() const {
  return std::holds_alternative<std::uint64_t>(data_) || std::holds_alternative<ByteSize>(data_) ||
         std::holds_alternative<Part>(data_);
}

}  // namespace rookery::cli
