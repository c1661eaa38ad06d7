#include "cells/whole_store.h"

#include <algorithm>
#include <string>

#include "cells/channel_pages.h"
#include "metrics/metric_rows.h"
#include "store/channel_lister.h"
#include "store/limits.h"

namespace rookery::cells {
namespace {

std::string InCell(const Cell& cell, std::string_view name) { return cell.name() + "/" + std::string(name); }

/// Tells the progress of several calls as that of one. What is still to come is not known before it begins.
std::function<bool(std::uint64_t, std::uint64_t)> Behind(
    std::uint64_t* done_before, std::uint64_t* last,
    const std::function<bool(std::uint64_t, std::uint64_t)>& progress) {
  *done_before += *last;
  *last = 0;
  if (!progress) return {};
  return [=, &progress](std::uint64_t done, std::uint64_t total) {
    *last = done;
    return progress(*done_before + done, *done_before + total);
  };
}

void Add(const Cell& cell, const StoreStats& part, StoreStats* sum) {
  for (ShardStats shard : part.shards) {
    shard.name = InCell(cell, shard.name);
    sum->shards.push_back(std::move(shard));
  }
  for (const metrics::MetricRow& row : metrics::MetricRows()) {
    const bool adds_up = row.kind == MetricKind::kCounter || row.unit == MetricUnit::kBytes;
    if (adds_up && row.set != nullptr) row.set(sum, row.get(*sum) + row.get(part));
  }
  for (std::size_t i = 0; i < std::min(sum->memory.size(), part.memory.size()); ++i) {
    sum->memory[i].budget += part.memory[i].budget;
    sum->memory[i].used += part.memory[i].used;
  }
}

void Add(const Cell& cell, VerifyReport part, std::size_t max_problems, VerifyReport* sum) {
  for (ShardCounts& shard : part.shards) {
    shard.name = InCell(cell, shard.name);
    sum->shards.push_back(std::move(shard));
  }
  for (VerifyProblem& problem : part.problems) {
    problem.where = InCell(cell, problem.where);
    if (sum->problems.size() < max_problems) sum->problems.push_back(std::move(problem));
  }
  sum->problem_count += part.problem_count;
  sum->channels += part.channels;
  sum->messages += part.messages;
  sum->records += part.records;
  sum->attachments += part.attachments;
}

}  // namespace

Result<std::vector<std::optional<Message>>> GetMany(const CellSet& cells, std::span<const MessageKey> keys,
                                                    const ReadOptions& options) {
  return cells.Steadily([&]() -> Result<std::vector<std::optional<Message>>> {
    if (cells.only_main()) return cells.main_store().reads().GetMany(keys, nullptr, options);
    return GetManyByCell(*cells.rules(), keys, [&](CellIndex index, std::span<const MessageKey> part) {
      return cells.At(index)->Run(
          Access::kRead, [&](const ImplPointer& impl) { return impl->reads().GetMany(part, nullptr, options); });
    });
  });
}

Result<ChannelPage> ListChannels(const CellSet& cells, const ChannelQuery& query) {
  return cells.Steadily([&]() -> Result<ChannelPage> {
    if (cells.only_main()) return store::ListChannels(cells.main_store().context(), query, nullptr);
    RK_TRY(store::CheckPageSize(query.limit));
    RK_ASSIGN_OR_RETURN(const std::vector<CellPointer> readable, cells.Readable(query.missing_cells));
    const std::shared_ptr<const CellRules> rules = cells.rules();
    std::vector<ChannelStream> streams;
    streams.reserve(readable.size());
    for (const CellPointer& cell : readable) {
      streams.emplace_back(
          [&cell](const ChannelQuery& page) {
            return cell->Run(Access::kRead, [&](const ImplPointer& impl) {
              return store::ListChannels(impl->context(), page, nullptr);
            });
          },
          query, [&](const std::string& channel) { return cells.At(rules->Find(channel)) == cell; });
    }
    return MergeChannels(std::move(streams), query.limit);
  });
}

std::optional<ScanQuery> PartOfScan(const ScanQuery& query, const CellRules& rules, CellIndex cell,
                                    std::uint32_t first_shard, std::uint32_t shards) {
  ScanQuery part = query;
  if (query.shard) {
    if (query.shard->value < first_shard || query.shard->value - first_shard >= shards) return std::nullopt;
    part.shard = ShardId{query.shard->value - first_shard};
  }
  if (query.channels) {
    std::erase_if(*part.channels, [&](const std::string& channel) { return rules.Find(channel) != cell; });
    if (part.channels->empty()) return std::nullopt;
  }
  return part;
}

Status CheckShard(const ScanQuery& query, std::uint32_t shards) {
  if (!query.shard || query.shard->value < shards) return {};
  return {StatusCode::kInvalidArgument, "shard is " + std::to_string(query.shard->value) + "; the store has " +
                                            std::to_string(shards) + " in all its cells"};
}

Result<RouteExplanation> Explain(const CellSet& cells, std::string_view channel) {
  if (cells.only_main()) return cells.main_store().Explain(channel);
  RK_TRY(store::CheckChannel(channel));
  const std::shared_ptr<const CellRules> rules = cells.rules();
  const CellRules::Route route = rules->Explain(channel);
  const CellPointer& cell = cells.At(route.cell);
  RK_ASSIGN_OR_RETURN(RouteExplanation explanation,
                      cell->Run(Access::kRead, [&](const ImplPointer& impl) { return impl->Explain(channel); }));
  const std::string why = route.placed            ? "the channel's own place"
                          : !route.prefix.empty() ? "prefix \"" + std::string(route.prefix) + "\""
                                                  : "no prefix fits";
  explanation.cell = cell->name();
  explanation.steps.insert(explanation.steps.begin(), {"cell", cell->name() + ": " + why});
  return explanation;
}

StoreStats Stats(const CellSet& cells) {
  StoreStats stats = cells.main_store().Stats();
  for (const CellPointer& cell : cells.All()) {
    if (cell == cells.main()) continue;
    static_cast<void>(cell->Run(Access::kRead, [&](const ImplPointer& impl) {
      Add(*cell, impl->Stats(), &stats);
      return Status();
    }));
  }
  return stats;
}

Result<VerifyReport> Verify(const CellSet& cells, const VerifyOptions& options) {
  RK_ASSIGN_OR_RETURN(const std::vector<CellPointer> readable, cells.Readable(options.missing_cells));
  VerifyReport sum;
  std::uint64_t before = 0;
  std::uint64_t last = 0;
  for (const CellPointer& cell : readable) {
    VerifyOptions part = options;
    part.progress = Behind(&before, &last, options.progress);
    RK_ASSIGN_OR_RETURN(VerifyReport report,
                        cell->Run(Access::kRead, [&](const ImplPointer& impl) { return impl->Verify(part); }));
    if (cell == cells.main()) {
      sum = std::move(report);
    } else {
      Add(*cell, std::move(report), options.max_problems, &sum);
    }
  }
  return sum;
}

Result<RepairReport> Repair(const CellSet& cells, const RepairOptions& options) {
  RK_ASSIGN_OR_RETURN(const std::vector<CellPointer> readable, cells.Readable(MissingCells::kRefuse));
  RepairReport sum;
  std::uint64_t before = 0;
  std::uint64_t last = 0;
  for (const CellPointer& cell : readable) {
    RepairOptions part = options;
    part.progress = Behind(&before, &last, options.progress);
    RK_ASSIGN_OR_RETURN(const RepairReport report,
                        cell->Run(Access::kWrite, [&](const ImplPointer& impl) { return impl->Repair(part); }));
    sum.messages += report.messages;
    sum.buckets += report.buckets;
    sum.buckets_mended += report.buckets_mended;
  }
  return sum;
}

Status SetRetention(const CellSet& cells, const RetentionRule& rule) {
  // The main cell's rules are those of the store; a cell that is away gets them when it is opened again.
  const base::MutexLock lock(cells.retention_mutex());
  RK_TRY(cells.main_store().SetRetention(rule));
  for (const CellPointer& cell : cells.All()) {
    if (cell == cells.main()) continue;
    if (cell->state() == CellState::kQuarantined) {
      // Its thread may still enforce what it has.
      cell->IfThere([&](store::StoreImpl& impl) { static_cast<void>(impl.SetRetention(rule)); });
      continue;
    }
    RK_TRY(cell->Run(Access::kRead, [&](const ImplPointer& impl) { return impl->SetRetention(rule); }));
  }
  return {};
}

Result<RetentionReport> RunRetention(const CellSet& cells, const RetentionOptions& options) {
  RetentionReport sum;
  RK_TRY(ForEach(cells, Access::kRead, [&](store::StoreImpl& impl) -> Status {
    RK_ASSIGN_OR_RETURN(const RetentionReport report, impl.RunRetention(options));
    sum.channels += report.channels;
    sum.trimmed += report.trimmed;
    sum.messages += report.messages;
    sum.bytes += report.bytes;
    return {};
  }));
  return sum;
}

Status ForEach(const CellSet& cells, Access access, const std::function<Status(store::StoreImpl&)>& each) {
  Status quarantined;
  for (const CellPointer& cell : cells.All()) {
    Status done = cell->Run(access, [&](const ImplPointer& impl) { return each(*impl); });
    if (done.ok()) continue;
    if (cell->state() != CellState::kQuarantined) return done;
    quarantined = std::move(done);
  }
  return quarantined;
}

}  // namespace rookery::cells
