#include "store/attachment_verifier.h"

#include <algorithm>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "codec/message_codec.h"
#include "store/catalog.h"
#include "store/chunk_reader.h"
#include "store/row_error.h"

namespace rookery::store {
namespace {

using codec::KeyKind;

/// The message that an attachment's or a chunk's key belongs to: in both kinds the same bytes, in the same order.
std::string_view PlaceOf(std::string_view key) {
  constexpr std::size_t kKindBytes = 1;
  constexpr std::size_t kIdBytes = 8;
  return key.substr(kKindBytes, codec::ChannelPrefixLength(key) - kKindBytes + kIdBytes);
}

std::string ChunkName(std::uint32_t index) { return "chunk " + std::to_string(index); }

}  // namespace

AttachmentVerifier::AttachmentVerifier(const Context& context, ShardId shard, const engine::Snapshot* snapshot,
                                       Skips skips, Report report)
    : context_(context), shard_(shard), snapshot_(snapshot), skips_(std::move(skips)), report_(std::move(report)) {}

Status AttachmentVerifier::TakeMessage(const codec::DecodedKey& key) {
  const std::string prefix = codec::MessagePrefix(KeyKind::kAttachment, key.channel, key.id);
  const auto cursor =
      context_.engine->NewCursor(context_.KeyspaceOf(shard_), {.snapshot = snapshot_, .access = engine::Access::kSkip});
  cursor->Seek(prefix);
  if (!cursor->valid()) RK_TRY(cursor->status());
  if (cursor->valid() && cursor->key().starts_with(prefix)) return {};
  report_(MessageName(key.channel, key.id), "it says that it has attachments, and has none");
  return {};
}

Status AttachmentVerifier::TakeAttachment(const codec::DecodedKey& key) {
  if (count_ > 0 && (key.id != id_ || key.channel != channel_)) RK_TRY(EndMessage());
  channel_ = key.channel;
  id_ = key.id;
  ++count_;
  return {};
}

Status AttachmentVerifier::EndMessage() {
  const std::uint64_t count = std::exchange(count_, 0);
  if (count == 0) return {};
  RK_ASSIGN_OR_RETURN(const auto value,
                      context_.engine->Get(context_.KeyspaceOf(shard_), codec::MessageKeyOf(channel_, id_), snapshot_));
  if (value == nullptr) {
    report_(MessageName(channel_, id_), "it has attachments, and is not there itself");
    return {};
  }
  const auto message = codec::DecodeMessage(value->view(), id_, context_.epoch);
  if (message && message->attachment_count() != count) {
    report_(MessageName(channel_, id_), "it has " + std::to_string(count) + " attachments, and says that it has " +
                                            std::to_string(message->attachment_count()));
  }
  return {};
}

Status AttachmentVerifier::TakeChunk(const codec::DecodedKey& key, std::string_view key_bytes, std::string_view value) {
  const std::string_view place = PlaceOf(key_bytes);
  if (rows_ == nullptr) RK_TRY(NextOwners());
  while (!place_.empty() && place_ < place) RK_TRY(NextOwners());
  Owner* owner = place_ == place ? FindOwner(key.attachment) : nullptr;
  if (owner == nullptr) return CheckStray(key);
  CheckChunk(key, value, owner);
  return {};
}

Status AttachmentVerifier::Finish() {
  RK_TRY(EndMessage());
  do {
    RK_TRY(NextOwners());
  } while (!place_.empty());
  return {};
}

Status AttachmentVerifier::NextOwners() {
  EndOwners();
  if (rows_ == nullptr) {
    lower_ = codec::KindPrefix(KeyKind::kAttachment);
    upper_ = codec::PrefixEnd(lower_);
    rows_ = context_.engine->NewCursor(
        context_.KeyspaceOf(shard_),
        {.lower = lower_, .upper = upper_, .snapshot = snapshot_, .access = engine::Access::kScan});
    rows_->SeekToFirst();
  }
  for (; rows_->valid(); rows_->Next()) {
    const auto key = codec::DecodeKey(rows_->key());
    if (!key) continue;  // reported as a row
    if (skips_(context_.PartOf(key->channel, key->id))) continue;
    const std::string_view place = PlaceOf(rows_->key());
    if (!place_.empty() && place != place_) return {};
    place_ = place;
    owner_channel_ = key->channel;
    owner_id_ = key->id;
    const auto fields = codec::DecodeAttachment(rows_->value());
    if (fields) owners_.push_back({.stored = ToStored(key->rest, *fields)});
  }
  return rows_->status();
}

void AttachmentVerifier::EndOwners() {
  for (const Owner& owner : owners_) {
    const AttachmentInfo& info = owner.stored.info;
    const std::string name = AttachmentName(owner_channel_, owner_id_, info.name);
    if (owner.next_chunk < info.chunks) {
      report_(name, ChunkName(owner.next_chunk) + " and what follows is missing");
    } else if (!owner.damaged && owner.checksum.value() != info.checksum) {
      report_(name, "its chunks together do not have its checksum");
    }
  }
  owners_.clear();
  place_.clear();
}

AttachmentVerifier::Owner* AttachmentVerifier::FindOwner(codec::AttachmentId attachment) {
  const auto owner = std::find_if(owners_.begin(), owners_.end(),
                                  [&](const Owner& candidate) { return candidate.stored.id == attachment; });
  return owner == owners_.end() ? nullptr : &*owner;
}

Status AttachmentVerifier::CheckStray(const codec::DecodedKey& key) {
  if (key.attachment == stray_) return {};
  stray_ = key.attachment;
  const Catalog catalog(context_.engine.get(), context_.catalog);
  RK_ASSIGN_OR_RETURN(const bool uploading, catalog.IsUploading(key.attachment, snapshot_));
  if (!uploading) {
    report_(MessageName(key.channel, key.id),
            "it has chunks of an attachment " + std::to_string(key.attachment.value) + " that is not there");
  }
  return {};
}

void AttachmentVerifier::CheckChunk(const codec::DecodedKey& key, std::string_view value, Owner* owner) {
  const AttachmentInfo& info = owner->stored.info;
  const std::string name = AttachmentName(owner_channel_, owner_id_, info.name);
  const auto report = [&](std::string what) {
    owner->damaged = true;
    report_(name, std::move(what));
  };
  if (key.index >= info.chunks) return report(ChunkName(key.index) + " is behind its end");
  if (key.index > owner->next_chunk) report(ChunkName(owner->next_chunk) + " is missing");
  owner->next_chunk = key.index + 1;
  std::string_view data;
  const std::string damage = ChunkDamage(value, owner->stored.id, key.index, info.size, &data);
  if (!damage.empty()) return report(ChunkName(key.index) + " " + damage);
  owner->checksum.Add(data);
}

}  // namespace rookery::store
