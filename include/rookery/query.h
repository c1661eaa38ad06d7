// What reads ask for and what they return: pages of messages, of records and of channels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/cells.h"
#include "rookery/message.h"
#include "rookery/types.h"

namespace rookery {

enum class Order : std::uint8_t { kNewestFirst, kOldestFirst };

/// A page of one channel's messages. `after` < id < `before`, both optional and both exclusive; `order` says from which
/// end the page is taken and in which order it is returned:
///   the latest 50:                {.limit = 50}
///   scroll up from `oldest_seen`: {.before = oldest_seen}
///   catch up from `last_read`:    {.after = last_read, .order = Order::kOldestFirst}
///   jump to a message:            {.around = id}: the message itself, limit / 2 before it, the rest after it
struct HistoryQuery {
  std::optional<MessageId> before = {};
  std::optional<MessageId> after = {};
  std::optional<MessageId> around = {};  // not together with before or after; need not exist
  std::size_t limit = 50;                // 1..kMaxPageSize
  Order order = Order::kNewestFirst;
};

/// The most messages, records or channels that one page may ask for.
inline constexpr std::size_t kMaxPageSize = 10'000;

/// A page of messages and the memory they live in. Copies share that memory; views taken from it live as long as one of
/// them. Immutable, so safe to share between threads.
class Page {
 public:
  using const_iterator = const MessageView*;

  Page() = default;
  /// `owner` keeps the views and what they point to.
  Page(std::span<const MessageView> messages, std::shared_ptr<const void> owner, bool has_more)
      : messages_(messages), owner_(std::move(owner)), has_more_(has_more) {}

  std::size_t size() const noexcept { return messages_.size(); }
  bool empty() const noexcept { return messages_.empty(); }
  const MessageView& operator[](std::size_t index) const { return messages_[index]; }
  const MessageView& front() const { return messages_.front(); }
  const MessageView& back() const { return messages_.back(); }
  const_iterator begin() const noexcept { return messages_.data(); }
  const_iterator end() const noexcept { return messages_.data() + messages_.size(); }
  /// True if more messages of the query's range follow in the direction of the query's order. False for `around`.
  bool has_more() const noexcept { return has_more_; }

 private:
  std::span<const MessageView> messages_;
  std::shared_ptr<const void> owner_;
  bool has_more_ = false;
};

/// A record: the plain key-value side of a channel (settings, read markers, profiles).
struct Record {
  std::string key;    // 1..1024 bytes
  std::string value;  // at most Limits::max_content_bytes
  Version version;
  Timestamp updated_at;
};

struct RecordQuery {
  std::string_view prefix = {};
  std::string_view after = {};  // exclusive: the last key of the page before
  std::size_t limit = 1000;     // 1..kMaxPageSize
};

/// Records in the order of their keys' bytes.
struct RecordPage {
  std::vector<Record> records;
  bool has_more = false;
};

struct ChannelQuery {
  std::string_view prefix = {};
  std::string_view after = {};  // exclusive: the last channel of the page before
  std::size_t limit = 1000;     // 1..kMaxPageSize
  MissingCells missing_cells = MissingCells::kRefuse;
};

/// Channels that hold a message or a record, in the order of their bytes.
struct ChannelPage {
  std::vector<std::string> channels;
  bool has_more = false;
};

/// Which messages a scan visits: those with `after` < id < `before`, both optional and exclusive, of the channels that
/// are named, or of all whose name begins with `prefix`. Shard by shard, in each its channels in the order of their
/// bytes, those that are spread before the others, in each of these its messages in `order`.
struct ScanQuery {
  std::optional<std::vector<std::string>> channels =
      {};  // not together with prefix; one that is named twice counts once
  std::string_view prefix = {};
  std::optional<MessageId> before = {};
  std::optional<MessageId> after = {};
  Order order = Order::kNewestFirst;  // oldest first costs about twice as much
  /// Only this one, so that shards can be scanned side by side. Those of the main cell come first, then those of the
  /// other cells: Snapshot::Shards has all.
  std::optional<ShardId> shard = {};
  MissingCells missing_cells = MissingCells::kRefuse;
};

/// What a sink wants after a message.
enum class ScanStep : std::uint8_t {
  kNext,
  kPause,        // Scan::Read returns, and goes on after this message when it is called again
  kNextChannel,  // passes over what is left of this channel
};

/// Takes the messages of a scan. Called from the thread that calls Scan::Read.
class ScanSink {
 public:
  virtual ~ScanSink() = default;
  /// What follows is of this channel. The view is valid until the next call of BeginChannel.
  virtual void BeginChannel(std::string_view channel) = 0;
  /// The view is valid during the call; Message::CopyOf keeps it.
  virtual ScanStep Take(const MessageView& message) = 0;
};

}  // namespace rookery
