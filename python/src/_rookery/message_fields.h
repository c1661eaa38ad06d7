// The fields of a Message object, whether it came from a store or from a pickle.
//
// A message of a store is a view of shared memory that is decoded where it lies. One that was pickled has no such
// memory, as only a store encodes messages: it brings its fields along.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "binding.h"
#include "rookery/message.h"
#include "rookery/types.h"

namespace rookery::python {

/// Views that live as long as the message they were taken from.
struct MessageFields {
  MessageId id;
  std::string_view author;
  std::string_view content;
  std::optional<MessageId> reply_to;
  std::string_view nonce;
  Timestamp created_at;
  std::optional<Timestamp> edited_at;
  Version version;
  std::uint32_t flags = 0;

  friend bool operator==(const MessageFields&, const MessageFields&) = default;
};

/// A message in memory of its own.
struct UnpickledMessage {
  MessageId id;
  std::string author;
  std::string content;
  std::optional<MessageId> reply_to;
  std::string nonce;
  Timestamp created_at;
  std::optional<Timestamp> edited_at;
  Version version;
  std::uint32_t flags = 0;
  std::vector<std::pair<std::string, std::string>> attributes;  // sorted by name, as a store gives them
};

/// What a Python Message holds. Immutable.
struct MessageObject {
  nb::object channel;  // a str, often shared with other messages
  rookery::Message stored;
  std::shared_ptr<const UnpickledMessage> unpickled = nullptr;  // in place of `stored`

  MessageId id() const { return unpickled ? unpickled->id : stored.id(); }
  MessageFields Fields() const;
  std::vector<Attribute> Attributes() const;
  bool HasFieldsOf(const MessageObject& other) const;
};

}  // namespace rookery::python
