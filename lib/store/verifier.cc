#include "store/verifier.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "codec/bucket_row.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/attachment_rows.h"
#include "store/attachment_verifier.h"
#include "store/buckets/bucket_check.h"
#include "store/parts.h"
#include "store/reshard/mirror.h"
#include "store/row_error.h"
#include "store/row_name.h"

namespace rookery::store {
namespace {

using codec::KeyKind;

/// Says how far the work is, about ten times a second.
class Pace {
 public:
  Pace(const VerifyOptions& options, std::uint64_t total) : options_(options), total_(total) {}

  /// False if the caller wants to stop.
  bool Step() {
    constexpr std::uint64_t kRowsBetweenLooks = 1024;
    if (++done_ % kRowsBetweenLooks != 0 || !options_.progress) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds{100}) return true;
    last_ = now;
    return options_.progress(done_, std::max(total_, done_));
  }

 private:
  const VerifyOptions& options_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// What is verified.
struct VerifiedState {
  const Mirror* mirror = nullptr;  // of a reshard job
  std::shared_ptr<const engine::Snapshot> snapshot;
  bool map_is_complete = false;  // in the snapshot
};

/// Waits while a bulk load is being published or a repair goes on: what the map lacks then is no damage.
VerifiedState StateOf(const Context& context) {
  const base::MutexLock remaking(context.buckets->remaking());
  // A job that begins after the snapshot has no rows in it.
  return {.mirror = context.mirror.load(std::memory_order_acquire),
          .snapshot = context.NewSnapshot(),
          .map_is_complete = context.buckets->complete()};
}

class ShardVerifier {
 public:
  ShardVerifier(const Context& context, const VerifyOptions& options, ShardId shard, const VerifiedState& state,
                VerifyReport* report, std::set<std::string>* spread_channels)
      : context_(context),
        options_(options),
        shard_(shard),
        snapshot_(state.snapshot.get()),
        router_(context.routes.At(snapshot_)),
        map_is_complete_(state.map_is_complete),
        mirror_(state.mirror),
        report_(*report),
        spread_channels_(*spread_channels),
        attachments_(
            context, shard, snapshot_, [this](const routing::Part& part) { return IsSecondPlace(part); },
            [this](const std::string& where, std::string what) { Report(where, std::move(what)); }),
        buckets_(
            *context.engine, context.KeyspaceOf(shard), snapshot_, context.buckets->rule(),
            [this](std::string_view channel, std::uint64_t bucket) {
              return IsSecondPlace({channel, bucket});
            },
            [this](std::string_view where, std::string what) {
              Report(where, std::move(what) + "; run repair", /*repairable=*/true);
            }) {
    counts_.id = shard;
    counts_.name = base::ShardName(shard);
  }

  Status Run(Pace* pace) {
    const auto cursor = NewCursor(engine::Access::kScan);
    for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
      RK_TRY(CheckRow(cursor->key(), cursor->value()));
      if (!pace->Step()) return {StatusCode::kInterrupted, "verify was stopped before it had read everything"};
    }
    RK_TRY(DamagedBelow(cursor->status(), shard_, "the row behind the key " + base::Quoted(last_key_)));
    buckets_.Leave();
    RK_TRY(attachments_.Finish());
    report_.shards.push_back(counts_);
    report_.channels += counts_.channels;
    report_.messages += counts_.messages;
    report_.records += counts_.records;
    report_.attachments += counts_.attachments;
    return {};
  }

 private:
  std::unique_ptr<engine::Cursor> NewCursor(engine::Access access) const {
    return context_.engine->NewCursor(context_.KeyspaceOf(shard_), {.snapshot = snapshot_, .access = access});
  }

  void Report(std::string_view row, std::string what, bool repairable = false) {
    ++report_.problem_count;
    if (report_.problems.size() >= options_.max_problems) return;
    report_.problems.push_back({counts_.name + ", " + std::string(row), std::move(what), repairable});
  }

