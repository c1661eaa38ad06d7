// history: a channel's messages, page by page, so that any --limit needs little memory.
#include <fmt/format.h>

#include <algorithm>

#include "commands.h"
#include "message_output.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"

namespace rookery::cli {
namespace {

constexpr std::size_t kMessagesPerPage = 1000;

class HistoryCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "history",
            .summary = "Show messages of a channel, newest first",
            .details =
                "Columns in a pipe: id, created_at, author, content. IDs are exclusive: --before an id shows what\n"
                "is older than it.",
            .examples = {"rookery history chat.rook general --limit 20",
                         "rookery history chat.rook general --after 1234567 --oldest-first --json",
                         "rookery history chat.rook general --around 1234567 --limit 11"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    AddParsed(app, {"--limit", "N", "how many messages; default 50"}, &limit_, ParsePositive);
    CLI::Option* before = AddParsed(app, {"--before", "ID", "only older ones"}, &query_.before, ParseMessageId);
    CLI::Option* after = AddParsed(app, {"--after", "ID", "only newer ones"}, &query_.after, ParseMessageId);
    AddParsed(app, {"--around", "ID", "this message and those on both sides"}, &query_.around, ParseMessageId)
        ->excludes(before)
        ->excludes(after);
    app.add_flag("--oldest-first", oldest_first_, "from the other end, in the other order");
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    if (oldest_first_) query_.order = Order::kOldestFirst;
    const Status printed = query_.around ? PrintAround(context, *store) : PrintPages(context, *store);
    if (!printed.ok()) return printed;
    return ExitCode::kOk;
  }

 private:
  Status PrintAround(Context& context, const Store& store) {
    query_.limit = limit_;
    const Result<Page> page = store.History(channel_, query_);
    if (page) Print(context, *page);
    return page.status();
  }

  Status PrintPages(Context& context, const Store& store) {
    for (std::uint64_t left = limit_; left > 0;) {
      query_.limit = std::min<std::uint64_t>(left, kMessagesPerPage);
      const Result<Page> page = store.History(channel_, query_);
      if (!page) return page.error();
      Print(context, *page);
      left -= page->size();
      if (!page->has_more() || page->empty()) return Status::Ok();
      (oldest_first_ ? query_.after : query_.before) = page->back().id();
    }
    NoteWhatFollows(context);
    return Status::Ok();
  }

  void Print(Context& context, const Page& page) const {
    if (page.empty() && context.layout() == Layout::kTerminal) context.Note("there are no messages");
    for (const MessageView& message : page) PrintMessage(context, channel_, message);
  }

  void NoteWhatFollows(Context& context) const {
    if (context.layout() != Layout::kTerminal) return;
    const auto& next = oldest_first_ ? query_.after : query_.before;
    if (next) context.Note(fmt::format("there are more: {} {}", oldest_first_ ? "--after" : "--before", next->value));
  }

  std::string store_;
  std::string channel_;
  std::uint64_t limit_ = 50;
  HistoryQuery query_;
  bool oldest_first_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeHistoryCommand() { return std::make_unique<HistoryCommand>(); }

}  // namespace rookery::cli
