#include "store/reshard/some_rows.h"

#include <utility>

#include "codec/key_format.h"
#include "store/parts.h"
#include "store/row_error.h"

namespace rookery::store {
namespace {

/// Over fewer rows than this a step costs less than a seek.
constexpr int kSteps = 8;

}  // namespace

SomeRows::SomeRows(const Context& context, ShardId shard, const engine::Snapshot& snapshot, std::string_view from,
                   Filter filter, const std::atomic<bool>* stop)
    : shard_(shard),
      rule_(context.buckets->rule()),
      filter_(std::move(filter)),
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
  cursor_->Seek(end_of_run_);
  end_of_run_.clear();
  Settle();
}

void SomeRows::Settle() {
  int steps = 0;
  while (cursor_->valid()) {
    const std::string_view key = cursor_->key();
    if (!end_of_run_.empty() && key < end_of_run_) {
      if (steps == 0) return;
    } else {
      if (!EnterRun(key)) return;
      steps = 0;
      if (filter_.wanted({channel_, bucket_})) return;
    }
    // In a run that is not wanted.
    if (++steps < kSteps) {
      cursor_->Next();
    } else {
      cursor_->Seek(end_of_run_);
    }
  }
}

bool SomeRows::EnterRun(std::string_view key) {
  const std::size_t length = codec::ChannelPrefixLength(key);
  if (length == 0 || key.substr(0, length) != prefix_) {
    auto channel = length > 0 ? codec::ChannelOfPrefix(key.substr(0, length)) : std::nullopt;
    if (!channel) {
      ended_ = UnreadableKey(shard_, key);
      return false;
    }
    prefix_.assign(key.substr(0, length));
    channel_ = *std::move(channel);
    is_spread_ = filter_.is_spread(channel_);
  }
  if (stop_ != nullptr && stop_->load(std::memory_order_relaxed)) {
    ended_ = {StatusCode::kInterrupted, "the reshard job was stopped"};
    return false;
  }
  bucket_ = is_spread_ ? BucketOfRow(rule_, key, length) : std::nullopt;
  end_of_run_ = bucket_ ? EndOfBucket(rule_, prefix_, *bucket_) : codec::PrefixEnd(prefix_);
  return true;
}

}  // namespace rookery::store
