// export: a store as JSON Lines, of one consistent state.
#include "admin/export.h"

#include <fmt/format.h>

#include "commands.h"
#include "export_target.h"
#include "leave_out_cells.h"
#include "open_store.h"
#include "options.h"
#include "progress.h"
#include "signals.h"
#include "table.h"

namespace rookery::cli {
namespace {

class ExportCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "export",
            .summary = "Write messages and records as JSON Lines",
            .details =
                "One message or record a line, in an order that does not depend on routing; rookery import reads it\n"
                "back without loss. With --output the file appears when it is complete, and the counts are printed.",
            .examples = {"rookery export chat.rook --output chat.jsonl",
                         "rookery export chat.rook --channel general --since 2026-01-01 | jq -r .content"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    CLI::Option* channel = AddText(app, {"--channel", "NAME", "only this channel"}, &options_.channel);
    AddText(app, {"--prefix", "TEXT", "only channels whose names begin with it"}, &options_.channel_prefix)
        ->excludes(channel);
    AddText(app, {"--output", "FILE", "write there instead of to standard output"}, &output_);
    AddTimeRange(app, &range_);
    app.add_flag("--no-records", no_records_, "only messages");
    leave_out_cells_.Define(app)->excludes(channel);
  }

  Result<ExitCode> Run(Context& context) override {
    options_.since = range_.since;
    options_.until = range_.until;
    options_.records = !no_records_;
    options_.missing_cells = leave_out_cells_.missing_cells();
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<Snapshot> snapshot = store->TakeSnapshot();
    if (!snapshot) return snapshot.error();
    const Status exported =
        output_.empty() || output_ == "-" ? ToStandardOutput(context, *snapshot) : ToFile(context, *snapshot);
    if (!exported.ok()) return exported;
    if (Status told = leave_out_cells_.Tell(context, *store); !told.ok()) return told;
    return ExitCode::kOk;
  }

 private:
  Status ToStandardOutput(Context& context, const Reader& reader) {
    admin::ExportReport report;
    return Write(context, reader, context.out(), &report);
  }

  Status ToFile(Context& context, const Reader& reader) {
    Result<ExportTarget> target = ExportTarget::Open(output_);
    if (!target) return target.error();
    admin::ExportReport report;
    if (Status written = Write(context, reader, target->stream(), &report); !written.ok()) return written;
    if (Status committed = target->Commit(); !committed.ok()) return committed;
    Document(context, "rookery.export.v1")
        .Add("output", Value::Text(output_))
        .Add("channels", Value::Count(report.channels))
        .Add("messages", Value::Count(report.messages))
        .Add("records", Value::Count(report.records))
        .Add("bytes", Value::Size(report.bytes))
        .Print();
    return Status::Ok();
  }

  Status Write(Context& context, const Reader& reader, std::ostream& out, admin::ExportReport* report) {
    const CatchInterrupts catch_interrupts;
    Progress progress(context, "export", "lines");
    options_.progress = [&progress](std::uint64_t lines, std::uint64_t bytes) {
      return progress.Update({.items = lines, .bytes = bytes});
    };
    Status status = admin::Export(reader, out, options_, report);
    if (status.code() != StatusCode::kInterrupted) return status;
    return {StatusCode::kInterrupted,
            fmt::format("interrupted after {} messages; what was written is not complete", report->messages)};
  }

  std::string store_;
  std::string output_;
  TimeRange range_;
  bool no_records_ = false;
  LeaveOutCells leave_out_cells_;
  admin::ExportOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeExportCommand() { return std::make_unique<ExportCommand>(); }

}  // namespace rookery::cli
