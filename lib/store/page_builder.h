// Collects the rows of a page: each is copied, verified and made a view in one pass.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "engine/engine.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/context.h"
#include "store/page_arena.h"
#include "store/row_error.h"
#include "store/window.h"

namespace rookery::store {

/// Takes rows of one channel's messages. All that it is given must outlive it. Make it before the cursor reads: memory
/// that is allocated among the blocks that the engine caches, and freed, leaves holes there (a tenth of all memory,
/// measured).
class PageBuilder final : public engine::RowSink {
 public:
  PageBuilder(std::size_t limit, const Context& context, const routing::Router& router, std::string_view channel)
      : context_(context), router_(router), channel_(channel) {
    // Room for a page of ordinary chat messages; a page that needs more gets it in further blocks.
    constexpr std::size_t kUsualRowBytes = 256;
    constexpr std::size_t kUsualPage = 64;
    const std::size_t rows = std::min(limit, kUsualPage);
    messages_.reserve(rows);
    arena_ = std::make_shared<PageArena>(rows * kUsualRowBytes);
  }

  bool Take(std::string_view key, std::string_view value) override {
    const MessageId id = codec::MessageIdOf(key);
    const auto message = codec::DecodeMessage(arena_->Copy(value), id, context_.epoch);
    if (!message) {
      unreadable_ = UnreadableMessage(*context_.FindMessage(router_, channel_, id), channel_, id, value);
      return false;
    }
    messages_.push_back(*message);
    return true;
  }

  /// Names the row that follows the last one taken, for a reader that cannot reach it.
  std::string Behind(bool newest_first) const {
    const std::string side = newest_first ? "older" : "newer";
    const std::string from = messages_.empty() ? "asked for" : "than " + std::to_string(messages_.back().id().value);
    return "the next " + side + " message " + from + " of channel " + base::Quoted(channel_);
  }

  void Reverse() { std::reverse(messages_.begin(), messages_.end()); }

  /// The rows as a window, which owns them. The error of a row that could not be read, if there was one.
  Result<std::shared_ptr<const Window>> Build(bool has_more) && {
    if (!unreadable_.ok()) return std::move(unreadable_);
    return std::make_shared<const Window>(std::move(messages_), std::move(arena_),
                                          has_more ? Below::kSome : Below::kNone);
  }

 private:
  const Context& context_;
  const routing::Router& router_;
  const std::string_view channel_;
  std::vector<MessageView> messages_;
  std::shared_ptr<PageArena> arena_;
  Status unreadable_;
};

}  // namespace rookery::store
