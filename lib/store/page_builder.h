// Collects the rows of a page: each is copied, verified and made a view in one pass.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "engine/engine.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/row_error.h"

namespace rookery::store {

/// Memory that grows by blocks, so that what was put there stays where it is. The first block is allocated at once.
class PageArena {
 public:
  explicit PageArena(std::size_t first_block)
      : first_(std::make_unique_for_overwrite<char[]>(first_block)), blocks_(first_.get(), first_block) {}

  std::string_view Copy(std::string_view bytes) {
    auto* const copy = static_cast<char*>(blocks_.allocate(bytes.size(), /*alignment=*/1));
    std::memcpy(copy, bytes.data(), bytes.size());
    return {copy, bytes.size()};
  }

 private:
  std::unique_ptr<char[]> first_;
  std::pmr::monotonic_buffer_resource blocks_;
};

/// Takes rows of one channel's messages. `channel` must outlive it. Make it before the cursor reads: memory that is
/// allocated among the blocks that the engine caches, and freed, leaves holes there (a tenth of all memory, measured).
class PageBuilder final : public engine::RowSink {
 public:
  PageBuilder(std::size_t limit, ShardId shard, std::string_view channel, Timestamp epoch)
      : shard_(shard), channel_(channel), epoch_(epoch) {
    // Room for a page of ordinary chat messages; a page that needs more gets it in further blocks.
    constexpr std::size_t kUsualRowBytes = 256;
    constexpr std::size_t kUsualPage = 64;
    const std::size_t rows = std::min(limit, kUsualPage);
    messages_.reserve(rows);
    arena_ = std::make_shared<PageArena>(rows * kUsualRowBytes);
  }

  bool Take(std::string_view key, std::string_view value) override {
    const MessageId id = codec::MessageIdOf(key);
    const auto message = codec::DecodeMessage(arena_->Copy(value), id, epoch_);
    if (!message) {
      unreadable_ = UnreadableMessage(shard_, channel_, id, value);
      return false;
    }
    messages_.push_back(*message);
    return true;
  }

  void Reverse() { std::reverse(messages_.begin(), messages_.end()); }

  /// The error of a row that could not be read, if there was one.
  Result<Page> Build(bool has_more) && {
    if (!unreadable_.ok()) return std::move(unreadable_);
    return Page(std::move(messages_), std::move(arena_), has_more);
  }

 private:
  const ShardId shard_;
  const std::string_view channel_;
  const Timestamp epoch_;
  std::vector<MessageView> messages_;
  std::shared_ptr<PageArena> arena_;
  Status unreadable_;
};

}  // namespace rookery::store
