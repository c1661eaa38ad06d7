// What a store holds, row by row, as text: what is there and what must be there are compared by it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "rookery/store.h"

namespace rookery::torture {

/// By name: "m general 00000000000000000042", "r general key", "a general 00000000000000000042 cat.jpg".
using Rows = std::map<std::string, std::string>;

std::string MessageRow(std::string_view channel, MessageId id);
std::string RecordRow(std::string_view channel, std::string_view key);
std::string AttachmentRow(std::string_view channel, MessageId id, std::string_view name);
/// The text of a message or a record.
std::string TextOf(std::uint64_t version, std::string_view content);

struct RowName {
  char kind = 0;
  std::string channel;
  MessageId id;      // of messages and attachments
  std::string name;  // of records and attachments
};
RowName RowNameOf(const std::string& row);

/// All messages, records and attachments, these with all their bytes. Channels have no spaces in their names.
Result<Rows> ReadRows(const Reader& store);
/// Of one attachment; its message is there.
Result<std::string> ReadAttachment(const Reader& store, std::string_view channel, MessageId id, std::string_view name);

/// Where the two differ first, in words; empty: nowhere.
std::string DifferenceBetween(const Rows& expected, const Rows& found);

}  // namespace rookery::torture
