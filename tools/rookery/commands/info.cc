// info: what a store is.
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "store_document.h"

namespace rookery::cli {
namespace {

class InfoCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "info",
            .summary = "Show what a store is: identity, format, routing",
            .examples = {"rookery info chat.rook", "rookery info chat.rook --json"}};
  }

  void Define(CLI::App& app) override { AddStore(app, &store_); }

  Result<ExitCode> Run(Context& context) override {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<StoreInfo> info = store->Info();
    if (!info) return info.error();
    PrintStoreInfo(context, "rookery.info.v1", *info);
    return ExitCode::kOk;
  }

 private:
  std::string store_;
};

}  // namespace

std::unique_ptr<Command> MakeInfoCommand() { return std::make_unique<InfoCommand>(); }

}  // namespace rookery::cli
