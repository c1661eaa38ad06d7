// The import itself: makes the importers, plans, reads, and tells what became of it.
#include "admin/import.h"

#include <algorithm>
#include <vector>

#include "admin/import/plan.h"
#include "admin/import/sink.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

Status Validate(const Store* store, std::span<const std::filesystem::path> paths, const ImportOptions& options) {
  constexpr std::size_t kMaxBatch = 100'000;
  const auto invalid = [](std::string message) { return Status{StatusCode::kInvalidArgument, std::move(message)}; };
  if (store == nullptr && !options.dry_run)
    return invalid("there is no store to import into; only a dry run needs none");
  if (paths.empty()) return invalid("there is no path to import from");
  if (options.batch_size == 0 || options.batch_size > kMaxBatch) {
    return invalid("batch_size is " + std::to_string(options.batch_size) + "; it is 1 to " + std::to_string(kMaxBatch));
  }
  if (options.bulk) ADMIN_TRY((BulkOptions{.memory_bytes = options.bulk_memory_bytes}.Validate()));
  if (options.channel.size() > kMaxChannelBytes) return invalid("channel is longer than 1024 bytes");
  if (options.utc_offset.count() < -24 * 60 || options.utc_offset.count() > 24 * 60) {
    return invalid("utc_offset is more than a day");
  }
  return {};
}

Result<std::vector<NamedImporter>> MakeImporters(const ImportOptions& options) {
  std::vector<NamedImporter> importers;
  std::string names;
  for (const ImporterRow& row : ImporterTable()) {
    names.append(names.empty() ? "" : ", ").append(row.format.name);
    if (options.format.empty() || options.format == row.format.name) {
      importers.push_back({row.format.name, row.make(options)});
    }
  }
  if (importers.empty()) {
    return Status{StatusCode::kInvalidArgument,
                  "there is no format " + Quoted(options.format) + "; the formats are " + names};
  }
  return importers;
}

Status RunTasks(const ImportPlan& plan, ImportSink* sink, ImportReport* report) {
  for (const auto& [path, reason] : plan.problems) ADMIN_TRY(sink->FileProblem(path, reason));
  for (const ImportTask& task : plan.tasks) {
    const bool other = !report->format.empty() && report->format != task.format->name;
    report->format = other ? "mixed" : std::string(task.format->name);
    Importer& importer = *task.format->importer;
    ADMIN_TRY(sink->Absorb(task.file ? importer.ReadFile(*task.file, sink) : importer.ReadTree(task.tree, sink)));
  }
  return {};
}

}  // namespace

Status Import(Store* store, std::span<const std::filesystem::path> paths, const ImportOptions& options,
              ImportReport* report) {
  ImportReport unwanted;
  if (report == nullptr) report = &unwanted;
  *report = {};
  ADMIN_TRY(Validate(store, paths, options));
  ADMIN_ASSIGN_OR_RETURN(const std::vector<NamedImporter> importers, MakeImporters(options));
  Timestamp epoch = IdOptions{}.epoch;
  if (store != nullptr) {
    ADMIN_ASSIGN_OR_RETURN(const StoreInfo info, store->Info());
    epoch = info.epoch;
  }
  ImportPlan plan;
  ImportPlanner planner(importers, options.format.empty(), &plan);
  for (const auto& path : paths) ADMIN_TRY(planner.AddPath(path));
  ADMIN_TRY(planner.Finish(paths));
  report->files_skipped = plan.files_skipped;

  ImportSink sink(store, epoch, options, report);
  sink.progress().SetTotal(plan.total_bytes);
  Status status = RunTasks(plan, &sink, report);
  // What was read before an error is welcome, too, but in a bulk import; the first error is the one to tell.
  Status finished = sink.Finish(status.ok());
  report->bytes = sink.progress().bytes();
  return status.ok() ? finished : status;
}

}  // namespace rookery::admin
