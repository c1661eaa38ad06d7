// Finds out which messages of a batch are stored already, or stand earlier in the same batch.
//
// Two messages are the same if their remembered nonces are, or if their ids are and IsSame says so. Answers hold only
// while the caller holds the channels exclusively.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/context.h"

namespace rookery::store {

/// What is known of one message of a batch before it gets its id. Owned by one call.
struct Draft {
  MessageId id;  // 0: the store is to make it
  bool existed = false;
  std::optional<std::size_t> same_as;  // an earlier message of the batch, whose id it shares
};

class DuplicateFinder {
 public:
  DuplicateFinder(const Context& context, std::span<const NewMessage> messages, IdCollision collision)
      : context_(context), messages_(messages), collision_(collision) {}

  /// Fills in `drafts`, one per message. kAlreadyExists: an id is taken by a different message (IdCollision::kFail).
  Status Run(std::vector<Draft>* drafts);

 private:
  /// How a stored row, or an earlier message of the batch, answers to (channel, id).
  enum class Answer { kFree, kSame, kOther };

  Status ReadStoredRows();
  Status ResolveNonce(std::size_t index, Draft* draft);
  Status ResolveId(std::size_t index, std::vector<Draft>* drafts);
  /// Asks the batch, then the rows that were read ahead, then the engine.
  Result<Answer> Ask(const std::string& row_key, std::size_t index, std::optional<std::size_t>* same_as);
  Result<Answer> AskEngine(const std::string& row_key, const NewMessage& message) const;
  Status Taken(const NewMessage& message, MessageId id) const;

  const Context& context_;
  std::span<const NewMessage> messages_;
  IdCollision collision_;
  std::vector<std::string> row_keys_;                      // of messages that bring an id; else empty
  std::vector<std::optional<Answer>> stored_;              // read ahead, for the id that the message brought
  std::unordered_map<std::string, std::size_t> by_nonce_;  // nonce row key -> message of this batch
  std::unordered_map<std::string, std::size_t> by_row_;    // message row key -> message of this batch
};

}  // namespace rookery::store
