#include "import_run.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "input.h"
#include "progress.h"
#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

/// The paths to read, with standard input in a file of its own.
class Sources {
 public:
  Status Prepare(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      if (path != "-") {
        paths_.emplace_back(path);
        continue;
      }
      if (standard_input_) return {StatusCode::kInvalidArgument, "- stands for standard input and can be given once"};
      Result<SpooledInput> spooled = SpooledInput::Read();
      if (!spooled) return spooled.error();
      standard_input_.emplace(*std::move(spooled));
      paths_.push_back(standard_input_->path());
    }
    return Status::Ok();
  }

  const std::vector<std::filesystem::path>& paths() const { return paths_; }
  /// As the user knows it.
  std::string NameOf(std::string_view path) const {
    const bool spooled = standard_input_ && path == standard_input_->path().string();
    return spooled ? "standard input" : std::string(path);
  }

 private:
  std::vector<std::filesystem::path> paths_;
  std::optional<SpooledInput> standard_input_;
};

void TellProblem(Context& context, const Sources& sources, const admin::ImportProblem& problem) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  const std::string path = sources.NameOf(problem.path);
  Value::Text(path).AddTo("path", &json);
  json["position"] = problem.position;
  json["unit"] = problem.unit;
  Value::Text(problem.reason).AddTo("reason", &json);
  const std::string line = fmt::format("rookery: {}, {} {}: {}", TerminalText(path), problem.unit, problem.position,
                                       TerminalText(problem.reason));
  context.Warn(line, {{"problem", json}});
}

void PrintReport(Context& context, const admin::ImportReport& report, const admin::ImportOptions& options,
                 bool complete, double seconds) {
  Document(context, "rookery.import.v1")
      .Add("complete", Value::Flag(complete))
      .Add("dry_run", Value::Flag(options.dry_run))
      .Add("format", Value::Text(report.format))
      .Add("files", Value::Count(report.files))
      .Add("files_skipped", Value::Count(report.files_skipped))
      .Add("messages_read", Value::Count(report.messages_read))
      .Add("messages_added", Value::Count(report.messages_added))
      .Add("messages_existing", Value::Count(report.messages_existing))
      .Add("messages_filtered", Value::Count(report.messages_filtered))
      .Add("events_skipped", Value::Count(report.events_skipped))
      .Add("records_read", Value::Count(report.records_read))
      .Add("records_added", Value::Count(report.records_added))
      .Add("records_existing", Value::Count(report.records_existing))
      .Add("problems", Value::Count(report.problems))
      .Add("bytes", Value::Size(report.bytes))
      .Add("seconds", Value::Seconds(seconds))
      .Print();
}

/// What an import that stopped early has left behind, and how to go on.
Status ExplainStop(const Status& status, const admin::ImportReport& report, const admin::ImportOptions& options) {
  if (status.code() != StatusCode::kInterrupted) return status;
  if (options.dry_run) return {StatusCode::kInterrupted, "interrupted; a dry run adds nothing"};
  // All of its messages come at its end, or none; records come as they are read.
  if (options.bulk && report.messages_added == 0) {
    return {StatusCode::kInterrupted,
            report.records_added == 0
                ? "interrupted; nothing was added"
                : fmt::format("interrupted; no message was added, {} new records are in the store",
                              GroupDigits(report.records_added))};
  }
  return {StatusCode::kInterrupted,
          fmt::format("interrupted; {} new messages are in the store, and the same command adds only what is missing",
                      GroupDigits(report.messages_added))};
}

}  // namespace

Result<ExitCode> RunImport(Context& context, Store* store, const std::vector<std::string>& paths,
                           admin::ImportOptions options) {
  const CatchInterrupts catch_interrupts;
  Sources sources;
  if (Status prepared = sources.Prepare(paths); !prepared.ok()) return prepared;
  Progress progress(context, "import", "messages");
  options.progress = [&progress](const admin::ImportProgress& now) {
    if (!now.phase.empty()) {
      return progress.Update({.items = now.phase_messages, .total_items = now.phase_total, .phase = now.phase});
    }
    return progress.Update({.items = now.messages, .bytes = now.bytes, .total_bytes = now.total_bytes});
  };
  options.on_problem = [&](const admin::ImportProblem& problem) {
    progress.Clear();
    TellProblem(context, sources, problem);
  };
  admin::ImportReport report;
  const Status status = admin::Import(store, sources.paths(), options, &report);
  progress.Clear();
  const bool something_read = report.messages_read > 0 || report.problems > 0 || report.records_read > 0;
  if (status.ok() || something_read || status.code() == StatusCode::kInterrupted) {
    PrintReport(context, report, options, status.ok(), progress.elapsed().count());
  }
  if (!status.ok()) return ExplainStop(status, report, options);
  return report.problems == 0 ? ExitCode::kOk : ExitCode::kPartlyDone;
}

}  // namespace rookery::cli
