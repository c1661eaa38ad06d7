#include "bench/raw/encoded_chat.h"

#include <memory>

#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "rookery/routing.h"
#include "routing/router.h"
#include "routing/shard_map.h"

namespace rookery::bench {

EncodedChat::EncodedChat(const Chat& chat, std::uint32_t shards) {
  const auto router = routing::Router::New(routing::MakeShardMap(HashRouting{.shards = shards}));
  channels_.reserve(chat.sizes().channels);
  for (std::size_t channel = 0; channel < chat.sizes().channels; ++channel) {
    const std::string& name = chat.channel_name(channel);
    std::string first = codec::ChannelPrefix(codec::KeyKind::kMessage, name);
    std::string end = codec::PrefixEnd(first);
    channels_.push_back({std::move(first), std::move(end), router->FindOrPlace(name).shard.value});
  }

  codec::RowEncoder encoder;
  rows_.reserve(chat.sizes().messages);
  for (std::size_t i = 0; i < chat.sizes().messages; ++i) {
    RowBounds row{.key = bytes_.size(), .value = 0, .end = 0};
    bytes_.append(channels_[chat.channel_of(i)].first_key);
    codec::AppendMessageId(&bytes_, chat.id_of(i));
    row.value = bytes_.size();
    bytes_.append(encoder.EncodeMessage({.author = chat.author_of(i), .content = chat.content_of(i)}));
    row.end = bytes_.size();
    rows_.push_back(row);
  }
}

}  // namespace rookery::bench
