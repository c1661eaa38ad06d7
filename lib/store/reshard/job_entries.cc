#include "store/reshard/job_entries.h"

#include <mutex>

#include "base/macros.h"
#include "store/reshard/job_routes.h"

namespace rookery::store {
namespace {

using routing::Directory;

constexpr std::size_t kEntriesPerBatch = 1000;

bool LosesItsChannels(const ReshardJob& job, ShardId shard) {
  const std::vector<std::uint32_t>& before = DirectoryOf(job.before)->weights;
  const std::vector<std::uint32_t>& after = DirectoryOf(job.after)->weights;
  if (shard.value >= after.size()) return true;
  return after[shard.value] == 0 && shard.value < before.size() && before[shard.value] > 0;
}

}  // namespace

template <typename Visit>
Status JobEntries::VisitChannels(const Directory& directory, Visit&& visit) {
  Status status;
  directory.VisitNames([&](const std::vector<std::string>& channels) {
    for (const std::string& channel : channels) {
      if (status.ok()) status = visit(channel);
    }
  });
  return status;
}

Status JobEntries::Commit() {
  if (scratch_->batch->count() == 0) return {};
  RK_TRY(committer_.Commit(*scratch_->batch, Durability::kBuffered));
  scratch_->batch->Clear();
  return {};
}

Status JobEntries::CommitIfFull() { return scratch_->batch->count() < kEntriesPerBatch ? Status() : Commit(); }

Status JobEntries::MoveOne(Directory* directory, const ReshardJob& job, const std::string& channel,
                           std::optional<ShardId> to) {
  const std::lock_guard lock(context_.channel_locks.For(channel));
  const auto entry = directory->Find(channel, job.after.epoch);
  if (!entry) return {};
  if (!to) {
    if (!LosesItsChannels(job, entry->shard)) return {};
    // Nothing was ever written to a channel whose entry is not stored: it is placed anew.
    if (!entry->stored) {
      directory->Forget(channel);
      return {};
    }
    to = directory->WouldPlace(channel, *PlacingOf(job)).shard;
  }
  const Epoch epoch = job.after.epoch;
  const ShardId from = directory->Find(channel, job.before.epoch)->shard;
  directory->Move(channel, {epoch, *to});
  catalog_.PutDirectoryRow(scratch_->batch.get(), channel, {.shard = from, .moves = {{epoch, *to}}});
  RK_TRY(Commit());
  directory->MarkStored(channel);
  return {};
}

Status JobEntries::Move(const ReshardJob& job, const std::vector<std::pair<std::string, ShardId>>& entries) {
  const auto directory = mirror_.after()->directory();
  if (directory == nullptr) return {};
  const bool moves = DirectoryOf(job.before) != nullptr;
  for (const auto& [channel, shard] : entries) {
    if (moves && directory->Find(channel, job.before.epoch)) {
      RK_TRY(MoveOne(directory.get(), job, channel, shard));
      continue;
    }
    directory->Learn(channel, shard);
    catalog_.PutDirectoryEntry(scratch_->batch.get(), channel, shard);
    RK_TRY(CommitIfFull());
  }
  RK_TRY(Commit());
  if (!moves) return {};
  // Channels that hold nothing are in no plan.
  return VisitChannels(*directory, [&](const std::string& channel) -> Status {
    const auto entry = directory->Find(channel, job.after.epoch);
    return entry && LosesItsChannels(job, entry->shard) ? MoveOne(directory.get(), job, channel, std::nullopt)
                                                        : Status();
  });
}

Status JobEntries::Revert(const ReshardJob& job) {
  if (DirectoryOf(job.before) == nullptr || DirectoryOf(job.after) == nullptr) return {};
  const auto directory = mirror_.before().directory();
  const Epoch back = job.reverted().epoch;
  RK_TRY(VisitChannels(*directory, [&](const std::string& channel) -> Status {
    const auto before = directory->Find(channel, job.before.epoch);
    const auto after = directory->Find(channel, job.after.epoch);
    if (!before || !after || before->shard == after->shard) return {};
    directory->Move(channel, {back, before->shard});
    catalog_.PutDirectoryRow(
        scratch_->batch.get(), channel,
        {.shard = before->shard, .moves = {{job.after.epoch, after->shard}, {back, before->shard}}});
    return CommitIfFull();
  }));
  return Commit();
}

Status JobEntries::Clean(const ReshardJob& job) {
  if (DirectoryOf(job.before) == nullptr && DirectoryOf(job.after) == nullptr) return {};
  const auto directory = context_.routes->directory();
  if (directory == nullptr) {
    catalog_.DeleteDirectory(scratch_->batch.get());
    return Commit();
  }
  RK_TRY(VisitChannels(*directory, [&](const std::string& channel) -> Status {
    const auto places = mirror_.FindPlaces({channel});
    if (!places || !places->moves()) return {};
    const auto entry = directory->Find(channel, context_.routes->map().epoch);
    catalog_.PutDirectoryEntry(scratch_->batch.get(), channel, entry->shard);
    return CommitIfFull();
  }));
  return Commit();
}

}  // namespace rookery::store
