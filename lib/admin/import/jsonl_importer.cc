// JSON Lines of our own schema: what export writes comes back as it was, and people can write it by hand.
#include "admin/import/importer.h"
#include "admin/import/json_parser.h"
#include "admin/import/jsonl_line.h"
#include "admin/import/line_reader.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

class JsonlImporter final : public Importer {
 public:
  explicit JsonlImporter(const ImportOptions& /*options*/) {}

  Match DetectFile(const Probe& probe) const override {
    // By the first line that is whole; of a longer one the beginning, where export writes the channel, must do.
    const std::string_view line = Trim(probe.FirstLine());
    if (!line.starts_with('{')) return Match::kNo;
    if (line.find("\"channel\"") == std::string_view::npos && line.find("\"channel_b64\"") == std::string_view::npos)
      return Match::kNo;
    if (probe.head.find('\n') == std::string_view::npos && probe.head.size() >= kProbeBytes) return Match::kYes;
    std::string padded(line);
    padded.reserve(padded.size() + LineReader::kPadding);
    JsonParser parser;
    const auto object = parser.ParseObject(padded);
    return object.has_value() && JsonlLine().Parse(*object).ok() ? Match::kYes : Match::kNo;
  }

  Status ReadFile(const InputFile& file, ImportSink* sink) override {
    ADMIN_ASSIGN_OR_RETURN(const auto stream, sink->Open(file));
    LineReader lines(stream.get());
    Line line;
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const bool more, lines.Next(&line));
      if (!more) return {};
      ADMIN_TRY(ReadLine(file, line, sink));
    }
  }

 private:
  Status ReadLine(const InputFile& file, const Line& line, ImportSink* sink) {
    const Position position = AtLine(line.number);
    if (line.too_long) return sink->Problem(position, "the line is longer than 16 MiB");
    if (Trim(line.text).empty()) return {};
    const auto object = parser_.ParseObject(line.text);
    const Status status = object.has_value() ? parsed_.Parse(*object) : object.status();
    if (!status.ok()) return sink->Problem(position, std::string(status.message()));
    if (parsed_.is_record()) return sink->AddRecord(parsed_.record_channel(), parsed_.record(), position);
    NewMessage& message = parsed_.message();
    if (message.id.valid()) return sink->AddExact(message, position);
    GiveIdentity(file, line, *sink, &message);
    return sink->Add(message, position);
  }

  /// A line without id is who its nonce says, or else the line that it is, with what it says.
  void GiveIdentity(const InputFile& file, const Line& line, const ImportSink& sink, NewMessage* message) {
    const bool named = !message->nonce.empty();
    message->id = sink.IdAt(*message->created_at, named ? Hash64(message->nonce) : line.number);
    if (named) return;
    nonce_ = PlaceOf(file.name(), line.number, *message);
    message->nonce = NonceOf(nonce_, &nonce_hash_);
  }

  JsonParser parser_;
  JsonlLine parsed_;
  std::string nonce_;
  std::string nonce_hash_;
};

}  // namespace

std::unique_ptr<Importer> NewJsonlImporter(const ImportOptions& options) {
  return std::make_unique<JsonlImporter>(options);
}

}  // namespace rookery::admin
