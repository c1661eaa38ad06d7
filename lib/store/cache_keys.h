// The keys of the read cache: kind, id and channel behind each other, on the stack.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "rookery/query.h"
#include "rookery/types.h"

namespace rookery::store {

/// What a key is for.
enum class CacheKeyKind : char {
  kMessage = 'm',  // a message, or that there is none
  kWindow = 'w',   // the window of a channel; its lease covers all pages of the channel
  kPage = 'p',     // a page that is being read: for flights only
};

class CacheKeyBytes {
 public:
  /// REQUIRES: the channel is not longer than kMaxChannelBytes.
  static CacheKeyBytes OfMessage(std::string_view channel, MessageId id) {
    CacheKeyBytes key(CacheKeyKind::kMessage);
    key.Append(id.value);
    key.Append(channel);
    return key;
  }
  static CacheKeyBytes OfWindow(std::string_view channel) {
    CacheKeyBytes key(CacheKeyKind::kWindow);
    key.Append(channel);
    return key;
  }
  static CacheKeyBytes OfPage(std::string_view channel, const HistoryQuery& query) {
    CacheKeyBytes key(CacheKeyKind::kPage);
    // An id that is not given is none that a message can have.
    key.Append(query.before.value_or(MessageId{}).value);
    key.Append(query.after.value_or(MessageId{}).value);
    key.Append(query.around.value_or(MessageId{}).value);
    key.Append(static_cast<std::uint64_t>(query.limit) << 8 | static_cast<std::uint64_t>(query.order));
    key.Append(channel);
    return key;
  }
  std::string_view bytes() const { return {bytes_.data(), size_}; }

 private:
  static constexpr std::size_t kMostIds = 4;

  explicit CacheKeyBytes(CacheKeyKind kind) { bytes_[0] = static_cast<char>(kind); }
  void Append(std::uint64_t number) {
    std::memcpy(bytes_.data() + size_, &number, sizeof(number));
    size_ += sizeof(number);
  }
  void Append(std::string_view channel) {
    std::memcpy(bytes_.data() + size_, channel.data(), channel.size());
    size_ += channel.size();
  }

  std::size_t size_ = 1;
  std::array<char, 1 + kMostIds * sizeof(std::uint64_t) + kMaxChannelBytes> bytes_;
};

}  // namespace rookery::store
