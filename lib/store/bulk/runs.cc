#include "store/bulk/runs.h"

#include <optional>

#include "base/big_endian.h"
#include "base/macros.h"

namespace rookery::store::bulk {
namespace {

constexpr std::size_t kAppendBytes = std::size_t{256} << 10;

std::string GroupHeader(const SortBuffer::Group& group) {
  std::string header;
  base::AppendBigEndian(&header, static_cast<std::uint16_t>(group.prefix.size()));
  base::AppendBigEndian(&header, static_cast<std::uint32_t>(group.rows));
  return header += group.prefix;
}

}  // namespace

Status Runs::Write(const SortBuffer& buffer) {
  if (file_ == nullptr) {
    RK_ASSIGN_OR_RETURN(file_, intake_.NewScratchFile());
  }
  std::optional<std::pair<ShardId, codec::KeyKind>> section;
  std::vector<Extent>* extents = nullptr;
  const auto write = [&](const SortBuffer::Group& group, std::span<const SortBuffer::Item> items) -> Status {
    const auto of_group = std::make_pair(group.shard, group.kind);
    if (section != of_group) {
      section = of_group;
      ShardRuns& shard = shards_[group.shard];
      extents = group.kind == codec::KeyKind::kNonce ? &shard.nonces : &shard.messages;
      extents->push_back({size_, size_});
    }
    RK_TRY(Append(GroupHeader(group)));
    for (const SortBuffer::Item& item : items) RK_TRY(Append(buffer.EntryBytes(item)));
    extents->back().end = size_;
    return {};
  };
  RK_TRY(buffer.VisitSorted(write));
  return FlushPending();
}

Status Runs::Append(std::string_view bytes) {
  size_ += bytes.size();
  if (pending_.size() + bytes.size() > kAppendBytes) RK_TRY(FlushPending());
  if (bytes.size() > kAppendBytes) return file_->Append(bytes);
  pending_.append(bytes);
  return {};
}

Status Runs::FlushPending() {
  if (pending_.empty()) return {};
  Status status = file_->Append(pending_);
  pending_.clear();
  return status;
}

Status Runs::Seal() { return file_ == nullptr ? Status{} : file_->Seal(); }

}  // namespace rookery::store::bulk
