// Runs tests/cases/keys.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "codec/key_format.h"
#include "tests/support/text_cases.h"

namespace rookery::codec {
namespace {

using testing::TextCase;
using testing::Words;

constexpr std::size_t kShowAll = 4096;

std::string HexLine(std::string_view bytes) {
  if (bytes.empty()) return "nothing\n";
  std::string hex;
  for (const char byte : bytes) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x ", static_cast<unsigned char>(byte));
    hex += digits;
  }
  hex.back() = '\n';
  return hex;
}

std::string BytesOf(const Words& hex) {
  std::string bytes;
  for (const std::string& digits : hex) bytes.push_back(static_cast<char>(std::strtoul(digits.c_str(), nullptr, 16)));
  return bytes;
}

MessageId IdOf(const std::string& text) { return MessageId{std::strtoull(text.c_str(), nullptr, 10)}; }

std::string MessageOf(const Words& words) { return MessageKeyOf(words.at(0), IdOf(words.at(1))); }

std::string BucketKey(KeyKind kind, const TextCase& text_case) {
  return BucketKeyOf(kind, text_case.arguments.at(0), IdOf(text_case.arguments.at(1)).value);
}

std::string Decode(const TextCase& text_case) {
  const std::string bytes = BytesOf(text_case.arguments);
  const auto key = DecodeKey(bytes);
  if (!key) return "not a key\n";
  const std::string channel = " channel " + base::Quoted(key->channel, kShowAll);
  switch (key->kind) {
    case KeyKind::kMessage:
      return "message" + channel + " id " + std::to_string(key->id.value) + '\n';
    case KeyKind::kRecord:
      return "record" + channel + " key " + base::Quoted(key->rest, kShowAll) + '\n';
    case KeyKind::kNonce:
      return "nonce" + channel + " nonce " + base::Quoted(key->rest, kShowAll) + '\n';
    case KeyKind::kBucket:
      return "bucket" + channel + " number " + std::to_string(key->bucket) + '\n';
    case KeyKind::kBucketMark:
      return "bucket mark" + channel + " number " + std::to_string(key->bucket) + '\n';
    case KeyKind::kAttachment:
      return "attachment" + channel + " id " + std::to_string(key->id.value) + " name " +
             base::Quoted(key->rest, kShowAll) + '\n';
    case KeyKind::kChunk:
      return "chunk" + channel + " id " + std::to_string(key->id.value) + " attachment " +
             std::to_string(key->attachment.value) + " index " + std::to_string(key->index) + '\n';
  }
  return "unknown kind\n";
}

/// The messages of the input in the order of their keys.
std::string Sort(const TextCase& text_case) {
  std::vector<std::string> keys;
  for (const Words& message : text_case.input) keys.push_back(MessageOf(message));
  std::sort(keys.begin(), keys.end());
  std::string lines;
  for (const std::string& key : keys) {
    lines += base::Quoted(DecodeKey(key)->channel, kShowAll) + ' ' + std::to_string(MessageIdOf(key).value) + '\n';
  }
  return lines;
}

TEST(KeyCases, AnswerAsWritten) {
  testing::RunTextCases(
      "keys.txt",
      {{"message", [](const TextCase& c) { return HexLine(MessageOf(c.arguments)); }},
       {"bucket", [](const TextCase& c) { return HexLine(BucketKey(KeyKind::kBucket, c)); }},
       {"mark", [](const TextCase& c) { return HexLine(BucketKey(KeyKind::kBucketMark, c)); }},
       {"record", [](const TextCase& c) { return HexLine(RecordKeyOf(c.arguments.at(0), c.arguments.at(1))); }},
       {"nonce", [](const TextCase& c) { return HexLine(NonceKeyOf(c.arguments.at(0), c.arguments.at(1))); }},
       {"attachment",
        [](const TextCase& c) {
          return HexLine(AttachmentKeyOf(c.arguments.at(0), IdOf(c.arguments.at(1)), c.arguments.at(2)));
        }},
       {"chunk",
        [](const TextCase& c) {
          const ChunkPlace place{c.arguments.at(0), IdOf(c.arguments.at(1)),
                                 AttachmentId{IdOf(c.arguments.at(2)).value}};
          return HexLine(ChunkKeyOf(place, static_cast<std::uint32_t>(IdOf(c.arguments.at(3)).value)));
        }},
       {"prefix-end", [](const TextCase& c) { return HexLine(PrefixEnd(BytesOf(c.arguments))); }},
       {"prefix-length",
        [](const TextCase& c) { return std::to_string(ChannelPrefixLength(BytesOf(c.arguments))) + '\n'; }},
       {"decode", Decode},
       {"sort", Sort}});
}

}  // namespace
}  // namespace rookery::codec
