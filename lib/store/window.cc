#include "store/window.h"

#include <algorithm>
#include <span>
#include <utility>

#include "codec/message_codec.h"

namespace rookery::store {
namespace {

constexpr std::size_t kSmallArena = 256;

}  // namespace

std::size_t Window::memory_bytes() const {
  return sizeof(*this) + messages_.capacity() * sizeof(MessageView) + arena_->memory_bytes();
}

std::shared_ptr<const Window> Window::Trimmed(std::shared_ptr<const Window> window, std::size_t most) {
  const std::span<const MessageView> kept =
      std::span(window->messages_).first(std::min(most, window->messages_.size()));
  const bool whole = kept.size() == window->messages_.size();
  std::size_t live = 0;
  for (const MessageView& message : kept) live += message.encoded().size();
  if (whole && window->arena_->memory_bytes() <= 2 * live + kSmallArena) return window;
  // Some room, as more is likely to be written.
  auto arena = std::make_shared<PageArena>(live + live / 4 + kSmallArena);
  std::vector<MessageView> messages;
  messages.reserve(kept.size());
  for (const MessageView& message : kept) {
    messages.push_back(codec::MovedMessage(message, arena->Copy(message.encoded())));
  }
  return std::make_shared<const Window>(std::move(messages), std::move(arena), whole ? window->below_ : Below::kSome);
}

Window::Position Window::NotNewerThan(MessageId id) const {
  return std::partition_point(messages_.begin(), messages_.end(),
                              [id](const MessageView& message) { return message.id() > id; });
}

std::optional<Page> Window::Serve(const std::shared_ptr<const Window>& window, const HistoryQuery& query) {
  if (query.around) return std::nullopt;
  const std::vector<MessageView>& all = window->messages_;
  // Newest first, so the range of ids after < id < before is [first, last).
  const Position first = query.before ? window->NotNewerThan(MessageId{query.before->value - 1}) : all.begin();
  const Position last = query.after ? std::max(first, window->NotNewerThan(*query.after)) : all.end();
  const auto count = static_cast<std::size_t>(last - first);
  const std::size_t size = std::min(query.limit, count);
  const bool reaches_end =
      window->below_ == Below::kNone || (query.after && !all.empty() && *query.after >= all.back().id());

  if (query.order == Order::kNewestFirst) {
    if (count < query.limit && !reaches_end) return std::nullopt;
    if (count == query.limit && !reaches_end && (query.after || window->below_ == Below::kUnknown)) return std::nullopt;
    const bool has_more = count > query.limit || !reaches_end;
    return Page(std::span(first, size), window, has_more);
  }
  if (!reaches_end) return std::nullopt;
  struct Reversed {
    std::vector<MessageView> messages;
    std::shared_ptr<const Window> window;
  };
  auto reversed = std::make_shared<Reversed>();
  reversed->messages.assign(std::make_reverse_iterator(last),
                            std::make_reverse_iterator(last - static_cast<std::ptrdiff_t>(size)));
  reversed->window = window;
  const std::span<const MessageView> messages(reversed->messages);
  return Page(messages, std::move(reversed), /*has_more=*/count > query.limit);
}

std::shared_ptr<const Window> Window::With(MessageId id, std::string_view value, Timestamp epoch,
                                           std::size_t most) const {
  Position position = NotNewerThan(id);
  const bool stored = position != messages_.end() && position->id() == id;
  const bool older = position == messages_.end() && below_ != Below::kNone;
  if (!stored && (older || static_cast<std::size_t>(position - messages_.begin()) >= most)) {
    // It is one of the older messages now.
    return std::make_shared<const Window>(messages_, arena_, Below::kSome);
  }
  std::vector<MessageView> messages;
  messages.reserve(std::min(messages_.size() + 1, most));
  messages.assign(messages_.begin(), position);
  const auto message = codec::DecodeMessage(arena_->Copy(value), id, epoch);
  if (!message) return nullptr;
  messages.push_back(*message);
  messages.insert(messages.end(), position + (stored ? 1 : 0), messages_.end());
  Below below = below_;
  if (messages.size() > most) {
    messages.resize(most);
    below = Below::kSome;
  }
  return Trimmed(std::make_shared<const Window>(std::move(messages), arena_, below), most);
}

std::shared_ptr<const Window> Window::Without(MessageId id) const {
  const Position position = NotNewerThan(id);
  if (position == messages_.end()) {
    return std::make_shared<const Window>(messages_, arena_, below_ == Below::kSome ? Below::kUnknown : below_);
  }
  if (position->id() != id) return std::make_shared<const Window>(*this);
  std::vector<MessageView> messages(messages_.begin(), position);
  messages.insert(messages.end(), position + 1, messages_.end());
  if (messages.empty() && below_ != Below::kNone) return nullptr;
  return std::make_shared<const Window>(std::move(messages), arena_, below_);
}

}  // namespace rookery::store
