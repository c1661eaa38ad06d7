// Retention over a year (bench/year.h): Rookery with one rule for the whole store, and a hand-written store in raw
// RocksDB.
#include <memory>
#include <optional>
#include <vector>

#include "bench/contenders/chat_clock.h"
#include "bench/contenders/rookery_options.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/year.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

class RookeryForYear final : public YearStore {
 public:
  RookeryForYear(const Workload& workload, const std::filesystem::path& directory, Timestamp now)
      : chat_(workload.chat), clock_(std::make_shared<ChatClock>(now)), store_(Open(directory)) {
    Require(store_.SetRetention({.limits = {.max_age = kYearKeeps}}));
  }

  MessageId Post(std::size_t message, Timestamp now) override {
    clock_->Set(now);
    return Require(store_.Post({.channel = chat_.channel_name(chat_.channel_of(message)),
                                .author = chat_.author_of(message),
                                .content = chat_.content_of(message)}));
  }
  void ReadLatest(std::size_t channel, std::vector<MessageId>* ids) override {
    ids->clear();
    for (const MessageView& message : ReadPage(channel, std::nullopt, kScrollLimit)) ids->push_back(message.id());
  }
  bool Get(std::size_t channel, MessageId id) override {
    return Require(store_.Get(chat_.channel_name(channel), id)).has_value();
  }
  std::vector<Row> ReadAll(std::size_t channel) override {
    std::vector<Row> rows;
    std::optional<MessageId> before;
    for (bool more = true; more;) {
      const rookery::Page page = ReadPage(channel, before, kPage);
      for (const MessageView& message : page) {
        rows.push_back({message.id(), std::string(message.author()), std::string(message.content())});
      }
      more = page.size() == kPage;
      if (more) before = rows.back().id;
    }
    return rows;
  }
  void EnforceRetention() override {
    Require(store_.RunRetention({.max_messages_per_second = StoreOptions{}.retention_rate}).status());
  }
  void Compact() override { Require(store_.Compact()); }
  void Close() override { Require(store_.Close()); }

 private:
  static constexpr std::size_t kPage = 1000;

  Store Open(const std::filesystem::path& directory) const {
    StoreOptions options = RookeryOptions(/*cache_bytes=*/0);
    options.tuning.write_buffer_bytes = kYearWriteBufferBytes;
    options.retention_interval = std::chrono::milliseconds{0};  // only when it is called for
    options.clock = clock_;
    return Require(Store::Open(directory, options));
  }
  rookery::Page ReadPage(std::size_t channel, std::optional<MessageId> before, std::size_t limit) const {
    return Require(store_.History(chat_.channel_name(channel), {.before = before, .limit = limit}));
  }

  const Chat& chat_;
  const std::shared_ptr<ChatClock> clock_;
  Store store_;
};

std::unique_ptr<YearStore> OpenRookeryForYear(const Workload& workload, const std::filesystem::path& directory,
                                              Timestamp now) {
  return std::make_unique<RookeryForYear>(workload, directory, now);
}

}  // namespace

Entrants RetentionYear() {
  const auto with = [](const OpenYearStore& open) {
    return [=](const Ground& ground) { return NewYearTask(ground, open); };
  };
  return {.baseline = "rocksdb",
          .all = {{"rocksdb", with(OpenRocksDbForYear)}, {"rookery", with(OpenRookeryForYear)}},
          .most_rounds = 1};
}

}  // namespace rookery::bench
