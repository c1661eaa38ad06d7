#include "store/spread_cursor.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "codec/key_format.h"
#include "store/row_error.h"

namespace rookery::store {
namespace {

using engine::Direction;

class SpreadCursor final : public engine::Cursor {
 public:
  SpreadCursor(const Context& context, const routing::Spread& spread, engine::CursorOptions options)
      : rule_(context.buckets->rule()), spread_(spread) {
    if (options.snapshot == nullptr) {
      snapshot_ = context.NewSnapshot();
      options.snapshot = snapshot_.get();
    }
    std::vector<ShardId> shards = spread.shards;
    std::sort(shards.begin(), shards.end());
    shards.erase(std::unique(shards.begin(), shards.end()), shards.end());
    for (const ShardId shard : shards) {
      sources_.push_back({shard, context.engine->NewCursor(context.KeyspaceOf(shard), options)});
    }
  }

  void SeekToFirst() override {
    Place(Direction::kForward, [](engine::Cursor* cursor) { cursor->SeekToFirst(); });
  }
  void SeekToLast() override {
    Place(Direction::kBackward, [](engine::Cursor* cursor) { cursor->SeekToLast(); });
  }
  void Seek(std::string_view target) override {
    Place(Direction::kForward, [target](engine::Cursor* cursor) { cursor->Seek(target); });
  }
  void SeekForPrev(std::string_view target) override {
    Place(Direction::kBackward, [target](engine::Cursor* cursor) { cursor->SeekForPrev(target); });
  }
  void Next() override { Step(Direction::kForward); }
  void Prev() override { Step(Direction::kBackward); }

  bool valid() const override { return here_ != nullptr; }
  std::string_view key() const override { return here_->cursor->key(); }
  std::string_view value() const override { return here_->cursor->value(); }
  std::uint64_t stepped() const override {
    std::uint64_t stepped = 0;
    // Some engines count by thread, so that each cursor tells of all.
    for (const Source& source : sources_) stepped = std::max(stepped, source.cursor->stepped());
    return stepped;
  }
  Status status() const override {
    for (const Source& source : sources_) {
      if (Failed(source)) return DamagedBelow(source.cursor->status(), source.shard, "a message of the channel");
    }
    return {};
  }

 private:
  struct Source {
    ShardId shard;
    std::unique_ptr<engine::Cursor> cursor;
  };

  static bool Failed(const Source& source) { return !source.cursor->valid() && !source.cursor->status().ok(); }

  template <typename Move>
  void Place(Direction direction, Move&& move) {
    direction_ = direction;
    for (Source& source : sources_) {
      move(source.cursor.get());
      PassForeign(&source);
    }
    Choose();
  }

  void Step(Direction direction) {
    if (direction != direction_) Turn(direction);
    direction == Direction::kForward ? here_->cursor->Next() : here_->cursor->Prev();
    PassForeign(here_);
    Choose();
  }

  /// The others stand before the row at hand, seen from where it goes now.
  void Turn(Direction direction) {
    direction_ = direction;
    const std::string at(key());
    for (Source& source : sources_) {
      if (&source == here_) continue;
      direction == Direction::kForward ? source.cursor->Seek(at) : source.cursor->SeekForPrev(at);
      PassForeign(&source);
    }
  }

  void PassForeign(Source* source) const {
    engine::Cursor& cursor = *source->cursor;
    while (cursor.valid()) {
      const std::string_view key = cursor.key();
      const auto decoded = codec::DecodeKey(key);
      if (!decoded) return;  // whoever reads the rows says what is wrong with it
      const std::uint64_t bucket = rule_.BucketOf(decoded->id);
      if (spread_.ShardOf(bucket) == source->shard) return;
      // Ids are inverted in keys: forward is to the bucket below.
      const codec::IdRange ids = rule_.IdsOf(bucket);
      std::string target(key.substr(0, codec::ChannelPrefixLength(key)));
      if (direction_ == Direction::kForward) {
        codec::AppendMessageId(&target, MessageId{ids.lowest.value - 1});
        cursor.Seek(target);
      } else {
        codec::AppendMessageId(&target, MessageId{ids.highest.value + 1});
        cursor.SeekForPrev(target);
      }
    }
  }

  void Choose() {
    here_ = nullptr;
    for (Source& source : sources_) {
      if (Failed(source)) {
        here_ = nullptr;  // what follows could be in that shard
        return;
      }
      if (!source.cursor->valid()) continue;
      const bool nearer = here_ == nullptr || (direction_ == Direction::kForward ? source.cursor->key() < key()
                                                                                 : source.cursor->key() > key());
      if (nearer) here_ = &source;
    }
  }

  const BucketRule rule_;
  const routing::Spread& spread_;
  std::shared_ptr<const engine::Snapshot> snapshot_;  // of its own; before the cursors
  std::vector<Source> sources_;
  Source* here_ = nullptr;
  Direction direction_ = Direction::kForward;
};

}  // namespace

std::unique_ptr<engine::Cursor> NewMessageCursor(const Context& context, const routing::Router& router,
                                                 std::string_view channel, const engine::CursorOptions& options) {
  if (const routing::Spread* spread = router.SpreadOf(channel)) {
    return std::make_unique<SpreadCursor>(context, *spread, options);
  }
  const auto shard = router.Find(channel);
  return shard ? context.engine->NewCursor(context.KeyspaceOf(*shard), options) : nullptr;
}

}  // namespace rookery::store
