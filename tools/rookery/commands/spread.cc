// spread: the messages of a giant channel over several shards, or in one again.
#include <string>

#include "commands.h"
#include "options.h"
#include "parse.h"
#include "reshard_apply.h"

namespace rookery::cli {
namespace {

class SpreadCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "spread",
        .summary = "Spread a giant channel over several shards",
        .details =
            "Of every bucket of the channel (10 days of messages, see rookery info) all messages are in one shard,\n"
            "and of so many buckets in a row each is in another one. Its records stay where they are. It is a\n"
            "change of the shards as rookery reshard apply makes it: see there for its phases, status, pause,\n"
            "resume and revert. Without --yes it shows what would move; columns as of rookery reshard plan.",
        .examples = {"rookery spread chat.rook general --shards 4",
                     "rookery spread chat.rook general --shards 4 --keep 7d --yes",
                     "rookery spread chat.rook general --shards 1 --yes"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    AddParsed(app, {"--shards", "N", "over so many shards; 1: in one again"}, &shards_, ParseSmallCount)->required();
    AddText(app, {"--cell", "NAME", "the cell that the channel is in; default the main cell"}, &cell_);
    apply_.Define(app, "", [](CLI::Option*) {});
  }

  Result<ExitCode> Run(Context& context) override {
    return apply_.Apply(context, store_, SpreadChannel{channel_, shards_}, cell_);
  }

 private:
  std::string store_;
  std::string channel_;
  std::string cell_;
  std::uint32_t shards_ = 0;
  ReshardApply apply_;
};

}  // namespace

std::unique_ptr<Command> MakeSpreadCommand() { return std::make_unique<SpreadCommand>(); }

}  // namespace rookery::cli
