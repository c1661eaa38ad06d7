// rm: deletes one message or one record.
#include <fmt/format.h>

#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

class RemoveCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "rm",
            .summary = "Delete one message, or with --record one record",
            .details = "What is not there is an error with exit code 4. Prints nothing, except with --json.",
            .examples = {"rookery rm chat.rook general 1234567",
                         "rookery rm chat.rook user/42 --record settings --expect 3"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    CLI::Option* id = AddParsed(app, {"ID", "NUMBER", "the message's id"}, &id_, ParseMessageId);
    AddText(app, {"--record", "KEY", "the record's key"}, &record_)->excludes(id);
    AddParsed(app, {"--expect", "VERSION", "only if this version is stored"}, &options_.expected_version, ParseVersion);
    AddSync(app, &options_.durability);
  }

  Result<ExitCode> Run(Context& context) override {
    if (!id_ && !record_) return Status(StatusCode::kInvalidArgument, "give the ID of a message, or --record KEY");
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<bool> deleted =
        id_ ? store->Delete(channel_, *id_, options_) : store->DeleteRecord(channel_, *record_, options_);
    if (!deleted) return deleted.error();
    if (Status closed = store->Close(); !closed.ok()) return closed;
    if (!*deleted) return NotThere();
    if (context.layout() == Layout::kJson) PrintDeleted(context);
    return ExitCode::kOk;
  }

 private:
  Status NotThere() const {
    const std::string what =
        id_ ? fmt::format("message {}", id_->value) : fmt::format("record \"{}\"", TerminalText(*record_));
    return {StatusCode::kNotFound, fmt::format("channel \"{}\" has no {}", TerminalText(channel_), what)};
  }

  void PrintDeleted(Context& context) const {
    Document document(context, "rookery.rm.v1");
    document.Add("channel", Value::Text(channel_));
    if (id_) document.Add("id", Value::Id(*id_));
    if (record_) document.Add("key", Value::Text(*record_));
    document.Add("deleted", Value::Flag(true)).Print();
  }

  std::string store_;
  std::string channel_;
  std::optional<MessageId> id_;
  std::optional<std::string> record_;
  DeleteOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeRemoveCommand() { return std::make_unique<RemoveCommand>(); }

}  // namespace rookery::cli
