// Rookery by its public API, as an application uses it: messages go in by Post and PostBatch, pages come out of
// History.
#include "bench/contender.h"
#include "bench/contenders/chat_clock.h"
#include "bench/contenders/rookery_options.h"
#include "bench/failure.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

Row ToRow(const MessageView& message) {
  return {message.id(), std::string(message.author()), std::string(message.content())};
}

class RookeryContender final : public Contender {
 public:
  RookeryContender(const Workload& workload, const std::filesystem::path& directory, std::size_t cache_bytes)
      : chat_(workload.chat),
        clock_(std::make_shared<ChatClock>(workload.chat.time_of(0))),
        store_(Open(directory, cache_bytes)) {}

  void Post(std::size_t first, std::size_t count) override {
    clock_->Set(chat_.time_of(first));
    if (count == 1) {
      Require(store_.Post(NewMessageOf(first)).status());
      return;
    }
    batch_.clear();
    for (std::size_t i = first; i < first + count; ++i) batch_.push_back(NewMessageOf(i));
    Require(store_.PostBatch(batch_).status());
  }

  std::uint64_t Scroll(std::size_t channel) override {
    IdChecksum checksum;
    for (const MessageView& message : ReadPage(channel, std::nullopt, kScrollLimit)) checksum.Add(message.id());
    return checksum.sum();
  }

  bool Get(std::size_t message) override { return Read(message).has_value(); }

  std::vector<Row> Page(std::size_t channel, std::optional<MessageId> before, std::size_t limit) override {
    std::vector<Row> rows;
    for (const MessageView& message : ReadPage(channel, before, limit)) rows.push_back(ToRow(message));
    return rows;
  }

  std::optional<Row> Message(std::size_t message) override {
    const auto found = Read(message);
    if (!found) return std::nullopt;
    return ToRow(*found);
  }

  void Compact() override { Require(store_.Compact()); }
  void Close() override { Require(store_.Close()); }

 private:
  Store Open(const std::filesystem::path& directory, std::size_t cache_bytes) const {
    StoreOptions options = RookeryOptions(cache_bytes);
    options.clock = clock_;
    return Require(Store::Open(directory, options));
  }

  NewMessage NewMessageOf(std::size_t message) const {
    return {.channel = chat_.channel_name(chat_.channel_of(message)),
            .author = chat_.author_of(message),
            .content = chat_.content_of(message)};
  }

  rookery::Page ReadPage(std::size_t channel, std::optional<MessageId> before, std::size_t limit) const {
    return Require(store_.History(chat_.channel_name(channel), {.before = before, .limit = limit}));
  }

  std::optional<rookery::Message> Read(std::size_t message) const {
    return Require(store_.Get(chat_.channel_name(chat_.channel_of(message)), chat_.id_of(message)));
  }

  const Chat& chat_;
  const std::shared_ptr<ChatClock> clock_;
  Store store_;
  std::vector<NewMessage> batch_;
};

}  // namespace

std::unique_ptr<Contender> OpenRookery(const Workload& workload, const std::filesystem::path& directory) {
  return std::make_unique<RookeryContender>(workload, directory, 0);
}

std::unique_ptr<Contender> OpenRookeryCached(const Workload& workload, const std::filesystem::path& directory) {
  return std::make_unique<RookeryContender>(workload, directory, kMessageCacheBytes);
}

}  // namespace rookery::bench
