#include "store/reshard/some_rows.h"

#include <utility>

#include "codec/key_format.h"
#include "store/row_error.h"

namespace rookery::store {
namespace {

/// Over fewer rows than this a step costs less than a seek.
constexpr int kSteps = 8;

}  // namespace

SomeRows::SomeRows(const Context& context, ShardId shard, const engine::Snapshot& snapshot, std::string_view from,
                   Wanted wanted, const std::atomic<bool>* stop)
    : shard_(shard),
      wanted_(std::move(wanted)),
      cursor_(context.engine->NewCursor(context.KeyspaceOf(shard),
                                        {.snapshot = &snapshot, .access = engine::Access::kScan})),
      stop_(stop) {
  cursor_->Seek(from);
  Settle();
}

void SomeRows::Next() {
  cursor_->Next();
  Settle();
}

void SomeRows::SkipRun() {
  cursor_->Seek(codec::PrefixEnd(prefix_));
  prefix_.clear();
  Settle();
}

void SomeRows::Settle() {
  int steps = 0;
  while (cursor_->valid()) {
    const std::string_view key = cursor_->key();
    if (!prefix_.empty() && key.starts_with(prefix_)) {
      if (steps == 0) return;
    } else {
      const std::size_t length = codec::ChannelPrefixLength(key);
      auto channel = length > 0 ? codec::ChannelOfPrefix(key.substr(0, length)) : std::nullopt;
      if (!channel) {
        ended_ = UnreadableKey(shard_, key);
        return;
      }
      if (stop_ != nullptr && stop_->load(std::memory_order_relaxed)) {
        ended_ = {StatusCode::kInterrupted, "the reshard job was stopped"};
        return;
      }
      prefix_.assign(key.substr(0, length));
      channel_ = *std::move(channel);
      steps = 0;
      if (wanted_(channel_)) return;
    }
    // In a run that is not wanted.
    if (++steps < kSteps) {
      cursor_->Next();
    } else {
      cursor_->Seek(codec::PrefixEnd(prefix_));
    }
  }
}

}  // namespace rookery::store
