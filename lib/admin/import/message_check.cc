#include "admin/import/message_check.h"

#include <algorithm>
#include <vector>

#include "admin/text.h"

namespace rookery::admin {
namespace {

std::string SizeFault(std::string_view what, std::size_t bytes, std::size_t limit) {
  if (bytes <= limit) return {};
  return std::string(what) + " has " + std::to_string(bytes) + " bytes; the limit is " + std::to_string(limit);
}

std::string NameFault(std::string_view what, std::string_view name, std::size_t limit) {
  return name.empty() ? std::string(what) + " is empty" : SizeFault(what, name.size(), limit);
}

std::string VersionFault(Version version) {
  if (version.value >= 1 && version.value <= Version::kMax) return {};
  return "the version is not between 1 and 2^63 - 1";
}

std::string AttributeFault(const std::vector<Attribute>& attributes, const Limits& limits) {
  if (attributes.size() > limits.max_attributes)
    return "there are more than " + std::to_string(limits.max_attributes) + " attributes";
  std::size_t bytes = 0;
  std::vector<std::string_view> names;
  for (const Attribute& attribute : attributes) {
    std::string fault = NameFault("an attribute's name", attribute.name, kMaxAttributeNameBytes);
    if (!fault.empty()) return fault;
    bytes += attribute.name.size() + attribute.value.size();
    names.push_back(attribute.name);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) return "attribute " + Quoted(*twice) + " is given twice";
  return SizeFault("the attributes together", bytes, limits.max_attribute_bytes);
}

/// The first that is not empty.
template <typename... Faults>
std::string FirstOf(Faults... faults) {
  std::string first;
  ((first.empty() ? first = std::move(faults) : first), ...);
  return first;
}

}  // namespace

std::string MessageFault(const NewMessage& message, const Limits& limits) {
  if (!message.id.valid()) return "the id is not between 1 and 2^63 - 1";
  if (message.reply_to.value != 0 && !message.reply_to.valid()) return "reply_to is not between 1 and 2^63 - 1";
  return FirstOf(NameFault("the channel", message.channel, kMaxChannelBytes),
                 SizeFault("the author", message.author.size(), kMaxAuthorBytes),
                 SizeFault("the content", message.content.size(), limits.max_content_bytes),
                 SizeFault("the nonce", message.nonce.size(), kMaxNonceBytes),
                 AttributeFault(message.attributes, limits), VersionFault(message.version));
}

std::string RecordFault(std::string_view channel, const ImportedRecord& record, const Limits& limits) {
  return FirstOf(NameFault("the channel", channel, kMaxChannelBytes),
                 NameFault("the record's key", record.key, kMaxRecordKeyBytes),
                 SizeFault("the record's value", record.value.size(), limits.max_content_bytes),
                 VersionFault(record.version));
}

}  // namespace rookery::admin
