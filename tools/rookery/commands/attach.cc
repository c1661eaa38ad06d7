// attach: puts, gets, lists and removes the attachments of one message. The content streams, whatever its size.
#include <fmt/format.h>

#include "action_options.h"
#include "commands.h"
#include "export_target.h"
#include "input.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "progress.h"
#include "rookery/attachment.h"
#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

class AttachCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "attach",
        .summary = "Put, get, list or remove attachments of a message",
        .details =
            "put reads FILE, or standard input without it or with -, and stores it under NAME; get writes to FILE,\n"
            "or to standard output. Every byte is checked before it is written. Columns of list in a pipe: name, "
            "size,\n"
            "media_type, author, created_at, chunks, checksum (xxh3-128). rm of what is not there is exit code 4.",
        .examples = {"rookery attach put chat.rook general 1234567 cat.jpg ~/cat.jpg --type image/jpeg",
                     "rookery attach get chat.rook general 1234567 cat.jpg > cat.jpg",
                     "rookery attach list chat.rook general 1234567 --json"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"ACTION", "NAME", "what to do"}, {"put", "get", "list", "rm"}, &action_)->required();
    AddStore(app, &store_);
    AddChannel(app, &channel_);
    AddParsed(app, {"ID", "NUMBER", "the message's id"}, &id_, ParseMessageId)->required();
    by_action_.Only({"put", "get", "rm"},
                    AddText(app, {"NAME", "TEXT", "the attachment's name; all but list need it"}, &name_));
    by_action_.Only(
        {"put", "get"},
        AddText(app, {"FILE", "FILE", "put and get: the file to read or write, or - for standard input or output"},
                &file_));
    by_action_.Only({"put"}, AddText(app, {"--type", "TYPE", "put: the media type, such as image/jpeg"}, &type_));
    by_action_.Only({"put"}, AddText(app, {"--author", "NAME", "put: who attaches it"}, &author_));
    by_action_.Only({"put"}, app.add_flag("--replace", replace_, "put: in place of one that has the name"));
    by_action_.Only({"put", "rm"}, AddSync(app, &options_.durability));
  }

  Result<ExitCode> Run(Context& context) override {
    if (Status fits = by_action_.Check(action_); !fits.ok()) return fits;
    if (action_ == "list") return List(context);
    if (!name_) return Status(StatusCode::kInvalidArgument, "give the NAME of the attachment");
    return action_ == "put" ? Put(context) : action_ == "get" ? Get(context) : Remove(context);
  }

 private:
  Result<ExitCode> Put(Context& context) const {
    const CatchInterrupts catch_interrupts;
    Result<ByteSource> source = ByteSource::Open(context, file_);
    if (!source) return source.error();
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<AttachmentInfo> info = Upload(context, *store, *source);
    if (!info) return info.error();
    if (Status closed = store->Close(); !closed.ok()) return closed;
    PrintStored(context, *info);
    return ExitCode::kOk;
  }

  /// An upload that is not finished is removed with its writer.
  Result<AttachmentInfo> Upload(Context& context, Store& store, ByteSource& source) const {
    Result<AttachmentWriter> writer = store.PutAttachment(
        channel_, id_, *name_,
        {.media_type = type_, .author = author_, .if_exists = replace_ ? IfExists::kReplace : IfExists::kFail});
    if (!writer) return writer.error();
    Progress progress(context, "attach", "bytes");
    for (;;) {
      const Result<std::string_view> piece = source.Read();
      if (!piece) return piece.error();
      if (piece->empty()) return writer->Finish(options_);
      if (Status status = writer->Append(*piece); !status.ok()) return status;
      if (!progress.Update(
              {.items = writer->size(), .bytes = writer->size(), .total_items = 0, .total_bytes = source.size()})) {
        return Status(StatusCode::kInterrupted, "interrupted; nothing of the attachment is stored");
      }
    }
  }

  Result<ExitCode> Get(Context& context) const {
    const CatchInterrupts catch_interrupts;
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    Result<std::optional<AttachmentReader>> reader = store->GetAttachment(channel_, id_, *name_);
    if (!reader) return reader.error();
    if (!*reader) return NotThere();
    const Status status = file_ && *file_ != "-" ? ToFile(context, **reader) : Copy(context, **reader, context.out());
    if (!status.ok()) return status;
    return ExitCode::kOk;
  }

  Status ToFile(Context& context, AttachmentReader& reader) const {
    Result<ExportTarget> target = ExportTarget::Open(*file_);
    if (!target) return target.error();
    if (Status copied = Copy(context, reader, target->stream()); !copied.ok()) return copied;
    return target->Commit();
  }

  static Status Copy(Context& context, AttachmentReader& reader, std::ostream& out) {
    Progress progress(context, "attach", "bytes");
    for (;;) {
      const Result<std::string_view> chunk = reader.ReadChunk();
      if (!chunk) return chunk.error();
      if (chunk->empty()) return Status::Ok();
      if (!out.write(chunk->data(), static_cast<std::streamsize>(chunk->size()))) {
        return {StatusCode::kIoError, "cannot write the attachment"};
      }
      const ProgressSample sample{
          .items = reader.offset(), .bytes = reader.offset(), .total_bytes = reader.info().size};
      if (!progress.Update(sample)) {
        return {StatusCode::kInterrupted, "interrupted; what was written is not complete"};
      }
    }
  }

  Result<ExitCode> List(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<std::vector<AttachmentInfo>> attachments = store->ListAttachments(channel_, id_);
    if (!attachments) return attachments.error();
    Table table(context, {"name", "size", "media_type", "author", "created_at", "chunks", "checksum"});
    for (const AttachmentInfo& info : *attachments) {
      table.Row({Value::Text(info.name), Value::Size(info.size), Value::Text(info.media_type), Value::Text(info.author),
                 Value::Time(info.created_at), Value::Count(info.chunks), Value::Text(info.checksum.ToHex())});
    }
    table.Finish();
    return ExitCode::kOk;
  }

  Result<ExitCode> Remove(Context& context) const {
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    const Result<bool> deleted = store->DeleteAttachment(channel_, id_, *name_, options_);
    if (!deleted) return deleted.error();
    if (Status closed = store->Close(); !closed.ok()) return closed;
    if (!*deleted) return NotThere();
    if (context.layout() == Layout::kJson) {
      NewDocument(context).Add("name", Value::Text(*name_)).Add("deleted", Value::Flag(true)).Print();
    }
    return ExitCode::kOk;
  }

  void PrintStored(Context& context, const AttachmentInfo& info) const {
    NewDocument(context)
        .Add("name", Value::Text(info.name))
        .Add("size", Value::Size(info.size))
        .Add("chunks", Value::Count(info.chunks))
        .Add("checksum", Value::Text(info.checksum.ToHex()))
        .Print();
  }

  Document NewDocument(Context& context) const {
    Document document(context, "rookery.attach.v1");
    document.Add("channel", Value::Text(channel_)).Add("id", Value::Id(id_));
    return document;
  }

  Status NotThere() const {
    return {StatusCode::kNotFound, fmt::format("message {} of channel \"{}\" has no attachment \"{}\"", id_.value,
                                               TerminalText(channel_), TerminalText(*name_))};
  }

  ActionOptions by_action_;
  std::string action_;
  std::string store_;
  std::string channel_;
  MessageId id_;
  std::optional<std::string> name_;
  std::optional<std::string> file_;
  std::string type_;
  std::string author_;
  bool replace_ = false;
  WriteOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeAttachCommand() { return std::make_unique<AttachCommand>(); }

}  // namespace rookery::cli
