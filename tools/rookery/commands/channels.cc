// channels: all channels, and how many messages each holds.
#include <algorithm>

#include "commands.h"
#include "leave_out_cells.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "table.h"

namespace rookery::cli {
namespace {

constexpr std::size_t kChannelsPerPage = 1000;

class ChannelsCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "channels",
        .summary = "List the channels that hold something",
        .details = "With the number of their messages, in the order of their names' bytes.",
        .examples = {"rookery channels chat.rook", "rookery channels chat.rook --prefix guild/ --limit 100 --json"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddText(app, {"--prefix", "TEXT", "only names that begin with it"}, &prefix_);
    AddParsed(app, {"--limit", "N", "at most so many; default all"}, &limit_, ParsePositive);
    AddText(app, {"--after", "NAME", "only names after this one"}, &after_);
    leave_out_cells_.Define(app);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    Table table(context, {"channel", "messages", "bytes"});
    const Status printed = PrintPages(*store, table);
    table.Finish();
    if (!printed.ok()) return printed;
    if (Status told = leave_out_cells_.Tell(context, *store); !told.ok()) return told;
    return ExitCode::kOk;
  }

 private:
  Status PrintPages(const Store& store, Table& table) {
    for (std::uint64_t left = limit_; left > 0;) {
      const Result<ChannelPage> page = store.Channels({.prefix = prefix_,
                                                       .after = after_,
                                                       .limit = std::min<std::uint64_t>(left, kChannelsPerPage),
                                                       .missing_cells = leave_out_cells_.missing_cells()});
      if (!page) return page.error();
      for (const std::string& channel : page->channels) {
        const Result<ChannelSize> size = store.SizeOf(channel);
        if (!size) return size.error();
        table.Row({Value::Text(channel), Value::Count(size->messages), Value::Size(size->bytes)});
      }
      if (!page->has_more || page->channels.empty()) break;
      left -= page->channels.size();
      after_ = page->channels.back();
    }
    return Status::Ok();
  }

  std::string store_;
  std::string prefix_;
  std::string after_;
  std::uint64_t limit_ = UINT64_MAX;
  LeaveOutCells leave_out_cells_;
};

}  // namespace

std::unique_ptr<Command> MakeChannelsCommand() { return std::make_unique<ChannelsCommand>(); }

}  // namespace rookery::cli
