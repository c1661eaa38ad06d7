#include "admin/import/message_check.h"

#include "admin/import/identity.h"

namespace rookery::admin {
namespace {

constexpr std::size_t kMaxAuthorBytes = 1024;
constexpr std::size_t kMaxAttributeNameBytes = 255;

std::string TooLong(std::string_view what, std::size_t bytes, std::size_t limit) {
  return std::string(what) + " has " + std::to_string(bytes) + " bytes; the limit is " + std::to_string(limit);
}

}  // namespace

std::string MessageFault(const NewMessage& message, const Limits& limits) {
  if (message.channel.empty()) return "the channel is empty";
  if (message.channel.size() > kMaxChannelBytes)
    return TooLong("the channel", message.channel.size(), kMaxChannelBytes);
  if (!message.id.valid()) return "the id is not between 1 and 2^63 - 1";
  if (message.author.size() > kMaxAuthorBytes) return TooLong("the author", message.author.size(), kMaxAuthorBytes);
  if (message.nonce.size() > kMaxNonceBytes) return TooLong("the nonce", message.nonce.size(), kMaxNonceBytes);
  if (message.content.size() > limits.max_content_bytes) {
    return TooLong("the content", message.content.size(), limits.max_content_bytes);
  }
  if (message.attributes.size() > limits.max_attributes)
    return "there are more than " + std::to_string(limits.max_attributes) + " attributes";
  std::size_t bytes = 0;
  for (const Attribute& attribute : message.attributes) {
    if (attribute.name.size() > kMaxAttributeNameBytes) {
      return TooLong("an attribute's name", attribute.name.size(), kMaxAttributeNameBytes);
    }
    bytes += attribute.name.size() + attribute.value.size();
  }
  if (bytes > limits.max_attribute_bytes) return TooLong("the attributes together", bytes, limits.max_attribute_bytes);
  return {};
}

}  // namespace rookery::admin
