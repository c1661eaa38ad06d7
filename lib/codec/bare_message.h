// A quick encoder of the rows that nearly all rows are: a message of an author and a content, and nothing else.
//
// Idea: the place of everything in such a table follows from two lengths, so its bytes are written once from front to
// back. Invariant: they are those that FlatBufferBuilder makes, byte for byte; nobody can tell who wrote a row.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "codec/message_codec.h"
#include "codec/row_access.h"

namespace rookery::codec {

/// Whether the quick encoder knows the row. `version` 1 is the default, which is not stored.
inline bool IsBare(const MessageFields& fields) {
  return !fields.author.empty() && !fields.content.empty() && fields.version.value == 1 && fields.reply_to.value == 0 &&
         fields.nonce.empty() && !fields.nonce_remembered && fields.attributes.empty() && !fields.created_at &&
         !fields.edited_at && fields.flags == 0 && fields.attachment_count == 0;
}

/// The row, in `buffer`. REQUIRES: IsBare(fields), and both lengths together are below kMaxValueBytes.
inline std::string_view EncodeBareMessage(const MessageFields& fields, std::string* buffer) {
  using Row = row::Message;
  constexpr std::uint32_t kWord = sizeof(flatbuffers::uoffset_t);
  constexpr std::uint32_t kVtable = kWord;  // its place, behind the root's offset
  constexpr std::uint16_t kVtableBytes = Row::VT_CONTENT + sizeof(flatbuffers::voffset_t);
  constexpr std::uint32_t kTable = kVtable + kVtableBytes;
  constexpr std::uint16_t kTableBytes = 3 * kWord;  // the way to its vtable, to the author and to the content
  constexpr std::uint32_t kAuthor = kTable + kTableBytes;
  static_assert(Row::VT_AUTHOR == 4 && Row::VT_CONTENT == 6 && kTable % kWord == 0);

  const auto padded = [](std::size_t size) { return (static_cast<std::uint32_t>(size) + kWord - 1) / kWord * kWord; };
  const std::uint32_t content = kAuthor + kWord + padded(fields.author.size());
  const std::uint32_t end = content + kWord + padded(fields.content.size());

  buffer->resize(kHeadLength + end);
  char* const bytes = buffer->data() + kHeadLength;
  const auto put = [bytes](std::uint32_t place, auto number) { flatbuffers::WriteScalar(bytes + place, number); };
  const auto put_bytes = [&](std::uint32_t place, std::string_view text, std::uint32_t next) {
    put(next - kWord, std::uint32_t{0});  // what pads the last word
    put(place, static_cast<std::uint32_t>(text.size()));
    std::memcpy(bytes + place + kWord, text.data(), text.size());
  };
  put(0, kTable);
  put(kVtable, kVtableBytes);
  put(kVtable + 2, kTableBytes);
  put(kVtable + Row::VT_AUTHOR, static_cast<std::uint16_t>(kWord));
  put(kVtable + Row::VT_CONTENT, static_cast<std::uint16_t>(2 * kWord));
  put(kTable, static_cast<flatbuffers::soffset_t>(kTable - kVtable));
  put(kTable + kWord, kAuthor - (kTable + kWord));
  put(kTable + 2 * kWord, content - (kTable + 2 * kWord));
  put_bytes(kAuthor, fields.author, content);
  put_bytes(content, fields.content, end);
  WriteHead(*buffer);
  return *buffer;
}

}  // namespace rookery::codec
