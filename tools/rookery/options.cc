#include "options.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include "parse.h"
#include "shield.h"
#include "suggest.h"

namespace rookery::cli {
namespace {

CLI::Option* AddCallback(CLI::App& app, const OptionText& text, TakeValue take, bool first_only) {
  const std::string name(text.name);
  const auto callback = [name, take = std::move(take), first_only](const CLI::results_t& values) {
    for (const std::string& value : values) {
      const Status status = take(Unshield(value));
      if (!status.ok()) throw CLI::ValidationError(name, std::string(status.message()));
      if (first_only) break;
    }
    return true;
  };
  return app.add_option(name, callback, std::string(text.description))->type_name(std::string(text.value));
}

}  // namespace

CLI::Option* AddOption(CLI::App& app, const OptionText& text, TakeValue take) {
  return AddCallback(app, text, std::move(take), true)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* AddRepeated(CLI::App& app, const OptionText& text, TakeValue take) {
  CLI::Option* option = AddCallback(app, text, std::move(take), false);
  option->expected(1, CLI::detail::expected_max_vector_size);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  const bool positional = !text.name.starts_with('-');
  return option->allow_extra_args(positional);
}

CLI::Validator OneOf(const std::vector<std::string>& choices) {
  const auto check = [choices](const std::string& shielded) -> std::string {
    const std::string value = Unshield(shielded);
    std::string all;
    for (const std::string& choice : choices) {
      if (value == choice) return {};
      all += (all.empty() ? "" : ", ") + choice;
    }
    return "\"" + value + "\" is not one of " + all + DidYouMean(value, choices);
  };
  std::string description;
  for (const std::string& choice : choices) description += (description.empty() ? "{" : ",") + choice;
  return CLI::Validator(check, description + "}");
}

CLI::Option* AddStore(CLI::App& app, std::string* path) {
  return AddText(app, {"STORE", "DIRECTORY", "the store's directory"}, path)->required();
}

CLI::Option* AddChannel(CLI::App& app, std::string* channel) {
  return AddText(app, {"CHANNEL", "NAME", "the channel's name"}, channel)->required();
}

CLI::Option* AddSync(CLI::App& app, std::optional<Durability>* durability) {
  return app.add_flag_callback(
      "--sync", [durability] { *durability = Durability::kSync; }, "return when it is on disk");
}

void AddTimeRange(CLI::App& app, TimeRange* range) {
  AddParsed(app,
            {"--since", "TIME",
             "only messages created at or after TIME: 2026-01-31, 2026-01-31T23:59:59Z, 2h, 3d, yesterday"},
            &range->since, ParseMomentNow);
  AddParsed(app, {"--until", "TIME", "only messages created before TIME"}, &range->until, ParseMomentNow);
}

void AddGlobalOptions(CLI::App& app, GlobalOptions* options) {
  const std::string group(kGlobalGroup);
  app.set_help_flag("-h,--help", "this help")->group(group);
  app.add_flag("--json", options->json, "JSON on stdout, errors as JSON on stderr")->group(group);
  app.add_flag("-q,--quiet", options->quiet, "no notes and no progress on stderr")->group(group);
  app.add_flag("--verbose", options->verbose, "the store's log on stderr")->group(group);
  AddParsed(app, {"--memory", "SIZE", "memory that an open store may take: 64MiB, 2GiB"}, &options->memory, ParseSize)
      ->group(group);
  AddChoice(app, {"--recovery", "HOW", "a store that has lost something: strict and tail refuse, salvage goes on"},
            {"strict", "tail", "salvage"}, &options->recovery)
      ->group(group);
  AddParsed(app, {"--max-view-age", "DURATION", "of what is read while another process writes: 0, 5s, 10m; else fail"},
            &options->max_age, ParseMaxAge)
      ->group(group);
  AddParsedList(
      app, {"--key-file", "FILE", "the key of an encrypted store; several: the newest first; default $ROOKERY_KEY"},
      &options->keys, [](const std::string& path) { return EncryptionKey::FromFile(path); })
      ->group(group);
  AddChoice(app, {"--color", "WHEN", "colours, and with always the layout of a terminal"}, {"auto", "always", "never"},
            &options->color)
      ->group(group);
  AddChoice(app, {"--progress", "HOW", "progress on stderr; auto: a line if it is a terminal"},
            {"auto", "json", "none", "plain"}, &options->progress)
      ->group(group);
}

}  // namespace rookery::cli
