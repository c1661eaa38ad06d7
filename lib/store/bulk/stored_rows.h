// The stored rows of one shard and kind, walked beside a sorted stream of keys: what is far from all of them is
// skipped.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/macros.h"
#include "codec/key_format.h"
#include "engine/engine.h"
#include "rookery/status.h"

namespace rookery::store::bulk {

/// Used by one thread. Prefixes, and keys within one, must ascend.
class StoredRows {
 public:
  StoredRows(const engine::Engine& engine, engine::KeyspaceId keyspace, codec::KeyKind kind,
             const engine::Snapshot* snapshot)
      : lower_(codec::KindPrefix(kind)),
        upper_(codec::PrefixEnd(lower_)),
        cursor_(engine.NewCursor(
            keyspace, {.lower = lower_, .upper = upper_, .snapshot = snapshot, .access = engine::Access::kSkip})) {
    cursor_->SeekToFirst();
  }

  /// Goes to a channel. False if nothing of it is stored.
  Result<bool> EnterChannel(std::string_view prefix) {
    RK_TRY(GoTo(prefix));
    in_channel_ = cursor_->valid() && cursor_->key().starts_with(prefix);
    return in_channel_;
  }
  /// The value at `key`, which is in the channel; valid until the next call.
  Result<std::optional<std::string_view>> Find(std::string_view key) {
    if (!in_channel_) return std::optional<std::string_view>();
    RK_TRY(GoTo(key));
    if (!cursor_->valid() || cursor_->key() != key) return std::optional<std::string_view>();
    return std::optional(cursor_->value());
  }

 private:
  /// A seek costs about as much as so many steps.
  static constexpr int kStepsBeforeSeek = 8;

  Status GoTo(std::string_view target) {
    for (int i = 0; i < kStepsBeforeSeek && cursor_->valid() && cursor_->key() < target; ++i) cursor_->Next();
    if (cursor_->valid() && cursor_->key() < target) cursor_->Seek(target);
    return cursor_->valid() ? Status{} : cursor_->status();
  }

  const std::string lower_;
  const std::string upper_;
  const std::unique_ptr<engine::Cursor> cursor_;
  bool in_channel_ = false;
};

}  // namespace rookery::store::bulk
