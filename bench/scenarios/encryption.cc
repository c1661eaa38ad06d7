// Encryption: what it costs to post the chat, to load it at once and to read it back from the kernel's memory.
//
// Both entrants do the same with the same options; one of them has a key. Messages are read with no cache of messages
// and a block cache that holds a small part of the store, so that nearly every read has to decrypt a block.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/clocks.h"
#include "bench/contender.h"
#include "bench/contenders/rookery_options.h"
#include "bench/data/random.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "bench/scratch.h"
#include "rookery/bulk_loader.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kSeed = 91;
constexpr std::size_t kFewestReads = 1000;
constexpr std::size_t kMostReads = 200'000;
constexpr std::size_t kBlockCache = std::size_t{4} << 20;

class EncryptionTask final : public Task {
 public:
  EncryptionTask(const Ground& ground, bool encrypted) : ground_(ground) {
    if (encrypted) encryption_ = EncryptionOptions{.keys = {Require(EncryptionKey::New())}};
  }

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [this](const Ground& fresh) {
      Measurement measurement;
      const std::vector<MessageId> ids = Post(fresh.directory / "posted", &measurement);
      Read(fresh.directory / "posted", ids, &measurement);
      Load(fresh.directory / "loaded", &measurement);
      return measurement;
    });
  }
  void Finish() override {}

 private:
  StoreOptions Options() const {
    StoreOptions options = RookeryOptions(0);
    options.encryption = encryption_;
    return options;
  }
  std::size_t count() const { return ground_.workload.chat.sizes().messages; }
  NewMessage MessageOf(std::size_t index) const {
    const Chat& chat = ground_.workload.chat;
    return {.channel = chat.channel_name(chat.channel_of(index)),
            .author = chat.author_of(index),
            .content = chat.content_of(index)};
  }
  double PerSecond(std::int64_t nanoseconds) const {
    return static_cast<double>(count()) * 1e9 / static_cast<double>(nanoseconds);
  }

  std::vector<MessageId> Post(const std::filesystem::path& directory, Measurement* measurement) const {
    std::filesystem::create_directories(directory.parent_path());
    Store store = Require(Store::Open(directory, Options()));
    std::vector<MessageId> ids;
    ids.reserve(count());
    const std::int64_t begin = WallNanoseconds();
    for (std::size_t i = 0; i < count(); ++i) ids.push_back(Require(store.Post(MessageOf(i))));
    measurement->push_back({"posts_per_second", "messages/s", PerSecond(WallNanoseconds() - begin)});
    Require(store.Compact());
    Require(store.Close());
    measurement->push_back(
        {"disk_per_message", "bytes", static_cast<double>(BytesIn(directory)) / static_cast<double>(count())});
    return ids;
  }

  void Read(const std::filesystem::path& directory, const std::vector<MessageId>& ids, Measurement* measurement) const {
    StoreOptions options = Options();
    options.tuning.block_cache_bytes = kBlockCache;
    Store store = Require(Store::Open(directory, options));
    const std::size_t reads = std::clamp(count() / 5, kFewestReads, kMostReads);
    Random random(ground_.workload.chat.sizes().seed + kSeed);
    Latencies latencies(reads);
    latencies.Start();
    for (std::size_t i = 0; i < reads; ++i) {
      const std::size_t index = random.Below(count());
      const NewMessage wanted = MessageOf(index);
      const auto message = Require(store.Get(wanted.channel, ids[index]));
      latencies.Lap();
      Require(message && message->content() == wanted.content && message->author() == wanted.author,
              "a message is not what was posted");
    }
    latencies.Stop();
    latencies.AddTo(measurement, "reads", reads);
    Require(store.Close());
  }

  void Load(const std::filesystem::path& directory, Measurement* measurement) const {
    Store store = Require(Store::Open(directory, Options()));
    const std::int64_t begin = WallNanoseconds();
    BulkLoader loader = Require(store.BulkLoader());
    for (std::size_t i = 0; i < count(); ++i) Require(loader.Add(MessageOf(i)));
    const BulkReport report = Require(loader.Finish());
    measurement->push_back({"loaded_per_second", "messages/s", PerSecond(WallNanoseconds() - begin)});
    Require(report.posted == count(), "a bulk load has not posted every message");
    Require(store.Close());
  }

  const Ground ground_;
  std::optional<EncryptionOptions> encryption_;
};

}  // namespace

Entrants Encryption() {
  return {.baseline = "clear",
          .all = {{"clear", [](const Ground& ground) { return std::make_unique<EncryptionTask>(ground, false); }},
                  {"encrypted", [](const Ground& ground) { return std::make_unique<EncryptionTask>(ground, true); }}}};
}

}  // namespace rookery::bench
