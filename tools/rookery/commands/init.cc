// init: makes a store.
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "routing_options.h"
#include "store_document.h"

namespace rookery::cli {
namespace {

class InitCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "init",
        .summary = "Create a store",
        .details =
            "The epoch is fixed when the store is created; rookery reshard changes the routing. Nothing that exists\n"
            "is touched: the directory must be missing or empty.",
        .examples = {"rookery init chat.rook --routing hash --shards 16",
                     "rookery init chat.rook --routing range --splits a,m,t",
                     "rookery init chat.rook --routing directory --weights 1,1,2 --assign general=2"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChoice(app, {"--routing", "STRATEGY", "how channels find their shard; default hash"},
              {"hash", "range", "directory"}, &routing_.strategy);
    AddParsed(app, {"--shards", "N", "how many shards; default 16"}, &routing_.shards, ParseSmallCount);
    DefineRange(app);
    DefineDirectory(app);
    AddParsed(app, {"--epoch", "TIME", "when message ids begin to count: unix, discord or a time; default 1990-01-01"},
              &epoch_, ParseEpoch);
    AddParsed(app, {"--worker", "N", "number of this store, 0 to 1023, if messages of several are ever merged"},
              &worker_, ParseSmallCount);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<Routing> routing = BuildRouting(routing_);
    if (!routing) return routing.error();
    StoreOptions options{.routing = *routing};
    if (epoch_) options.ids.epoch = *epoch_;
    options.ids.worker = worker_;
    Result<Store> store = CreateStore(context, store_, std::move(options));
    if (!store) return store.error();
    const Result<StoreInfo> info = store->Info();
    if (!info) return info.error();
    if (Status closed = store->Close(); !closed.ok()) return closed;
    PrintStoreInfo(context, "rookery.init.v1", *info);
    return ExitCode::kOk;
  }

 private:
  void DefineRange(CLI::App& app) {
    AddOption(app, {"--splits", "LIST", "range: the split points, sorted, between commas"},
              [this](const std::string& text) {
                routing_.splits = SplitAtCommas(text);
                return Status::Ok();
              });
    AddParsed(app, {"--splits-file", "FILE", "range: the split points, one a line"}, &routing_.splits, ReadSplits);
  }

  void DefineDirectory(CLI::App& app) {
    AddChoice(app, {"--placement", "POLICY", "directory: where an unseen channel goes; default least-loaded"},
              {"round-robin", "weighted", "least-loaded", "hash"}, &routing_.placement);
    AddParsed(app, {"--weights", "LIST", "directory: a weight for each shard, such as 1,1,2"}, &routing_.weights,
              ParseWeights);
    AddParsedList(app,
                  {"--assign", "CHANNEL=SHARD", "directory: puts a channel into a shard; may be given several times"},
                  &routing_.assignments, ParseAssignment);
  }

  std::string store_;
  RoutingOptions routing_;
  std::optional<Timestamp> epoch_;
  std::uint32_t worker_ = 0;
};

}  // namespace

std::unique_ptr<Command> MakeInitCommand() { return std::make_unique<InitCommand>(); }

}  // namespace rookery::cli
