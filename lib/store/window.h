// A window: the newest messages of a channel in one block, from which pages are served without asking the engine.
//
// Invariant: the window holds every message of the channel that is not older than its oldest one. What it knows of
// older ones is in below(). Windows are immutable; a write makes a new one, which shares the memory of the messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "cache/open_writes.h"
#include "rookery/message.h"
#include "rookery/query.h"
#include "store/page_arena.h"

namespace rookery::store {

/// Whether the channel has messages older than the window's.
enum class Below : std::uint8_t { kNone, kSome, kUnknown };

class Window {
 public:
  /// `messages`: newest first, in memory of `arena`.
  Window(std::vector<MessageView> messages, std::shared_ptr<PageArena> arena, Below below)
      : messages_(std::move(messages)), arena_(std::move(arena)), below_(below) {}

  const std::vector<MessageView>& messages() const { return messages_; }
  Below below() const { return below_; }
  std::size_t memory_bytes() const;
  /// Its newest messages, at most `most`, in memory that fits them.
  static std::shared_ptr<const Window> Trimmed(std::shared_ptr<const Window> window, std::size_t most);

  /// The page, if the window holds all of it and knows whether more follows. It shares the window's memory.
  static std::optional<Page> Serve(const std::shared_ptr<const Window>& window, const HistoryQuery& query);

  /// As a write leaves it: with the message stored, new or not, and at most `most` messages, which it must not exceed
  /// before; `value` must be a verified row. Null: the window is of no use any more. One caller at a time for windows
  /// that share memory.
  std::shared_ptr<const Window> With(MessageId id, std::string_view value, Timestamp epoch, std::size_t most) const;
  std::shared_ptr<const Window> Without(MessageId id) const;

 private:
  using Position = std::vector<MessageView>::const_iterator;
  /// The first message that is not newer than `id`.
  Position NotNewerThan(MessageId id) const;

  std::vector<MessageView> messages_;
  std::shared_ptr<PageArena> arena_;
  Below below_;
};

}  // namespace rookery::store
