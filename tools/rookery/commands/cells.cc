// cells: shows the cells of a store, adds one, moves channels between them and opens one again.
#include "rookery/cells.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "action_options.h"
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "progress.h"
#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

Result<Routing> ParseHash(std::string_view text) {
  const auto shards = ParseSmallCount(text);
  if (!shards) return shards.error();
  return Routing{HashRouting{.shards = *shards}};
}

std::string Joined(const std::vector<std::string>& prefixes) {
  std::string text;
  for (const std::string& prefix : prefixes) text += (text.empty() ? "" : " ") + prefix;
  return text;
}

class CellsCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "cells",
            .summary = "Show the cells of a store, add one, and move channels between them",
            .details =
                "A cell has an engine, a directory and memory of its own, and the channels with its prefixes.\n"
                "list shows all cells; one that is quarantined says why, and its channels can be neither read\n"
                "nor written until that is mended and it is reopened. Columns in a pipe: name, state, channels\n"
                "that are there by no prefix, shards, disk_bytes, quota_bytes, prefixes, directory, reason.\n"
                "add makes a cell; channels that exist stay where they are. move takes one channel, or with\n"
                "--prefix all whose names begin with it, to the cell NAME, one after the other; stopped before\n"
                "its end, the same command goes on. reopen looks whether a cell can be opened again, and says\n"
                "why not.",
            .examples = {"rookery cells list chat.rook --json",
                         "rookery cells add chat.rook dm --prefix dm/ --directory /disk2/dm --quota 200GiB",
                         "rookery cells move chat.rook big --channel guild/7/general",
                         "rookery cells reopen chat.rook dm"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"ACTION", "NAME", "what to do"}, {"list", "add", "move", "reopen"}, &action_)->required();
    AddStore(app, &store_);
    AddText(app, {"CELL", "NAME", "add, move, reopen: the cell"}, &name_);
    const auto only = [this](std::initializer_list<std::string_view> actions, CLI::Option* option) {
      by_action_.Only(actions, option);
    };
    only({"add", "move"},
         AddRepeated(app, {"--prefix", "TEXT", "the channels whose names begin with it"}, [this](std::string prefix) {
           prefixes_.push_back(std::move(prefix));
           return Status::Ok();
         }));
    only({"move"}, AddText(app, {"--channel", "NAME", "move: this channel"}, &channel_));
    only({"add"}, AddText(app, {"--directory", "PATH", "add: where the cell keeps its files; default cells/NAME"},
                          &options_.directory));
    only({"add"},
         AddParsed(app, {"--shards", "N", "add: so many shards, by hash; default 16"}, &options_.routing, ParseHash));
    only({"add"}, AddParsed(app, {"--cell-memory", "SIZE", "add: what the cell may take; default 64MiB"},
                            &options_.memory, ParseSize));
    only({"add"}, AddParsed(app, {"--quota", "SIZE", "add: above so much on disk it takes no writes; default no limit"},
                            &options_.quota_bytes, ParseSize));
  }

  Result<ExitCode> Run(Context& context) override {
    if (Status fits = by_action_.Check(action_); !fits.ok()) return fits;
    if (action_ == "list") return name_ ? Wrong("list takes no cell") : List(context);
    if (!name_) return Wrong(fmt::format("{} needs the name of a cell", action_));
    if (action_ == "add") return Add(context);
    return action_ == "move" ? Move(context) : Reopen(context);
  }

 private:
  static Status Wrong(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }

  static Result<ExitCode> Print(Context& context, const Store& store) {
    const Result<std::vector<CellInfo>> cells = store.Cells();
    if (!cells) return cells.error();
    Table table(context, {"name", "state", "channels", "shards", "disk_bytes", "quota_bytes", "prefixes", "directory",
                          "reason"});
    for (const CellInfo& cell : *cells) {
      const bool known = cell.state != CellState::kQuarantined;
      table.Row(
          {Value::Text(cell.name), Value::Text(CellStateName(cell.state)), Value::Count(cell.placed),
           known ? Value::Count(cell.shards) : Value::None(), known ? Value::Size(cell.disk_bytes) : Value::None(),
           cell.quota_bytes != 0 ? Value::Size(cell.quota_bytes) : Value::None(), Value::Text(Joined(cell.prefixes)),
           Value::Text(cell.directory), cell.reason.empty() ? Value::None() : Value::Text(cell.reason)});
    }
    table.Finish();
    return ExitCode::kOk;
  }

  Result<ExitCode> List(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    return Print(context, *store);
  }

  Result<ExitCode> Add(Context& context) {
    options_.name = *name_;
    options_.prefixes = prefixes_;
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    if (Status added = store->AddCell(options_); !added.ok()) return added;
    Result<ExitCode> printed = Print(context, *store);
    if (Status closed = store->Close(); !closed.ok()) return closed;
    return printed;
  }

  Result<ExitCode> Reopen(Context& context) const {
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    if (Status reopened = store->ReopenCell(*name_); !reopened.ok()) return reopened;
    Result<ExitCode> printed = Print(context, *store);
    if (Status closed = store->Close(); !closed.ok()) return closed;
    return printed;
  }

  /// The channels to be moved.
  Result<std::vector<std::string>> Wanted(const Store& store) const {
    if (channel_.has_value() == !prefixes_.empty()) return Wrong("move needs either --channel or --prefix");
    if (channel_) return std::vector<std::string>{*channel_};
    std::vector<std::string> wanted;
    for (const std::string& prefix : prefixes_) {
      std::string after;
      for (bool more = true; more;) {
        Result<ChannelPage> page = store.Channels({.prefix = prefix, .after = after});
        if (!page) return page.error();
        more = page->has_more;
        if (more) after = page->channels.back();
        wanted.insert(wanted.end(), page->channels.begin(), page->channels.end());
      }
    }
    return wanted;
  }

  Result<ExitCode> Move(Context& context) const {
    const CatchInterrupts catch_interrupts;
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<std::vector<std::string>> wanted = Wanted(*store);
    if (!wanted) return wanted.error();
    Progress progress(context, "move", "rows");
    std::uint64_t before = 0;
    std::uint64_t last = 0;
    const CellMoveOptions options{.progress = [&](std::uint64_t rows) {
      last = rows;
      return progress.Update({.items = before + rows});
    }};
    CellMoveReport sum;
    std::uint64_t moved = 0;
    for (const std::string& channel : *wanted) {
      const Result<CellMoveReport> report = store->MoveToCell(channel, *name_, options);
      if (!report) return report.error();
      before += std::exchange(last, 0);
      moved += report->moved ? 1 : 0;
      sum.messages += report->messages;
      sum.records += report->records;
      sum.attachments += report->attachments;
    }
    if (Status closed = store->Close(); !closed.ok()) return closed;
    Document(context, "rookery.cells_move.v1")
        .Add("cell", Value::Text(*name_))
        .Add("channels", Value::Count(moved))
        .Add("messages", Value::Count(sum.messages))
        .Add("records", Value::Count(sum.records))
        .Add("attachments", Value::Count(sum.attachments))
        .Print();
    return ExitCode::kOk;
  }

  ActionOptions by_action_;
  std::string action_;
  std::string store_;
  std::optional<std::string> name_;
  std::optional<std::string> channel_;
  std::vector<std::string> prefixes_;
  CellOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeCellsCommand() { return std::make_unique<CellsCommand>(); }

}  // namespace rookery::cli
