#include "store/chunk_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "codec/checksum.h"
#include "codec/message_codec.h"
#include "store/limits.h"
#include "store/row_error.h"

namespace rookery::store {

std::string ChunkDamage(std::string_view value, codec::AttachmentId attachment, std::uint32_t index,
                        std::uint64_t size_of_attachment, std::string_view* data) {
  const auto chunk = codec::DecodeChunk(value);
  if (!chunk) return "cannot be decoded";
  if (chunk->attachment != attachment || chunk->index != index) return "belongs to another place";
  const std::size_t size = codec::SizeOfChunk(size_of_attachment, index);
  if (chunk->data.size() != size) {
    return "has " + std::to_string(chunk->data.size()) + " bytes in place of " + std::to_string(size);
  }
  if (codec::ChecksumOf(chunk->data) != chunk->checksum) return "does not have its checksum";
  *data = chunk->data;
  return {};
}

ChunkReader::ChunkReader(const Context& context, ShardId shard, std::string_view channel, MessageId id,
                         StoredAttachment stored, std::shared_ptr<const engine::Snapshot> snapshot)
    : context_(context),
      shard_(shard),
      channel_(channel),
      id_(id),
      stored_(std::move(stored)),
      snapshot_(std::move(snapshot)) {}

Result<std::unique_ptr<ChunkReader>> ChunkReader::Open(const Context& context, std::string_view channel, MessageId id,
                                                       std::string_view name,
                                                       std::shared_ptr<const engine::Snapshot> snapshot) {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckMessageId(id, "id"));
  RK_TRY(CheckAttachmentName(name));
  context.counters.attachment_reads.Add();
  if (snapshot == nullptr) snapshot = context.NewSnapshot();
  const auto shard = context.FindMessage(context.routes.At(snapshot.get()), channel, id);
  if (!shard) return std::unique_ptr<ChunkReader>();
  RK_ASSIGN_OR_RETURN(auto stored, AttachmentRows(context, *shard, channel, id, snapshot.get()).Find(name));
  if (!stored) return std::unique_ptr<ChunkReader>();
  return std::unique_ptr<ChunkReader>(
      new ChunkReader(context, *shard, channel, id, *std::move(stored), std::move(snapshot)));
}

Status ChunkReader::Seek(std::uint64_t offset) {
  if (offset > info().size) {
    return {StatusCode::kInvalidArgument, "offset " + std::to_string(offset) +
                                              " is behind the end of the attachment, " + std::to_string(info().size)};
  }
  offset_ = offset;
  return {};
}

Result<std::size_t> ChunkReader::Read(std::span<char> buffer) {
  std::size_t done = 0;
  while (done < buffer.size()) {
    auto here = Here();
    // What was copied before it is right; the error comes again with the next call.
    if (!here && done > 0) break;
    if (!here) return std::move(here).error();
    if (here->empty()) break;
    const std::size_t size = std::min(here->size(), buffer.size() - done);
    std::memcpy(buffer.data() + done, here->data(), size);
    done += size;
    offset_ += size;
  }
  return done;
}

Result<std::string_view> ChunkReader::ReadChunk() {
  RK_ASSIGN_OR_RETURN(const std::string_view here, Here());
  offset_ += here.size();
  return here;
}

Result<std::string_view> ChunkReader::Here() {
  if (offset_ >= info().size) return std::string_view();
  RK_TRY(Load(static_cast<std::uint32_t>(offset_ / codec::kChunkBytes)));
  return data_.substr(static_cast<std::size_t>(offset_ % codec::kChunkBytes));
}

Status ChunkReader::Load(std::uint32_t index) {
  if (loaded_ == index) return {};
  loaded_.reset();
  const std::string key = codec::ChunkKeyOf({channel_, id_, stored_.id}, index);
  auto got = context_.engine->Get(context_.KeyspaceOf(shard_), key, snapshot_.get());
  const auto name = [&] {
    return "chunk " + std::to_string(index) + " of " + AttachmentName(channel_, id_, info().name);
  };
  if (!got) return DamagedBelow(std::move(got).error(), shard_, name());
  value_ = *std::move(got);
  const std::string damage =
      value_ == nullptr ? "is missing" : ChunkDamage(value_->view(), stored_.id, index, info().size, &data_);
  if (!damage.empty()) {
    return {StatusCode::kCorruption,
            base::ShardName(shard_) + ": " + name() + " " + damage + "; run verify to see what else is damaged"};
  }
  loaded_ = index;
  return {};
}

}  // namespace rookery::store
