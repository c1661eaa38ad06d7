// keys: makes a key, shows which keys the files of a store need, and writes all files again with the newest.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "rookery/cells.h"
#include "rookery/encryption.h"
#include "table.h"

namespace rookery::cli {
namespace {

class KeysCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "keys",
            .summary = "Make a key for encryption, show which keys a store needs, and end an old one",
            .details =
                "new writes a random key to a new file that only its owner can read, and prints the key's id.\n"
                "list shows the keys that the files of a store need, the one of new files first; it needs no\n"
                "key itself, and shows the main cell. rewrite writes every file of a store, and of its cells,\n"
                "again with the first key that is given, and shows what is needed then. Columns in a pipe of\n"
                "list and rewrite: cell, key, files, bytes.",
            .examples = {"rookery keys new chat.key", "rookery keys list chat.rook",
                         "rookery keys rewrite chat.rook --key-file new.key --key-file old.key"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"ACTION", "NAME", "what to do"}, {"new", "list", "rewrite"}, &action_)->required();
    AddText(app, {"PATH", "PATH", "new: the file to make; list, rewrite: the store's directory"}, &path_)->required();
  }

  Result<ExitCode> Run(Context& context) override {
    if (action_ == "new") return New(context);
    return action_ == "list" ? List(context) : Rewrite(context);
  }

 private:
  Result<ExitCode> New(Context& context) const {
    const Result<EncryptionKey> key = EncryptionKey::New();
    if (!key) return key.error();
    if (Status written = key->WriteNewFile(path_); !written.ok()) return written;
    Document(context, "rookery.keys-new.v1").Add("path", Value::Text(path_)).Add("key", Value::Text(key->id())).Print();
    context.Note("keep a copy of it apart from the store: without it nobody can read what it encrypts");
    return ExitCode::kOk;
  }

  Result<ExitCode> List(Context& context) const { return Print(context, {{std::string(kMainCell), path_}}); }

  Result<ExitCode> Rewrite(Context& context) const {
    // Compacting writes tables and blobs; opening and closing writes what else there is.
    Result<Store> store = OpenForWriting(context, path_);
    if (!store) return store.error();
    const Result<std::vector<CellInfo>> cells = store->Cells();
    if (!cells) return cells.error();
    if (Status compacted = store->Compact(); !compacted.ok()) return compacted;
    if (Status closed = store->Close(); !closed.ok()) return closed;
    return Print(context, *cells);
  }

  static Result<ExitCode> Print(Context& context, const std::vector<CellInfo>& cells) {
    Table table(context, {"cell", "key", "files", "bytes"});
    for (const CellInfo& cell : cells) {
      const Result<std::vector<KeyUse>> keys = ReadKeysInUse(cell.directory);
      if (!keys) return keys.error();
      for (const KeyUse& key : *keys) {
        table.Row({Value::Text(cell.name), Value::Text(key.key_id), Value::Count(key.files), Value::Size(key.bytes)});
      }
      if (keys->empty()) context.Note(fmt::format("{} is not encrypted", cell.directory));
    }
    table.Finish();
    return ExitCode::kOk;
  }

  std::string action_;
  std::string path_;
};

}  // namespace

std::unique_ptr<Command> MakeKeysCommand() { return std::make_unique<KeysCommand>(); }

}  // namespace rookery::cli
