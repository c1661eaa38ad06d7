// Raw RocksDB with the work that no application is spared: finding the shard, making keys and values, checking and
// decoding what is read. The distance between it and the baseline is the price of having messages in place of bytes.
#include "bench/contender.h"
#include "bench/failure.h"
#include "bench/raw/decode.h"
#include "bench/raw/rocksdb_store.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "rookery/options.h"
#include "routing/router.h"
#include "routing/shard_map.h"

namespace rookery::bench {
namespace {

/// A page and its decoded messages.
struct MessagePage {
  ArenaPage rows;
  std::vector<MessageView> messages;
};

class RocksDbCodecContender final : public Contender {
 public:
  RocksDbCodecContender(const Workload& workload, const std::filesystem::path& directory)
      : chat_(workload.chat),
        router_(routing::Router::New(routing::MakeShardMap(HashRouting{.shards = kShards}))),
        store_(directory, kShards) {}

  void Post(std::size_t first, std::size_t count) override {
    for (std::size_t i = first; i < first + count; ++i) {
      const std::string& channel = chat_.channel_name(chat_.channel_of(i));
      key_.clear();
      codec::AppendChannelPrefix(&key_, codec::KeyKind::kMessage, channel);
      codec::AppendMessageId(&key_, chat_.id_of(i));
      store_.Put(router_->FindOrPlace(channel).shard.value, key_,
                 encoder_.EncodeMessage({.author = chat_.author_of(i), .content = chat_.content_of(i)}));
    }
    store_.Commit();
  }

  std::uint64_t Scroll(std::size_t channel) override {
    IdChecksum checksum;
    for (const MessageView& message : ReadPage(channel, std::nullopt, kScrollLimit).messages)
      checksum.Add(message.id());
    return checksum.sum();
  }

  bool Get(std::size_t message) override { return Read(message).has_value(); }

  std::vector<Row> Page(std::size_t channel, std::optional<MessageId> before, std::size_t limit) override {
    return DecodeRows(ReadPage(channel, before, limit).rows);
  }

  std::optional<Row> Message(std::size_t message) override {
    const auto value = Read(message);
    if (!value) return std::nullopt;
    return DecodeRow(chat_.id_of(message), *value);
  }

  void Compact() override { store_.Compact(); }
  void Close() override { store_.Close(); }

 private:
  MessagePage ReadPage(std::size_t channel, std::optional<MessageId> before, std::size_t limit) {
    const std::string& name = chat_.channel_name(channel);
    std::string first = codec::ChannelPrefix(codec::KeyKind::kMessage, name);
    const std::string end = codec::PrefixEnd(first);
    if (before) codec::AppendMessageId(&first, MessageId{before->value - 1});
    MessagePage page{store_.ReadPage(router_->FindOrPlace(name).shard.value, first, end, limit), {}};
    page.messages.reserve(page.rows.size());
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
      page.messages.push_back(Decode(page.rows.id(i), page.rows.value(i)));
    }
    return page;
  }

  std::optional<std::string> Read(std::size_t message) {
    const std::string& channel = chat_.channel_name(chat_.channel_of(message));
    const std::string key = codec::MessageKeyOf(channel, chat_.id_of(message));
    rocksdb::PinnableSlice value;
    if (!store_.Read(router_->FindOrPlace(channel).shard.value, key, &value)) return std::nullopt;
    Decode(chat_.id_of(message), value.ToStringView());
    return value.ToString();
  }

  static MessageView Decode(MessageId id, std::string_view value) {
    const auto message = codec::DecodeMessage(value, id, IdOptions{}.epoch);
    Require(message.has_value(), "a stored message cannot be decoded");
    return *message;
  }

  const Chat& chat_;
  const std::unique_ptr<routing::Router> router_;
  RocksDbStore store_;
  codec::RowEncoder encoder_;
  std::string key_;
};

}  // namespace

std::unique_ptr<Contender> OpenRocksDbCodec(const Workload& workload, const std::filesystem::path& directory) {
  return std::make_unique<RocksDbCodecContender>(workload, directory);
}

}  // namespace rookery::bench
