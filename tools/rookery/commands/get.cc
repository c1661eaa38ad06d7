// get: one message or one record, with everything that is known about it.
#include <fmt/format.h>

#include "admin/message_json.h"
#include "commands.h"
#include "message_output.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

class GetCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "get",
        .summary = "Show one message, or with --record one record",
        .details =
            "Columns in a pipe: of a message id, created_at, author, content; of a record key, version,\n"
            "updated_at, value. --raw writes the content or value alone, byte for byte.",
        .examples = {"rookery get chat.rook general 1234567", "rookery get chat.rook user/42 --record settings --raw"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    CLI::Option* id = AddParsed(app, {"ID", "NUMBER", "the message's id"}, &id_, ParseMessageId);
    AddText(app, {"--record", "KEY", "the record's key"}, &record_)->excludes(id);
    app.add_flag("--raw", raw_, "the bytes of the content or value, and nothing else");
  }

  Result<ExitCode> Run(Context& context) override {
    if (!id_ && !record_) return Status(StatusCode::kInvalidArgument, "give the ID of a message, or --record KEY");
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Status printed = id_ ? GetMessage(context, *store) : GetRecord(context, *store);
    if (!printed.ok()) return printed;
    return ExitCode::kOk;
  }

 private:
  Status GetMessage(Context& context, const Store& store) const {
    const auto found = store.Get(channel_, *id_);
    if (!found) return found.error();
    if (!*found) {
      return {StatusCode::kNotFound,
              fmt::format("channel \"{}\" has no message {}", TerminalText(channel_), id_->value)};
    }
    if (raw_) {
      context.out() << (*found)->content();
    } else {
      PrintMessage(context, channel_, **found);
    }
    return Status::Ok();
  }

  Status GetRecord(Context& context, const Store& store) const {
    const auto found = store.GetRecord(channel_, *record_);
    if (!found) return found.error();
    if (!*found) {
      return {StatusCode::kNotFound,
              fmt::format("channel \"{}\" has no record \"{}\"", TerminalText(channel_), TerminalText(*record_))};
    }
    PrintRecord(context, **found);
    return Status::Ok();
  }

  void PrintRecord(Context& context, const Record& record) const {
    if (raw_) {
      context.out() << record.value;
    } else if (context.layout() == Layout::kJson) {
      context.PrintJson(admin::RecordToJson(channel_, record));
    } else {
      Table table(context, {"key", "version", "updated_at", "value"});
      table.Row({Value::Text(record.key), Value::Count(record.version.value), Value::Time(record.updated_at),
                 Value::Text(record.value)});
      table.Finish();
    }
  }

  std::string store_;
  std::string channel_;
  std::optional<MessageId> id_;
  std::optional<std::string> record_;
  bool raw_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeGetCommand() { return std::make_unique<GetCommand>(); }

}  // namespace rookery::cli
