// post: stores one message.
#include "commands.h"
#include "input.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "table.h"

namespace rookery::cli {
namespace {

class PostCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "post",
            .summary = "Store a message and print its id",
            .details =
                "The content is kept byte for byte; without CONTENT, or with -, it is standard input.\n"
                "With --nonce a repeated post stores nothing and prints the id of the first.",
            .examples = {"rookery post chat.rook general 'hello, all' --author ada",
                         "rookery post chat.rook general --author build --attr job=42 < log.txt"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    AddText(app, {"CONTENT", "TEXT", "the content, or - for standard input"}, &content_);
    AddText(app, {"--author", "NAME", "who says it"}, &author_)->required();
    AddParsed(app, {"--reply-to", "ID", "the message that this one answers"}, &reply_to_, ParseMessageId);
    AddText(app, {"--nonce", "TEXT", "makes the post idempotent: a name of this post within its channel"}, &nonce_);
    AddParsedList(app, {"--attr", "NAME=VALUE", "an attribute; may be given several times"}, &attributes_,
                  ParseAttribute);
    app.add_flag("--action", action_, "an action of the author, as \"/me waves\"");
    AddSync(app, &options_.durability);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<std::string> content = ReadContent(context, content_, Limits{}.max_content_bytes);
    if (!content) return content.error();
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<MessageId> id = store->Post(MakeMessage(*content), options_);
    if (!id) return id.error();
    if (Status closed = store->Close(); !closed.ok()) return closed;
    Print(context, *id);
    return ExitCode::kOk;
  }

 private:
  NewMessage MakeMessage(const std::string& content) const {
    NewMessage message{
        .channel = channel_, .author = author_, .content = content, .reply_to = reply_to_, .nonce = nonce_};
    for (const auto& [name, value] : attributes_) message.attributes.push_back({.name = name, .value = value});
    if (action_) message.flags |= kFlagAction;
    return message;
  }

  void Print(Context& context, MessageId id) const {
    if (context.layout() == Layout::kJson) {
      Document(context, "rookery.post.v1").Add("channel", Value::Text(channel_)).Add("id", Value::Id(id)).Print();
    } else {
      context.out() << id.value << '\n';
    }
  }

  std::string store_;
  std::string channel_;
  std::optional<std::string> content_;
  std::string author_;
  MessageId reply_to_;
  std::string nonce_;
  std::vector<std::pair<std::string, std::string>> attributes_;
  bool action_ = false;
  WriteOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakePostCommand() { return std::make_unique<PostCommand>(); }

}  // namespace rookery::cli
