// How commands declare their options: values arrive as typed (see shield.h), parsed strictly, the last of several wins.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/options.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "settings.h"

namespace rookery::cli {

/// `name`: "--limit" for an option, "CHANNEL" for a positional. `value`: what help calls the option's value.
struct OptionText {
  std::string_view name;
  std::string_view value;
  std::string_view description;
};

/// Takes one value, or says what is wrong with it.
using TakeValue = std::function<Status(std::string)>;
CLI::Option* AddOption(CLI::App& app, const OptionText& text, TakeValue take);
/// May be given several times; a positional takes all that follow.
CLI::Option* AddRepeated(CLI::App& app, const OptionText& text, TakeValue take);
/// Lets only these words pass. Help and completion find them in the option tree.
CLI::Validator OneOf(const std::vector<std::string>& choices);

template <typename Target>
CLI::Option* AddText(CLI::App& app, const OptionText& text, Target* target) {
  return AddOption(app, text, [target](const std::string& value) {
    *target = value;
    return Status::Ok();
  });
}

template <typename Target>
CLI::Option* AddChoice(CLI::App& app, const OptionText& text, const std::vector<std::string>& choices, Target* target) {
  return AddText(app, text, target)->check(OneOf(choices));
}

template <typename Target, typename Parse>
CLI::Option* AddParsed(CLI::App& app, const OptionText& text, Target* target, Parse parse) {
  return AddOption(app, text, [target, parse](const std::string& value) {
    auto parsed = parse(value);
    if (!parsed) return parsed.status();
    *target = *std::move(parsed);
    return Status::Ok();
  });
}

/// As AddParsed, for each value.
template <typename Item, typename Parse>
CLI::Option* AddParsedList(CLI::App& app, const OptionText& text, std::vector<Item>* target, Parse parse) {
  return AddRepeated(app, text, [target, parse](const std::string& value) {
    auto parsed = parse(value);
    if (!parsed) return parsed.status();
    target->push_back(*std::move(parsed));
    return Status::Ok();
  });
}

// --- What several commands have in common ------------------------------------------------------------------------

/// The first positional of nearly every command.
CLI::Option* AddStore(CLI::App& app, std::string* path);
CLI::Option* AddChannel(CLI::App& app, std::string* channel);

/// --sync, of commands that write.
CLI::Option* AddSync(CLI::App& app, std::optional<Durability>* durability);

struct TimeRange {
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
};
void AddTimeRange(CLI::App& app, TimeRange* range);

/// --json, --quiet, --color and the others that every command takes.
void AddGlobalOptions(CLI::App& app, GlobalOptions* options);
/// The group under which help shows them.
inline constexpr std::string_view kGlobalGroup = "Common options";

}  // namespace rookery::cli
