// Growth (bench/growth.h): Rookery by its public API without its read cache, which would hide how large the store is.
#include "bench/growth.h"

#include "bench/contenders/chat_clock.h"
#include "bench/contenders/rookery_options.h"
#include "bench/failure.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

class RookeryForGrowth final : public GrowthStore {
 public:
  RookeryForGrowth(const EndlessChat& chat, const std::filesystem::path& directory)
      : chat_(chat), clock_(std::make_shared<ChatClock>(chat.time_of(0))), store_(Open(directory)) {}

  void Post(std::size_t first, std::size_t count) override {
    clock_->Set(chat_.time_of(first));
    if (count == 1) return Require(store_.Post(NewMessageOf(first)).status());
    batch_.clear();
    for (std::size_t i = first; i < first + count; ++i) batch_.push_back(NewMessageOf(i));
    Require(store_.PostBatch(batch_).status());
  }
  bool Get(std::size_t message) override { return Read(message).has_value(); }
  std::optional<Row> Message(std::size_t message) override {
    const auto found = Read(message);
    if (!found) return std::nullopt;
    return Row{found->id(), std::string(found->author()), std::string(found->content())};
  }
  std::uint64_t Scroll(std::size_t channel) override {
    IdChecksum checksum;
    const Page page = Require(store_.History(chat_.chat().channel_name(channel), {.limit = kScrollLimit}));
    for (const MessageView& message : page) checksum.Add(message.id());
    return checksum.sum();
  }
  void Close() override { Require(store_.Close()); }

 private:
  Store Open(const std::filesystem::path& directory) const {
    StoreOptions options = RookeryOptions(/*cache_bytes=*/0);
    options.clock = clock_;
    return Require(Store::Open(directory, options));
  }
  NewMessage NewMessageOf(std::size_t message) const {
    return {.channel = chat_.channel_name_of(message),
            .author = chat_.author_of(message),
            .content = chat_.content_of(message)};
  }
  std::optional<rookery::Message> Read(std::size_t message) const {
    return Require(store_.Get(chat_.channel_name_of(message), chat_.id_of(message)));
  }

  const EndlessChat& chat_;
  const std::shared_ptr<ChatClock> clock_;
  Store store_;
  std::vector<NewMessage> batch_;
};

std::unique_ptr<GrowthStore> OpenRookeryForGrowth(const Workload& /*workload*/, const EndlessChat& chat,
                                                  const std::filesystem::path& directory) {
  return std::make_unique<RookeryForGrowth>(chat, directory);
}

}  // namespace

Entrants Growth() {
  const auto with = [](const OpenGrowthStore& open) {
    return [=](const Ground& ground) { return NewGrowthTask(ground, open); };
  };
  return {.baseline = "rocksdb",
          .all = {{"rocksdb", with(OpenRocksDbForGrowth)}, {"rookery", with(OpenRookeryForGrowth)}}};
}

}  // namespace rookery::bench
