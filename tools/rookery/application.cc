#include "application.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "failure.h"
#include "help.h"
#include "leave_out_cells.h"
#include "options.h"
#include "shield.h"
#include "usage_error.h"

namespace rookery::cli {
namespace {

FailureStyle StyleOf(const Settings& settings) { return {.json = settings.json, .color = settings.color_error}; }

/// For a line that did not parse: whether its error is to be JSON.
bool AsksForJson(const std::vector<std::string>& arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  return std::find(arguments.begin(), end, "--json") != end;
}

}  // namespace

Application::Application(std::ostream& out, std::ostream& error)
    : out_(out), error_(error), commands_(MakeCommands()), root_("", "rookery") {
  root_.require_subcommand(0, 1);
  AddGlobalOptions(root_, &options_);
  root_.add_flag("--version", version_, "the version, as `rookery version`");
  for (const auto& command : commands_) {
    const CommandText text = command->Text();
    CLI::App* app = root_.add_subcommand(std::string(text.name), std::string(text.summary));
    command->Define(*app);
    AddGlobalOptions(*app, &options_);
  }
}

int Application::Run(const std::vector<std::string>& arguments) {
  if (const auto exit_code = Parse(arguments)) return *exit_code;
  if (Command* command = Chosen()) return RunCommand(*command);
  if (!options_.json) error_ << Overview(root_);
  return FailUsage({StatusCode::kInvalidArgument, "no command is given"});
}

std::optional<int> Application::Parse(const std::vector<std::string>& arguments) {
  std::vector<std::string> shielded = Shield(arguments);
  std::reverse(shielded.begin(), shielded.end());  // the order that CLI11 wants
  try {
    root_.parse(std::move(shielded));
  } catch (const CLI::CallForHelp&) {
    return ShowHelp();
  } catch (const CLI::ParseError& error) {
    options_.json = AsksForJson(arguments);
    return FailUsage(ExplainUsage(root_, error));
  }
  return std::nullopt;
}

int Application::ShowHelp() {
  const CLI::App* app = ChosenCommand(root_);
  if (app == nullptr) {
    out_ << Overview(root_);
  } else {
    out_ << CommandHelp(DescribeCommand(*app), Chosen()->Text());
  }
  out_.flush();
  return static_cast<int>(ExitCode::kOk);
}

int Application::FailUsage(const Status& status) {
  const CLI::App* app = ChosenCommand(root_);
  const std::string hint = app == nullptr ? "see: rookery help" : HintFor(status, app->get_name());
  PrintFailure(error_, StyleOf(Resolve(options_, LookAround())), status, hint);
  return ExitCodeOf(status);
}

Command* Application::Chosen() {
  const CLI::App* app = ChosenCommand(root_);
  const std::string name = app != nullptr ? app->get_name() : version_ ? "version" : "";
  const auto chosen = std::find_if(commands_.begin(), commands_.end(),
                                   [&](const auto& command) { return command->Text().name == name; });
  return chosen == commands_.end() ? nullptr : chosen->get();
}

int Application::RunCommand(Command& command) {
  const Settings settings = Resolve(options_, LookAround());
  Context context(settings, root_, out_, error_);
  const Result<ExitCode> outcome = command.Run(context);
  out_.flush();
  Status status = outcome.status();
  if (status.ok() && !out_) status = {StatusCode::kIoError, "cannot write to standard output"};
  if (status.ok()) return static_cast<int>(*outcome);
  const CLI::App* app = ChosenCommand(root_);
  std::string hint = app == nullptr ? "" : HintToLeaveOutCells(*app, status);
  if (hint.empty()) hint = HintFor(status, command.Text().name);
  PrintFailure(error_, StyleOf(settings), status, hint);
  return ExitCodeOf(status);
}

}  // namespace rookery::cli