  Status CheckRow(std::string_view key, std::string_view value) {
    counts_.key_bytes += key.size();
    counts_.value_bytes += value.size();
    if (!last_key_.empty() && key <= last_key_) Report(base::Quoted(key), "the key is out of order");
    last_key_.assign(key);
    const auto decoded = codec::DecodeKey(key);
    if (!decoded) {
      Report("key " + base::Quoted(key), "the key cannot be decoded");
      return {};
    }
    RK_TRY(EnterPart(*decoded));
    if (second_place_) return {};
    switch (decoded->kind) {
      case KeyKind::kMessage:
        return CheckMessage(*decoded, value);
      case KeyKind::kRecord:
        CheckRecord(*decoded, value);
        return {};
      case KeyKind::kNonce:
        return CheckNonce(*decoded, value);
      case KeyKind::kBucket:
        return CheckBucket(*decoded, value);
      case KeyKind::kBucketMark:
        return {};
      case KeyKind::kAttachment:
        ++counts_.attachments;
        if (!codec::DecodeAttachment(value)) Report(RowName(*decoded), UndecodableValue(value));
        return attachments_.TakeAttachment(*decoded);
      case KeyKind::kChunk:
        ++counts_.chunks;
        return attachments_.TakeChunk(*decoded, key, value);
    }
    return {};
  }

  /// The part that a row is of: of a channel that some map spreads it names the bucket.
  routing::Part PartOf(const codec::DecodedKey& key) const {
    return is_spread_ ? routing::Part{channel_, BucketOfRow(context_.buckets->rule(), key)} : routing::Part{channel_};
  }

  /// Once for each run of keys with the same kind and channel, and for each part of a spread channel.
  Status EnterPart(const codec::DecodedKey& key) {
    const bool is_new_run = key.kind != kind_ || key.channel != channel_;
    if (!is_new_run && (!is_spread_ || PartOf(key).bucket == bucket_)) return {};
    if (is_new_run) RK_TRY(EnterChannel(key));
    const routing::Part part = PartOf(key);
    bucket_ = part.bucket;
    second_place_ = IsSecondPlace(part);
    if (second_place_) return {};
    if (kind_ == KeyKind::kBucket && !channel_is_empty_) return {};  // it was looked at with its messages
    CheckRoute(part);
    const bool makes_a_channel = kind_ == KeyKind::kMessage || kind_ == KeyKind::kRecord;
    if (makes_a_channel && router_.SpreadOf(channel_) != nullptr) {
      spread_channels_.insert(channel_);
      return {};
    }
    if (!is_new_run) return {};
    if (kind_ == KeyKind::kMessage) {
      ++counts_.channels;
    } else if (kind_ == KeyKind::kRecord) {
      RK_ASSIGN_OR_RETURN(const bool has_messages, HasMessages(channel_));
      if (!has_messages) ++counts_.channels;
    }
    return {};
  }

  Status EnterChannel(const codec::DecodedKey& key) {
    if (kind_ == KeyKind::kMessage) buckets_.Leave();
    kind_ = key.kind;
    channel_ = key.channel;
    is_spread_ = router_.SpreadOf(channel_) != nullptr || (mirror_ != nullptr && mirror_->spreads(channel_));
    if (kind_ == KeyKind::kMessage && map_is_complete_) RK_TRY(buckets_.Enter(channel_));
    if (kind_ != KeyKind::kBucket) return {};
    RK_ASSIGN_OR_RETURN(const bool has_messages, HasMessages(channel_));
    channel_is_empty_ = !has_messages;
    return {};
  }

  void CheckRoute(const routing::Part& part) {
    const auto routed = router_.FindPart(part);
    if (!routed) {
      Report("channel " + base::Quoted(channel_), "the directory has no entry for it: its rows cannot be found");
    } else if (*routed != shard_) {
      const std::string bucket = part.bucket ? ", bucket " + std::to_string(*part.bucket) : "";
      Report("channel " + base::Quoted(channel_) + bucket, "it belongs to " + base::ShardName(*routed));
    }
  }

  /// Whether the part's rows are here for a reshard job only. That both places hold the same is another question
  /// (Store::VerifyReshard).
  bool IsSecondPlace(const routing::Part& part) const {
    return mirror_ != nullptr && router_.FindPart(part) != shard_ && mirror_->IsPlace(part, shard_);
  }

  Result<bool> HasMessages(std::string_view channel) const {
    const std::string prefix = codec::ChannelPrefix(KeyKind::kMessage, channel);
    const auto cursor = NewCursor(engine::Access::kSkip);
    cursor->Seek(prefix);
    if (!cursor->valid()) RK_TRY(cursor->status());
    return cursor->valid() && cursor->key().starts_with(prefix);
  }

