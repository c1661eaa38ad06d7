#include "message_fields.h"

namespace rookery::python {

MessageFields MessageObject::Fields() const {
  if (unpickled) {
    const UnpickledMessage& message = *unpickled;
    return {message.id,         message.author,    message.content, message.reply_to, message.nonce,
            message.created_at, message.edited_at, message.version, message.flags};
  }
  return {stored.id(),         stored.author(),    stored.content(), stored.reply_to(), stored.nonce(),
          stored.created_at(), stored.edited_at(), stored.version(), stored.flags()};
}

std::vector<Attribute> MessageObject::Attributes() const {
  if (!unpickled) return stored.attributes();
  std::vector<Attribute> attributes;
  for (const auto& [name, value] : unpickled->attributes) attributes.push_back({name, value});
  return attributes;
}

bool MessageObject::HasFieldsOf(const MessageObject& other) const {
  if (!unpickled && !other.unpickled && stored.id() == other.stored.id() &&
      stored.encoded() == other.stored.encoded() && stored.created_at() == other.stored.created_at()) {
    return true;
  }
  return Fields() == other.Fields() && Attributes() == other.Attributes();
}

}  // namespace rookery::python
