// help: all commands, or one. With --json the whole command line as data, for front ends and tests.
#include "help.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands.h"
#include "options.h"
#include "suggest.h"
#include "text.h"

namespace rookery::cli {
namespace {

class HelpCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "help",
            .summary = "Show all commands, or one in full",
            .examples = {"rookery help", "rookery help import"}};
  }

  void Define(CLI::App& app) override { AddText(app, {"COMMAND", "NAME", "the command to explain"}, &command_); }

  Result<ExitCode> Run(Context& context) override {
    if (command_.empty() && context.layout() != Layout::kJson) {
      context.out() << Overview(context.root());
      return ExitCode::kOk;
    }
    const auto commands = MakeCommands();
    nlohmann::ordered_json json{{"schema", "rookery.help.v1"}, {"commands", nlohmann::ordered_json::array()}};
    std::vector<std::string> names;
    for (const CommandInfo& info : DescribeCommands(context.root())) {
      names.push_back(info.name);
      if (!command_.empty() && info.name != command_) continue;
      const CommandText text = TextOf(commands, info.name);
      json["commands"].push_back(HelpToJson(info, text));
      if (context.layout() != Layout::kJson) context.out() << CommandHelp(info, text);
    }
    if (json["commands"].empty()) return Unknown(names);
    if (context.layout() == Layout::kJson) context.PrintJson(json);
    return ExitCode::kOk;
  }

 private:
  static CommandText TextOf(const std::vector<std::unique_ptr<Command>>& commands, const std::string& name) {
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const auto& command) { return command->Text().name == name; });
    return found == commands.end() ? CommandText{} : (*found)->Text();
  }

  Status Unknown(const std::vector<std::string>& names) const {
    return {StatusCode::kInvalidArgument,
            fmt::format("unknown command \"{}\"{}", TerminalText(command_), DidYouMean(command_, names))};
  }

  std::string command_;
};

}  // namespace

std::unique_ptr<Command> MakeHelpCommand() { return std::make_unique<HelpCommand>(); }

}  // namespace rookery::cli
