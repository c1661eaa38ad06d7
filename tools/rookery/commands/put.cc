// put: stores one record.
#include "commands.h"
#include "input.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "table.h"

namespace rookery::cli {
namespace {

class PutCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "put",
            .summary = "Store a record of a channel and print its new version",
            .details =
                "The value is kept byte for byte; without VALUE, or with -, it is standard input.\n"
                "With --expect 0 the record must not exist yet.",
            .examples = {"rookery put chat.rook user/42 last_read 1234567",
                         "rookery put chat.rook user/42 avatar --expect 0 < avatar.png"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    AddText(app, {"KEY", "TEXT", "the record's key"}, &key_)->required();
    AddText(app, {"VALUE", "TEXT", "the value, or - for standard input"}, &value_);
    AddParsed(app, {"--expect", "VERSION", "only if this version is stored; 0: if there is none"},
              &options_.expected_version, ParseVersion);
    AddSync(app, &options_.durability);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<std::string> value = ReadContent(context, value_, Limits{}.max_content_bytes);
    if (!value) return value.error();
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<Version> version = store->Put(channel_, key_, *value, options_);
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
    Document(context, "rookery.put.v1")
        .Add("channel", Value::Text(channel_))
        .Add("key", Value::Text(key_))
        .Add("version", Value::Count(version.value))
        .Print();
  }

  std::string store_;
  std::string channel_;
  std::string key_;
  std::optional<std::string> value_;
  PutOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakePutCommand() { return std::make_unique<PutCommand>(); }

}  // namespace rookery::cli
