// A stored message as one that is posted: with its id, times, version and nonce, so that what is stored is the same.
#pragma once

#include <string_view>

#include "rookery/message.h"

namespace rookery::store {

/// Into `channel`, which need not be its own. What it points to is the channel's and the message's.
inline NewMessage CopyOf(std::string_view channel, const MessageView& message) {
  const MessageView::Fields fields = message.fields();
  return {.channel = channel,
          .author = fields.author,
          .content = fields.content,
          .reply_to = fields.reply_to,
          .nonce = fields.nonce,
          .attributes = message.attributes(),
          .flags = fields.flags,
          .id = message.id(),
          .created_at = fields.created_at,
          .edited_at = fields.edited_at,
          .version = fields.version,
          .remember_nonce = message.nonce_remembered()};
}

}  // namespace rookery::store