  Status CheckMessage(const codec::DecodedKey& key, std::string_view value) {
    ++counts_.messages;
    if (map_is_complete_) buckets_.Message(key.id, last_key_.size() + value.size());
    const auto message = codec::DecodeMessage(value, key.id, context_.epoch);
    if (!message) {
      Report(RowName(key), UndecodableValue(value));
      return {};
    }
    if (message->version().value == 0) Report(RowName(key), "its version is 0");
    if (message->attachment_count() > 0) RK_TRY(attachments_.TakeMessage(key));
    if (!message->nonce_remembered()) return {};
    const std::string nonce_key = codec::NonceKeyOf(key.channel, message->nonce());
    const ShardId home = router_.Find(key.channel).value_or(shard_);
    RK_ASSIGN_OR_RETURN(const auto row, context_.engine->Get(context_.KeyspaceOf(home), nonce_key, snapshot_));
    if (row == nullptr || codec::DecodeNonce(row->view()) != key.id) {
      Report(RowName(key), "its nonce " + base::Quoted(message->nonce()) + " is not indexed to it");
    }
    return {};
  }

  void CheckRecord(const codec::DecodedKey& key, std::string_view value) {
    ++counts_.records;
    const auto record = codec::DecodeRecord(value);
    if (!record) {
      Report(RowName(key), UndecodableValue(value));
    } else if (record->version.value == 0) {
      Report(RowName(key), "its version is 0");
    }
  }

  Status CheckNonce(const codec::DecodedKey& key, std::string_view value) {
    ++counts_.nonces;
    const auto id = codec::DecodeNonce(value);
    if (!id) {
      Report(RowName(key), UndecodableValue(value));
      return {};
    }
    const std::string row_key = codec::MessageKeyOf(key.channel, *id);
    const ShardId place = context_.FindMessage(router_, key.channel, *id).value_or(shard_);
    RK_ASSIGN_OR_RETURN(const auto row, context_.engine->Get(context_.KeyspaceOf(place), row_key, snapshot_));
    const auto message = row ? codec::DecodeMessage(row->view(), *id, context_.epoch) : std::nullopt;
    if (!message || message->nonce() != key.rest) {
      Report(RowName(key), "it names message " + std::to_string(id->value) + ", which does not carry it");
    }
    return {};
  }

  Status CheckBucket(const codec::DecodedKey& key, std::string_view value) {
    ++counts_.buckets;
    const auto row = codec::DecodeBucket(value);
    if (!row) {
      Report(RowName(key), UndecodableValue(value));
      return {};
    }
    return channel_is_empty_ && map_is_complete_ ? buckets_.RowOfEmptyChannel(key.channel, key.bucket, *row) : Status();
  }

  static std::string UndecodableValue(std::string_view value) {
    return codec::IsNewerFormat(value) ? "its value was written by a newer version of rookery"
                                       : "its value cannot be decoded";
  }

  const Context& context_;
  const VerifyOptions& options_;
  ShardId shard_;
  const engine::Snapshot* snapshot_;
  const routing::Router& router_;
  const bool map_is_complete_;
  const Mirror* const mirror_;
  VerifyReport& report_;
  std::set<std::string>& spread_channels_;  // met so far, in any shard: each is one channel
  ShardCounts counts_;
  std::string last_key_;
  AttachmentVerifier attachments_;
  KeyKind kind_{};
  std::string channel_;
  bool channel_is_empty_ = false;
  bool is_spread_ = false;
  std::optional<std::uint64_t> bucket_;  // of the part at hand, if the channel is spread
  bool second_place_ = false;            // its rows are a reshard job's
  BucketCheck buckets_;
};

}  // namespace

Result<VerifyReport> VerifyStore(const Context& context, const VerifyOptions& options) {
  VerifyReport report;
  const VerifiedState state = StateOf(context);
  if (!state.map_is_complete) {
    ++report.problem_count;
    report.problems.push_back(
        {"the bucket map", "it is not complete; open the store for writing, or run repair", /*repairable=*/true});
  }
  std::uint64_t total = 0;
  for (const engine::KeyspaceId keyspace : context.routes.keyspaces())
    total += context.engine->SizeOf(keyspace).estimated_rows;
  Pace pace(options, total);
  std::set<std::string> spread_channels;
  for (std::uint32_t shard = 0; shard < context.routes.families(); ++shard) {
    RK_TRY(ShardVerifier(context, options, ShardId{shard}, state, &report, &spread_channels).Run(&pace));
  }
  const routing::Router& router = context.routes.At(state.snapshot.get());
  for (const std::string& channel : spread_channels) {
    ++report.channels;
    if (const auto home = router.Find(channel)) ++report.shards[home->value].channels;
  }
  return report;
}

}  // namespace rookery::store
