// The answer to a query as messages, some at a time: for reading them one by one.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "columns/message_query.h"
#include "columns/open_store.h"
#include "columns/pace.h"
#include "columns/row_reader.h"
#include "rookery/message.h"
#include "rookery/status.h"

namespace rookery::columns {

/// Messages of one channel that follow each other.
struct MessageRun {
  std::string channel;
  std::vector<Message> messages;
};

/// Reads on the caller's thread, so that few messages cost little. Owned by one thread.
class MessageStream {
 public:
  static Result<std::unique_ptr<MessageStream>> New(std::shared_ptr<const OpenStore> store, MessageQuery query);
  ~MessageStream();
  MessageStream(const MessageStream&) = delete;
  MessageStream& operator=(const MessageStream&) = delete;

  /// MessageQuery::batch_rows messages at most; empty: there are no more. `go_on`: see BatchStream::Next.
  Result<std::vector<MessageRun>> Next(const GoOn& go_on);

 private:
  class Collector;

  explicit MessageStream(std::shared_ptr<SharedScan> shared);

  std::unique_ptr<Collector> collector_;
  const GoOn* go_on_ = nullptr;  // of the call under way
  Pace pace_;
  std::unique_ptr<RowReader> reader_;  // null: the end
};

}  // namespace rookery::columns
