// Producers: many threads post at once, each message by itself. Raw RocksDB, Store::Post, and the ingestor.
//
// Ids are the store's own here, as order among threads is nobody's to say; who was answered with which id is kept, and
// the whole store must read back as that.
#include "bench/producers.h"

#include <algorithm>
#include <string>
#include <vector>

#include "bench/contender.h"
#include "bench/contenders/rookery_options.h"
#include "bench/failure.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

constexpr std::size_t kProducers = 8;
constexpr std::size_t kSyncProducers = 32;

/// What both ways into Rookery share: the store, the answers and the check.
class RookeryForProducers : public ProducerStore {
 public:
  RookeryForProducers(const Workload& workload, const std::filesystem::path& directory, const ProducerLoad& load)
      : chat_(workload.chat),
        load_(load),
        store_(Require(Store::Open(directory, RookeryOptions(0)))),
        ids_(load.messages) {}

  void CheckAndClose() override {
    for (std::size_t channel = 0; channel < chat_.sizes().channels; ++channel) CheckChannel(channel);
    Require(store_.Close());
  }

 protected:
  Durability durability() const { return load_.sync ? Durability::kSync : Durability::kBuffered; }
  Store& store() { return store_; }
  NewMessage NewMessageOf(std::size_t message) const {
    return {.channel = chat_.channel_name(chat_.channel_of(message)),
            .author = chat_.author_of(message),
            .content = chat_.content_of(message)};
  }
  /// Each message is answered once, by one thread.
  void NoteAnswer(std::size_t message, MessageId id) { ids_[message] = id; }

 private:
  void CheckChannel(std::size_t channel) {
    std::vector<std::uint32_t> expected;
    std::vector<MessageId> last_of(load_.producers);
    for (const std::uint32_t message : chat_.messages_of(channel)) {
      if (message >= load_.messages) break;
      MessageId& last = last_of[message % load_.producers];
      Require(ids_[message] > last, "a producer's messages of a channel got ids out of their order");
      last = ids_[message];
      expected.push_back(message);
    }
    std::sort(expected.begin(), expected.end(), [&](auto a, auto b) { return ids_[a] > ids_[b]; });
    std::size_t read = 0;
    std::optional<MessageId> before;
    for (;;) {
      const Page page = Require(store_.History(chat_.channel_name(channel), {.before = before, .limit = kPage}));
      for (const MessageView& message : page) {
        Require(read < expected.size() && IsMessage(message, expected[read]), "a message reads otherwise than posted");
        before = message.id();
        ++read;
      }
      if (page.size() < kPage) break;
    }
    Require(read == expected.size(), "messages that were answered are not in their channel");
  }

  bool IsMessage(const MessageView& read, std::uint32_t message) const {
    return read.id() == ids_[message] && read.author() == chat_.author_of(message) &&
           read.content() == chat_.content_of(message);
  }

  static constexpr std::size_t kPage = 1000;

  const Chat& chat_;
  const ProducerLoad load_;
  Store store_;
  std::vector<MessageId> ids_;  // by message
};

/// Every producer calls Store::Post.
class PostingProducers final : public RookeryForProducers {
 public:
  using RookeryForProducers::RookeryForProducers;

  void Post(std::size_t message) override {
    NoteAnswer(message, Require(store().Post(NewMessageOf(message), {.durability = durability()})));
  }
  void AwaitAnswers() override {}
};

/// Every producer posts to the ingestor, and with syncing waits for the answer before it goes on.
class IngestingProducers final : public RookeryForProducers {
 public:
  IngestingProducers(const Workload& workload, const std::filesystem::path& directory, const ProducerLoad& load)
      : RookeryForProducers(workload, directory, load),
        wait_(load.sync),
        ingestor_(Require(store().Ingestor({.durability = durability()}))) {}

  void Post(std::size_t message) override {
    if (wait_) {
      NoteAnswer(message, Require(ingestor_.Post(NewMessageOf(message)).get()).id);
      return;
    }
    Require(ingestor_.PostThen(NewMessageOf(message),
                               [this, message](const Result<Posted>& posted) { NoteAnswer(message, IdOf(posted)); }));
  }
  void AwaitAnswers() override { Require(ingestor_.Flush(std::chrono::minutes{1})); }

 private:
  /// An error leaves the id at 0, which the check finds.
  static MessageId IdOf(const Result<Posted>& posted) { return posted ? posted->id : MessageId{}; }

  const bool wait_;
  Ingestor ingestor_;
};

template <typename Producers>
std::unique_ptr<ProducerStore> OpenFor(const Workload& workload, const std::filesystem::path& directory,
                                       const ProducerLoad& load) {
  return std::make_unique<Producers>(workload, directory, load);
}

/// `share`: of the chat, that is posted.
Entrants EntrantsFor(std::size_t producers, bool sync, std::size_t share) {
  const auto with = [=](const OpenProducerStore& open) {
    return [=](const Ground& ground) {
      const std::size_t messages = std::max(ground.workload.chat.sizes().messages / share, producers);
      return NewProducersTask(ground, {.producers = producers, .messages = messages, .sync = sync}, open);
    };
  };
  return {.baseline = "rocksdb",
          .all = {{"rocksdb", with(OpenRocksDbForProducers)},
                  {"post", with(OpenFor<PostingProducers>)},
                  {"ingestor", with(OpenFor<IngestingProducers>)}}};
}

}  // namespace

Entrants Producers() { return EntrantsFor(kProducers, /*sync=*/false, /*share=*/1); }
Entrants SyncProducers() { return EntrantsFor(kSyncProducers, /*sync=*/true, /*share=*/20); }

}  // namespace rookery::bench
