// completion: prints the script that teaches a shell the commands and options.
#include "completion/completion.h"

#include "commands.h"
#include "options.h"
#include "table.h"

namespace rookery::cli {
namespace {

class CompletionCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "completion",
            .summary = "Print a completion script for a shell",
            .details =
                "bash: . <(rookery completion bash)      or into /etc/bash_completion.d/rookery\n"
                "zsh:  rookery completion zsh > _rookery in a directory of $fpath\n"
                "fish: rookery completion fish > ~/.config/fish/completions/rookery.fish",
            .examples = {"rookery completion bash", "rookery completion fish"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"SHELL", "NAME", "the shell"}, {"bash", "zsh", "fish"}, &shell_)->required();
  }

  Result<ExitCode> Run(Context& context) override {
    const std::string script = Script(CompletionTree(context.root()));
    if (context.layout() == Layout::kJson) {
      Document(context, "rookery.completion.v1")
          .Add("shell", Value::Text(shell_))
          .Add("script", Value::Text(script))
          .Print();
    } else {
      context.out() << script;
    }
    return ExitCode::kOk;
  }

 private:
  std::string Script(const Completions& tree) const {
    if (shell_ == "zsh") return ZshCompletion(tree);
    if (shell_ == "fish") return FishCompletion(tree);
    return BashCompletion(tree);
  }

  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> MakeCompletionCommand() { return std::make_unique<CompletionCommand>(); }

}  // namespace rookery::cli
