#include "tests/torture/rows.h"

#include <array>
#include <sstream>

#include "base/macros.h"

namespace rookery::torture {
namespace {

std::string Padded(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(20 - digits.size(), '0') + digits;
}

Status ReadMessages(const Reader& store, const std::string& channel, Rows* rows) {
  RK_ASSIGN_OR_RETURN(const Page page, store.History(channel, {.limit = kMaxPageSize}));
  for (const MessageView& message : page) {
    (*rows)[MessageRow(channel, message.id())] = TextOf(message.version().value, message.content());
    if (message.attachment_count() == 0) continue;
    RK_ASSIGN_OR_RETURN(const auto infos, store.ListAttachments(channel, message.id()));
    for (const AttachmentInfo& info : infos) {
      RK_ASSIGN_OR_RETURN((*rows)[AttachmentRow(channel, message.id(), info.name)],
                          ReadAttachment(store, channel, message.id(), info.name));
    }
  }
  return {};
}

std::string Shortened(const std::string& text) {
  constexpr std::size_t kMost = 60;
  return text.size() <= kMost ? text : text.substr(0, kMost) + "... (" + std::to_string(text.size()) + " bytes)";
}

}  // namespace

std::string MessageRow(std::string_view channel, MessageId id) {
  return "m " + std::string(channel) + " " + Padded(id.value);
}
std::string RecordRow(std::string_view channel, std::string_view key) {
  return "r " + std::string(channel) + " " + std::string(key);
}
std::string AttachmentRow(std::string_view channel, MessageId id, std::string_view name) {
  return "a " + std::string(channel) + " " + Padded(id.value) + " " + std::string(name);
}
std::string TextOf(std::uint64_t version, std::string_view content) {
  return std::to_string(version) + ":" + std::string(content);
}

RowName RowNameOf(const std::string& row) {
  std::istringstream words(row);
  RowName name;
  words >> name.kind >> name.channel;
  if (name.kind != 'r') words >> name.id.value;
  if (name.kind != 'm') words >> name.name;
  return name;
}

Result<std::string> ReadAttachment(const Reader& store, std::string_view channel, MessageId id, std::string_view name) {
  RK_ASSIGN_OR_RETURN(auto reader, store.GetAttachment(channel, id, name));
  if (!reader) return Status(StatusCode::kNotFound, "attachment " + std::string(name) + " is listed and not there");
  std::string bytes;
  while (true) {
    RK_ASSIGN_OR_RETURN(const std::string_view chunk, reader->ReadChunk());
    if (chunk.empty()) return bytes;
    bytes += chunk;
    RK_TRY(reader->Seek(bytes.size()));
  }
}

Result<Rows> ReadRows(const Reader& store) {
  Rows rows;
  RK_ASSIGN_OR_RETURN(const ChannelPage channels, store.Channels({.limit = kMaxPageSize}));
  for (const std::string& channel : channels.channels) {
    RK_TRY(ReadMessages(store, channel, &rows));
    RK_ASSIGN_OR_RETURN(const RecordPage records, store.ListRecords(channel, {.limit = kMaxPageSize}));
    for (const Record& record : records.records) {
      rows[RecordRow(channel, record.key)] = TextOf(record.version.value, record.value);
    }
  }
  return rows;
}

std::string DifferenceBetween(const Rows& expected, const Rows& found) {
  for (const auto& [row, text] : expected) {
    const auto at = found.find(row);
    if (at == found.end()) return row + " is missing";
    if (at->second != text) return row + " is " + Shortened(at->second) + " and not " + Shortened(text);
  }
  for (const auto& [row, text] : found) {
    if (!expected.contains(row)) return row + " is there, with " + Shortened(text) + ", and should not be";
  }
  return "";
}

}  // namespace rookery::torture
