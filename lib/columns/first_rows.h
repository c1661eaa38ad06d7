// Keeps the first so many rows of all it is given, by id and then by channel.
//
// Idea: rows are collected until there are a quarter too many, and then cut to the first so many by selection, which
// costs a few moves a row. What comes behind the last of these is not even looked at any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/message.h"
#include "rookery/query.h"

namespace rookery::columns {

/// Where a row stands in the order of a query.
struct RowPlace {
  MessageId id;
  std::string channel;
};

struct KeptRow {
  RowPlace place;
  Message message;
};

/// Channels are given one after another, the rows of each in `order`.
class FirstRows final : public ScanSink {
 public:
  /// Keeps at most `rows`, and fewer where they are large. `behind`: only what comes after it is kept.
  FirstRows(Order order, std::size_t rows, std::optional<RowPlace> behind);

  void BeginChannel(std::string_view channel) override { channel_ = channel; }
  ScanStep Take(const MessageView& message) override;

  std::vector<KeptRow> TakeInOrder();
  /// True if a row was left out as there was no room: there are more than those that were kept. Known once they were
  /// taken.
  bool left_out() const { return left_out_; }

 private:
  bool Before(MessageId a_id, std::string_view a_channel, MessageId b_id, std::string_view b_channel) const {
    if (a_id != b_id) return order_ == Order::kNewestFirst ? a_id > b_id : a_id < b_id;
    return a_channel < b_channel;
  }
  bool RowBefore(const KeptRow& a, const KeptRow& b) const {
    return Before(a.place.id, a.place.channel, b.place.id, b.place.channel);
  }
  /// Leaves the first room_ rows.
  void Cut();

  const Order order_;
  std::size_t room_;
  const std::optional<RowPlace> behind_;
  std::string_view channel_;
  std::vector<KeptRow> rows_;
  std::optional<RowPlace> last_;  // of those that were left by a cut: nothing behind it is wanted
  std::size_t bytes_ = 0;
  bool left_out_ = false;
};

}  // namespace rookery::columns
