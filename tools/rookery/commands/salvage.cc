// salvage: copies what can be read of a damaged store into a new one.
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "progress.h"
#include "rookery/doctor.h"
#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

using Json = nlohmann::ordered_json;

Value IdOrNone(MessageId id) { return id.valid() ? Value::Id(id) : Value::None(); }
Value TextOrNone(const std::string& text) { return text.empty() ? Value::None() : Value::Text(text); }

std::string_view KindName(LostRun::Kind kind) {
  switch (kind) {
    case LostRun::Kind::kMessages:
      return "messages";
    case LostRun::Kind::kDeletions:
      return "deletions";
    case LostRun::Kind::kRecords:
      return "records";
  }
  return "rows";
}

/// A row of one of the report's lists: names and values, in order.
using Row = std::vector<std::pair<std::string_view, Value>>;

Row RowOf(const SalvagedShard& shard) {
  return {{"cell", Value::Text(shard.cell)},
          {"shard", Value::Count(shard.shard.value)},
          {"messages", Value::Count(shard.messages)},
          {"records", Value::Count(shard.records)},
          {"attachments", Value::Count(shard.attachments)},
          {"lost_rows", Value::Count(shard.lost_rows)},
          {"lost_attachments", Value::Count(shard.lost_attachments)}};
}

Row RowOf(const LostRange& range) {
  return {{"cell", Value::Text(range.cell)},
          {"shard", Value::Count(range.shard.value)},
          {"first_channel", TextOrNone(range.first_channel)},
          {"first", IdOrNone(range.first)},
          {"last_channel", TextOrNone(range.last_channel)},
          {"last", IdOrNone(range.last)},
          {"messages", Value::Flag(range.messages)},
          {"stale", Value::Flag(range.stale)},
          {"cause", Value::Text(range.cause)}};
}

Row RowOf(const LostRun& run) {
  return {{"kind", Value::Text(KindName(run.kind))},
          {"shard", Value::Count(run.shard.value)},
          {"channel", Value::Text(run.channel)},
          {"first", IdOrNone(run.first)},
          {"last", IdOrNone(run.last)},
          {"count", Value::Count(run.count)}};
}

Row RowOf(const ShortChannel& channel) {
  return {{"cell", Value::Text(channel.cell)},
          {"shard", Value::Count(channel.shard.value)},
          {"channel", Value::Text(channel.channel)},
          {"counted", Value::Count(channel.counted)},
          {"copied", Value::Count(channel.copied)}};
}

Row RowOf(const std::string& note) { return {{"text", Value::Text(note)}}; }

template <typename Item>
Json ToJson(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) {
    Json object = Json::object();
    for (const auto& [name, value] : RowOf(item)) value.AddTo(name, &object);
    list.push_back(object);
  }
  return list;
}

template <typename Item>
void PrintLines(Context& context, std::string_view kind, const std::vector<Item>& items) {
  for (const Item& item : items) {
    context.out() << kind;
    for (const auto& [name, value] : RowOf(item)) {
      if (context.layout() == Layout::kTabs) {
        context.out() << '\t' << value.ForTabs();
      } else if (!value.ForTerminal().empty()) {
        context.out() << "  " << name << ' ' << value.ForTerminal();
      }
    }
    context.out() << '\n';
  }
}

class SalvageCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "salvage",
            .summary = "Copy what can be read of a damaged store into a new one",
            .details =
                "DEST must not exist: it is made in DEST.salvaging, and renamed when it is whole. Copies messages,\n"
                "records, attachments that are whole, routing, retention rules and cells, past damaged records of\n"
                "the log, damaged blocks and missing tables, and writes nothing to STORE. Says what is missing:\n"
                "stretches of channels and ids that could not be read, writes that the log has lost, channels of\n"
                "which fewer messages came than were counted. Exit code 3 if anything is. Of an encrypted store DEST\n"
                "is encrypted with the first key that is given for STORE, and what is under a key that is not given\n"
                "is not copied. In a pipe: shard, range, run, channel and note, each with the fields that --json\n"
                "names.",
            .examples = {"rookery salvage chat.rook saved.rook", "rookery salvage chat.rook saved.rook --json"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddText(app, {"DEST", "PATH", "where the new store is made"}, &destination_)->required();
    CLI::Option* in_clear = app.add_flag("--in-clear", in_clear_, "make DEST not encrypted, whatever STORE is");
    AddParsedList(app, {"--new-key-file", "FILE", "make DEST with this key; default the first key of STORE"},
                  &new_keys_, [](const std::string& path) { return EncryptionKey::FromFile(path); })
        ->excludes(in_clear);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<SalvageReport> report = Copy(context);
    if (!report) return report.error();
    Document(context, "rookery.salvage.v1")
        .Add("whole", Value::Flag(report->whole()))
        .Add("messages", Value::Count(report->messages))
        .Add("records", Value::Count(report->records))
        .Add("attachments", Value::Count(report->attachments))
        .AddJson("shards", ToJson(report->shards))
        .AddJson("ranges", ToJson(report->ranges))
        .AddJson("runs", ToJson(report->runs))
        .AddJson("channels", ToJson(report->channels))
        .AddJson("notes", ToJson(report->notes))
        .Print();
    if (context.layout() != Layout::kJson) {
      PrintLines(context, "shard", report->shards);
      PrintLines(context, "range", report->ranges);
      PrintLines(context, "run", report->runs);
      PrintLines(context, "channel", report->channels);
      PrintLines(context, "note", report->notes);
    }
    return report->whole() ? ExitCode::kOk : ExitCode::kPartlyDone;
  }

 private:
  Result<SalvageReport> Copy(Context& context) const {
    const CatchInterrupts catch_interrupts;
    Result<std::optional<EncryptionOptions>> keys = GivenKeys(context, store_);
    if (!keys) return keys.error();
    std::optional<EncryptionOptions> new_keys;
    if (!new_keys_.empty()) new_keys = EncryptionOptions{.keys = new_keys_};
    Progress progress(context, "salvage", "rows");
    return Salvage(store_, destination_,
                   {.encryption = *std::move(keys),
                    .new_encryption = std::move(new_keys),
                    .in_clear = in_clear_,
                    .progress = [&progress](std::uint64_t rows) { return progress.Update({.items = rows}); },
                    .logger = NewLogger(context)});
  }

  std::string store_;
  std::string destination_;
  std::vector<EncryptionKey> new_keys_;
  bool in_clear_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeSalvageCommand() { return std::make_unique<SalvageCommand>(); }

}  // namespace rookery::cli
