// repair: makes anew what the store derives from its messages.
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "progress.h"
#include "signals.h"
#include "table.h"

namespace rookery::cli {
namespace {

class RepairCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "repair",
            .summary = "Count anew what the store knows of its channels",
            .details =
                "Reads all messages and makes the bucket map from them: how many messages live where. Changes no\n"
                "message. What was wrong is counted; interrupted, it is done again when the store is opened.",
            .examples = {"rookery repair chat.rook", "rookery repair chat.rook --json"}};
  }

  void Define(CLI::App& app) override { AddStore(app, &store_); }

  Result<ExitCode> Run(Context& context) override {
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<RepairReport> report = Repair(context, *store);
    if (!report) return report.error();
    Document(context, "rookery.repair.v1")
        .Add("messages", Value::Count(report->messages))
        .Add("buckets", Value::Count(report->buckets))
        .Add("buckets_mended", Value::Count(report->buckets_mended))
        .Print();
    return ExitCode::kOk;
  }

 private:
  static Result<RepairReport> Repair(Context& context, Store& store) {
    const CatchInterrupts catch_interrupts;
    Progress progress(context, "repair", "rows");
    return store.Repair({.progress = [&progress](std::uint64_t done, std::uint64_t estimated_total) {
      return progress.Update({.items = done, .total_items = estimated_total});
    }});
  }

  std::string store_;
};

}  // namespace

std::unique_ptr<Command> MakeRepairCommand() { return std::make_unique<RepairCommand>(); }

}  // namespace rookery::cli
