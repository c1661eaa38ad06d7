#include "store/bulk/bulk_load.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/macros.h"
#include "store/bulk/parts.h"
#include "store/reshard/resharder.h"

namespace rookery::store::bulk {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;
/// What the engine takes for a table that is being written: mostly rows that a dictionary is made from.
constexpr std::size_t kBytesOfTable = 12 * kMiB;
constexpr std::size_t kLeastPartBytes = kMiB;
constexpr std::size_t kMostThreads = 8;
constexpr std::chrono::milliseconds kTickInterval{100};
/// Asking for the time costs as much as a tenth of a message.
constexpr std::uint64_t kAddsPerLook = 64;

std::size_t ThreadsFor(std::size_t memory_bytes) {
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  return std::clamp<std::size_t>(memory_bytes / (2 * kBytesOfTable), 1, std::min(processors, kMostThreads));
}

std::size_t PartBytes(std::size_t memory_bytes, std::size_t threads) {
  const std::size_t each = memory_bytes / threads;
  return each < kBytesOfTable + kLeastPartBytes ? kLeastPartBytes : each - kBytesOfTable;
}

engine::Packing PackingFor(BulkPacking packing) {
  return packing == BulkPacking::kFast ? engine::Packing::kFast : engine::Packing::kSmall;
}

Status Interrupted() { return {StatusCode::kInterrupted, "the bulk load was stopped; nothing of it was stored"}; }

}  // namespace

Result<std::unique_ptr<BulkLoad>> BulkLoad::Start(StoreImpl* store, const BulkOptions& options,
                                                  const ThreadStarter& start_thread) {
  RK_TRY(options.Validate());
  RK_TRY(store->committer().CheckWritable());
  RK_ASSIGN_OR_RETURN(auto intake, store->write_parts().context.engine->NewIntake());
  RK_TRY(Resharder::CheckIdle(store->context(), "begin a bulk load"));
  return std::make_unique<BulkLoad>(store, options, std::move(intake), start_thread);
}

BulkLoad::BulkLoad(StoreImpl* store, const BulkOptions& options, std::unique_ptr<engine::Intake> intake,
                   const ThreadStarter& start_thread)
    : options_(options),
      store_(store->write_parts()),
      memory_bytes_(options.memory_bytes.value_or(store_.context.memory.loaders)),
      intake_(std::move(intake)),
      runs_(intake_.get()),
      threads_(ThreadsFor(memory_bytes_)),
      load_{.store = store_.context,
            .intake = intake_.get(),
            .runs = runs_,
            .packing = PackingFor(options.packing),
            .start_thread = start_thread,
            .part_bytes = PartBytes(memory_bytes_, threads_),
            .may_refuse = static_cast<bool>(options.on_refused)} {
  // The rest is for tables of numbers that grow by doubling, and for what is about to be written.
  spiller_.emplace(&runs_, memory_bytes_ / 4 * 3, start_thread);
  entries_.emplace(&store_.context, &*spiller_);
}

BulkLoad::~BulkLoad() {
  if (published_) return;
  for (const auto& [shard, bytes] : entries_->noted_bytes()) store_.context.routes->NoteNotWritten(shard, bytes);
}

Status BulkLoad::Add(std::span<const NewMessage> messages, const BulkMessageOptions& options) {
  RK_TRY(entries_->Add(messages, options));
  if (--adds_until_look_ > 0) return {};
  adds_until_look_ = kAddsPerLook;
  used_ = spiller_->memory_bytes();
  load_.messages = entries_->count();
  load_.bytes = entries_->bytes();
  return Tick(BulkPhase::kAdding) ? Status{} : Interrupted();
}

bool BulkLoad::Tick(BulkPhase phase) {
  if (!options_.progress) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_tick_ < kTickInterval) return true;
  last_tick_ = now;
  return Tell(phase);
}

bool BulkLoad::Tell(BulkPhase phase) const {
  if (!options_.progress) return true;
  const std::uint64_t total = phase == BulkPhase::kAdding ? 0 : entries_->count();
  std::uint64_t messages = load_.messages.load(std::memory_order_relaxed);
  if (total > 0) messages = std::min(messages, total);  // what is done again counts once
  return options_.progress({phase, messages, total, entries_->bytes()});
}

Result<BulkReport> BulkLoad::Finish() {
  RK_TRY(store_.committer.CheckWritable());
  RK_TRY(spiller_->Finish());
  spiller_.reset();  // and with it its memory
  used_ = threads_ * load_.part_bytes;
  load_.messages = 0;
  for (const auto& [shard, runs] : runs_.shards()) {
    parts_.push_back(std::make_unique<ShardLoad>(&load_, shard, runs));
  }
  std::vector<ShardLoad*> parts;
  for (const auto& part : parts_) parts.push_back(part.get());
  const Publisher::Needs needs{.highest_id = entries_->highest_id(),
                               .nonces = entries_->any_nonces(),
                               .horizon = entries_->horizon(),
                               .journal_bytes = memory_bytes_ / 8};
  const auto run_parts = [this](std::span<ShardLoad* const> some, const engine::Snapshot* snapshot,
                                Publisher::Posts posts) {
    const auto tick = [&] { return posts == Publisher::Posts::kAreHeld || Tick(BulkPhase::kWriting); };
    return RunParts(some, &load_, snapshot, threads_, tick);
  };
  Publisher publisher(store_, intake_.get(), parts, needs, run_parts);
  const auto after_round = [this, told_phase = false]() mutable -> Status {
    RK_TRY(TellRefusals());
    if (std::exchange(told_phase, true)) return {};
    return Tell(BulkPhase::kPublishing) ? Status{} : Interrupted();
  };
  RK_TRY(publisher.Run(after_round));
  published_ = true;
  RK_TRY(TellRefusals());  // of a round in which posts were held
  return Count();
}

Status BulkLoad::TellRefusals() {
  std::vector<const Refused*> all;
  for (const auto& part : parts_) {
    for (const Refused& refused : part->outcome().refused) all.push_back(&refused);
  }
  std::sort(all.begin(), all.end(), [](const Refused* a, const Refused* b) { return a->index < b->index; });
  for (const Refused* refused : all) {
    if (!told_refusals_.insert(refused->index).second) continue;
    const bool go_on = options_.on_refused({refused->channel, refused->id, refused->index, refused->tag});
    if (go_on || published_) continue;
    return {StatusCode::kAlreadyExists, "the bulk load was stopped as id " + std::to_string(refused->id.value) +
                                            " is taken; nothing of it was stored"};
  }
  return {};
}

BulkReport BulkLoad::Count() {
  BulkReport report;
  std::map<ShardId, std::uint64_t> not_written = entries_->noted_bytes();
  std::uint64_t bytes = 0;
  for (const auto& part : parts_) {
    const ShardOutcome& outcome = part->outcome();
    report.posted += outcome.posted;
    report.existed += outcome.existed;
    report.renamed += outcome.renamed;
    report.refused += outcome.refused.size();
    bytes += outcome.bytes;
    std::uint64_t& noted = not_written[part->shard()];
    noted -= std::min(noted, outcome.bytes);
  }
  for (const auto& [shard, rest] : not_written) store_.context.routes->NoteNotWritten(shard, rest);
  store_.context.counters.messages_posted.Add(report.posted);
  store_.context.counters.posts_deduplicated.Add(report.existed);
  store_.context.counters.bytes_written.Add(bytes);
  return report;
}

}  // namespace rookery::store::bulk
