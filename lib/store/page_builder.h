// Collects the rows of a page into one buffer and makes the Page of them.
//
// Rows are appended first and decoded at the end, because appending may move the buffer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/message_codec.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/row_error.h"

namespace rookery::store {

class PageBuilder {
 public:
  explicit PageBuilder(std::size_t limit) : buffer_(std::make_shared<std::string>()) {
    // Room for a page of ordinary chat messages; a page that needs more grows by doubling.
    constexpr std::size_t kUsualRowBytes = 256;
    constexpr std::size_t kUsualPage = 64;
    const std::size_t rows = std::min(limit, kUsualPage);
    rows_.reserve(rows);
    buffer_->reserve(rows * kUsualRowBytes);
  }

  void Add(MessageId id, std::string_view value) {
    rows_.push_back({id, buffer_->size(), value.size()});
    buffer_->append(value);
  }
  std::size_t size() const { return rows_.size(); }
  /// Reverses the rows from `first` on.
  void ReverseFrom(std::size_t first) { std::reverse(rows_.begin() + static_cast<std::ptrdiff_t>(first), rows_.end()); }

  Result<Page> Build(ShardId shard, std::string_view channel, Timestamp epoch, bool has_more) && {
    std::vector<MessageView> messages;
    messages.reserve(rows_.size());
    for (const Row& row : rows_) {
      const std::string_view value = std::string_view(*buffer_).substr(row.offset, row.size);
      std::optional<MessageView> message = codec::DecodeMessage(value, row.id, epoch);
      if (!message) return UnreadableMessage(shard, channel, row.id, value);
      messages.push_back(*message);
    }
    return Page(std::move(messages), std::move(buffer_), has_more);
  }

 private:
  struct Row {
    MessageId id;
    std::size_t offset;
    std::size_t size;
  };
  std::vector<Row> rows_;
  std::shared_ptr<std::string> buffer_;
};

}  // namespace rookery::store
