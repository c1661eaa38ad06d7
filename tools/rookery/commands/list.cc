// list: the records of a channel.
#include <algorithm>

#include "admin/message_json.h"
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "table.h"

namespace rookery::cli {
namespace {

constexpr std::size_t kRecordsPerPage = 1000;

class ListCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "list",
            .summary = "List the records of a channel",
            .details = "In the order of the keys' bytes. Columns in a pipe: key, version, updated_at, value.",
            .examples = {"rookery list chat.rook user/42", "rookery list chat.rook user/42 settings. --json"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    AddText(app, {"KEY-PREFIX", "TEXT", "only keys that begin with it"}, &prefix_);
    AddParsed(app, {"--limit", "N", "at most so many; default all"}, &limit_, ParsePositive);
    AddText(app, {"--after", "KEY", "only keys after this one"}, &after_);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    Table table(context, {"key", "version", "updated_at", "value"});
    const Status printed = PrintPages(context, *store, table);
    table.Finish();
    if (!printed.ok()) return printed;
    return ExitCode::kOk;
  }

 private:
  Status PrintPages(Context& context, const Store& store, Table& table) {
    for (std::uint64_t left = limit_; left > 0;) {
      const Result<RecordPage> page = store.ListRecords(
          channel_, {.prefix = prefix_, .after = after_, .limit = std::min<std::uint64_t>(left, kRecordsPerPage)});
      if (!page) return page.error();
      for (const Record& record : page->records) Print(context, record, table);
      if (!page->has_more || page->records.empty()) break;
      left -= page->records.size();
      after_ = page->records.back().key;
    }
    return Status::Ok();
  }

  void Print(Context& context, const Record& record, Table& table) const {
    if (context.layout() == Layout::kJson) return context.PrintJson(admin::RecordToJson(channel_, record));
    table.Row({Value::Text(record.key), Value::Count(record.version.value), Value::Time(record.updated_at),
               Value::Text(record.value)});
  }

  std::string store_;
  std::string channel_;
  std::string prefix_;
  std::string after_;
  std::uint64_t limit_ = UINT64_MAX;
};

}  // namespace

std::unique_ptr<Command> MakeListCommand() { return std::make_unique<ListCommand>(); }

}  // namespace rookery::cli
