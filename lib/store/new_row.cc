#include "store/new_row.h"

#include <algorithm>

namespace rookery::store {

codec::MessageFields FieldsOfNew(const NewMessage& message, MessageId id, Timestamp now, Timestamp epoch,
                                 std::vector<Attribute>* sorted) {
  std::span<const Attribute> attributes = message.attributes;
  const auto by_name = [](const Attribute& a, const Attribute& b) { return a.name < b.name; };
  if (!std::is_sorted(attributes.begin(), attributes.end(), by_name)) {
    *sorted = message.attributes;
    std::sort(sorted->begin(), sorted->end(), by_name);
    attributes = *sorted;
  }
  // An id that the store made may run ahead of the clock; one that was supplied tells its time.
  const Timestamp id_time = id.time(epoch);
  const Timestamp created_at = message.created_at.value_or(message.id.value == 0 ? now : id_time);
  return {.author = message.author,
          .content = message.content,
          .reply_to = message.reply_to,
          .nonce = message.nonce,
          .nonce_remembered = !message.nonce.empty() && message.remember_nonce,
          .attributes = attributes,
          .created_at = created_at == id_time ? std::nullopt : std::optional(created_at),
          .edited_at = message.edited_at,
          .version = message.version,
          .flags = message.flags};
}

}  // namespace rookery::store
