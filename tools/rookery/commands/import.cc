// import: brings messages of other systems into a store.
#include "admin/import.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands.h"
#include "import_run.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"

namespace rookery::cli {
namespace {

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const admin::ImportFormat& format : admin::ImportFormats()) names.emplace_back(format.name);
  return names;
}

class ImportCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "import",
            .summary = "Import messages of other systems, from files and folders",
            .details =
                "The store must exist (rookery init). Importing the same source again adds nothing, so an import\n"
                "that was stopped is continued by running it again. What cannot be read is listed on stderr;\n"
                "then the exit code is 3.",
            .examples = {"rookery import chat.rook slack-export.zip", "rookery import chat.rook archive/ --bulk",
                         "rookery import chat.rook logs/ --format irc --utc-offset +02:00 --since 2020-01-01",
                         "rookery export old.rook | rookery import new.rook -"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddRepeated(app, {"PATH", "PATH", "files or folders; - for standard input"}, [this](std::string path) {
      paths_.push_back(std::move(path));
      return Status::Ok();
    })->required();
    AddChoice(app, {"--format", "FORMAT", "what the files are; default: found out for each path"}, FormatNames(),
              &options_.format);
    auto* bulk =
        app.add_flag("--bulk", options_.bulk, "load all messages at once: faster, and none is visible before the end");
    AddParsed(app,
              {"--bulk-memory", "SIZE",
               "with --bulk: memory for sorting, at least 8MiB; default: a part of --memory, or 64MiB"},
              &options_.bulk_memory_bytes, ParseSize)
        ->needs(bulk);
    AddChoice(app,
              {"--bulk-packing", "HOW", "with --bulk: fast, or small: a third less on disk at first; default fast"},
              {"fast", "small"}, &bulk_packing_)
        ->needs(bulk);
    app.add_flag("--dry-run", options_.dry_run, "read and count everything, write nothing");
    AddTimeRange(app, &range_);
    AddParsed(app, {"--max-errors", "N", "give up after more than N records that cannot be read; default 100"},
              &options_.max_errors, ParseCount);
    AddText(app, {"--channel", "NAME", "the channel, for formats that name none; default: from the file's name"},
            &options_.channel);
    AddParsed(app, {"--utc-offset", "OFFSET", "zone of times without one, such as +02:00; default UTC"},
              &options_.utc_offset, ParseUtcOffset);
  }

  Result<ExitCode> Run(Context& context) override {
    options_.since = range_.since;
    options_.until = range_.until;
    options_.bulk_packing = bulk_packing_ == "small" ? BulkPacking::kSmall : BulkPacking::kFast;
    // Also a dry run opens the store: a wrong path should not come out only after the last file.
    Result<Store> store = options_.dry_run ? OpenForReading(context, store_) : OpenForWriting(context, store_);
    if (!store) return store.error();
    Result<ExitCode> outcome = RunImport(context, options_.dry_run ? nullptr : &*store, paths_, options_);
    const Status closed = store->Close();
    if (outcome && !closed.ok()) return closed;
    return outcome;
  }

 private:
  std::string store_;
  std::vector<std::string> paths_;
  TimeRange range_;
  std::string bulk_packing_ = "fast";
  admin::ImportOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeImportCommand() { return std::make_unique<ImportCommand>(); }

}  // namespace rookery::cli
