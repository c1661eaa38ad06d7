// What makes two messages with one id the same message, or different ones.
#pragma once

#include <string_view>

#include "rookery/message.h"
#include "rookery/types.h"

namespace rookery::store {

/// What tells a message with a given id from another one with that id.
struct Traits {
  std::string_view nonce;
  std::string_view author;
  std::string_view content;
  Timestamp created_at;
  bool edited = false;
};

inline Traits TraitsOf(const MessageView& row) {
  const MessageView::Fields fields = row.fields();
  return {fields.nonce, fields.author, fields.content, fields.created_at, fields.version.value > 1};
}

inline Traits TraitsOf(const NewMessage& message, MessageId id, Timestamp epoch) {
  return {message.nonce, message.author, message.content, message.created_at.value_or(id.time(epoch)),
          message.version.value > 1};
}

/// Nonces decide where there are any; else who wrote what and, if `time_given`, when. An edit changes the content, so
/// it cannot tell then.
inline bool IsSame(const Traits& message, bool time_given, const Traits& earlier) {
  if (message.nonce != earlier.nonce) return false;
  if (!message.nonce.empty()) return true;
  const bool edited = earlier.edited || message.edited;
  return message.author == earlier.author && (edited || message.content == earlier.content) &&
         (!time_given || message.created_at == earlier.created_at);
}

}  // namespace rookery::store
