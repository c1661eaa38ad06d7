#include "store/reshard/job_entries.h"

#include "base/macros.h"
#include "store/reshard/job_routes.h"

namespace rookery::store {
namespace {

using routing::Directory;
using routing::DirectoryTable;

constexpr std::size_t kEntriesPerBatch = 1000;

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

Status JobEntries::MoveOne(Directory* directory, const ReshardJob& job, std::string_view channel, ShardId from,
                           ShardId to) {
  const Epoch epoch = job.after.epoch;
  directory->Move(channel, {epoch, to});
  catalog_.PutDirectoryRow(scratch_->batch.get(), channel, {.shard = from, .moves = {{epoch, to}}});
  return CommitIfFull();
}

Status JobEntries::Move(const ReshardJob& job, const std::vector<std::pair<std::string, ShardId>>& entries) {
  const auto directory = mirror_.after()->directory();
  if (directory == nullptr) return {};
  const bool moves = DirectoryOf(job.before) != nullptr;
  for (const auto& [channel, shard] : entries) {
    const auto from = moves ? directory->Find(channel, job.before.epoch) : std::nullopt;
    if (from) {
      RK_TRY(MoveOne(directory.get(), job, channel, from->shard, shard));
      continue;
    }
    directory->Learn(channel, shard);
    catalog_.PutDirectoryEntry(scratch_->batch.get(), channel, shard);
    RK_TRY(CommitIfFull());
  }
  if (moves) RK_TRY(MoveHomeless(directory.get(), job));
  return Commit();
}

Status JobEntries::MoveHomeless(Directory* directory, const ReshardJob& job) {
  const std::vector<std::uint32_t>& old_weights = DirectoryOf(job.before)->weights;
  const std::vector<std::uint32_t>& weights = DirectoryOf(job.after)->weights;
  const auto loses_its_channels = [&](ShardId shard) {
    return shard.value >= weights.size() || (weights[shard.value] == 0 && old_weights[shard.value] > 0);
  };
  const DirectoryTable placing = *PlacingOf(job);
  return VisitChannels(*directory, [&](const std::string& channel) -> Status {
    const auto entry = directory->Find(channel, job.after.epoch);
    if (!entry || !loses_its_channels(entry->shard)) return {};
    if (entry->stored) {
      return MoveOne(directory, job, channel, entry->shard, directory->WouldPlace(channel, placing).shard);
    }
    directory->Forget(channel);
    return {};
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
    const auto places = mirror_.FindPlaces(channel);
    if (!places || !places->moves()) return {};
    const auto entry = directory->Find(channel, context_.routes->map().epoch);
    catalog_.PutDirectoryEntry(scratch_->batch.get(), channel, entry->shard);
    return CommitIfFull();
  }));
  return Commit();
}

}  // namespace rookery::store
