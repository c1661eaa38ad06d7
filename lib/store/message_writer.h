// Edits and deletes messages: reads the stored version, checks it, writes the next one, under the row's lock.
#pragma once

#include <string_view>

#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/striped_locks.h"

namespace rookery::store {

/// Thread-safe.
class MessageWriter {
 public:
  MessageWriter(Context* context, Committer* committer) : context_(*context), committer_(*committer) {}

  Result<Version> Edit(std::string_view channel, MessageId id, const MessageEdit& edit, const WriteOptions& options);
  Result<bool> Delete(std::string_view channel, MessageId id, const DeleteOptions& options);

 private:
  Context& context_;
  Committer& committer_;
  RowLocks locks_;
};

}  // namespace rookery::store
