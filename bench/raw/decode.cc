#include "bench/raw/decode.h"

#include "bench/failure.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "rookery/options.h"

namespace rookery::bench {

Row DecodeRow(MessageId id, std::string_view value) {
  const auto message = codec::DecodeMessage(value, id, IdOptions{}.epoch);
  Require(message.has_value(), "message " + std::to_string(id.value) + " cannot be decoded");
  return {id, std::string(message->author()), std::string(message->content())};
}

std::vector<Row> DecodeRows(const ArenaPage& page) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < page.size(); ++i) rows.push_back(DecodeRow(page.id(i), page.value(i)));
  return rows;
}

MessageId IdOfKey(std::string_view key) { return codec::MessageIdOf(key); }

std::string SeekKey(const EncodedChat& encoded, std::size_t channel, std::optional<MessageId> before) {
  std::string key = encoded.first_key_of(channel);
  if (before) codec::AppendMessageId(&key, MessageId{before->value - 1});
  return key;
}

}  // namespace rookery::bench
