// edit: changes the content of a message.
#include "commands.h"
#include "input.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "table.h"

namespace rookery::cli {
namespace {

class EditCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "edit",
            .summary = "Change the content of a message and print its new version",
            .details = "With --expect the edit fails with exit code 5 if another version is stored.",
            .examples = {"rookery edit chat.rook general 1234567 'hello, all'",
                         "rookery edit chat.rook general 1234567 --expect 1 < new.txt"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    AddParsed(app, {"ID", "NUMBER", "the message's id"}, &id_, ParseMessageId)->required();
    AddText(app, {"CONTENT", "TEXT", "the new content, or - for standard input"}, &content_);
    AddParsed(app, {"--expect", "VERSION", "only if this version is stored"}, &expected_, ParseVersion);
    AddSync(app, &options_.durability);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<std::string> content = ReadContent(context, content_, Limits{}.max_content_bytes);
    if (!content) return content.error();
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<Version> version =
        store->Edit(channel_, id_, {.content = *content, .expected_version = expected_}, options_);
    if (!version) return version.error();
    if (Status closed = store->Close(); !closed.ok()) return closed;
    Print(context, *version);
    return ExitCode::kOk;
  }

 private:
  void Print(Context& context, Version version) const {
    if (context.layout() != Layout::kJson) {
      context.out() << version.value << '\n';
      return;
    }
    Document(context, "rookery.edit.v1")
        .Add("channel", Value::Text(channel_))
        .Add("id", Value::Id(id_))
        .Add("version", Value::Count(version.value))
        .Print();
  }

  std::string store_;
  std::string channel_;
  MessageId id_;
  std::optional<std::string> content_;
  std::optional<Version> expected_;
  WriteOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeEditCommand() { return std::make_unique<EditCommand>(); }

}  // namespace rookery::cli
