// version: of the command and of the library that it runs with.
#include "rookery/version.h"

#include "commands.h"
#include "table.h"

namespace rookery::cli {
namespace {

class VersionCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "version", .summary = "Show the version", .examples = {"rookery version", "rookery version --json"}};
  }

  void Define(CLI::App&) override {}

  Result<ExitCode> Run(Context& context) override {
    if (context.layout() == Layout::kJson) {
      Document(context, "rookery.version.v1")
          .Add("version", Value::Text(ROOKERY_VERSION_STRING))
          .Add("library", Value::Text(LibraryVersion()))
          .Print();
    } else {
      context.out() << "rookery " << ROOKERY_VERSION_STRING << '\n';
    }
    return ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> MakeVersionCommand() { return std::make_unique<VersionCommand>(); }

}  // namespace rookery::cli
