// Bulk load: the whole chat goes into an empty store at once.
//
// Messages come with their ids and in the order of their times, all channels mixed. What it is compared with is the
// same chat in atomic batches of 100, and a loop that writes ready rows, sorted before the clock starts, into tables of
// RocksDB's: the least that a load can cost. Timed is until everything can be read; opening and closing are not.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "bench/clocks.h"
#include "bench/contender.h"
#include "bench/contenders/rookery_options.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/memory_use.h"
#include "bench/raw/sst_load.h"
#include "bench/reference.h"
#include "bench/scratch.h"
#include "rookery/bulk_loader.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

constexpr std::size_t kBatch = 100;

/// One way to load the chat into a new store.
class Loader {
 public:
  virtual ~Loader() = default;
  virtual void Create(const std::filesystem::path& directory) = 0;
  /// What is timed.
  virtual void Load() = 0;
  virtual void Close() = 0;
  /// The loaded store, to be compared.
  virtual std::unique_ptr<Contender> Reopen(const std::filesystem::path& directory) = 0;
};

class PostBatchLoader final : public Loader {
 public:
  explicit PostBatchLoader(const Workload& workload) : workload_(workload) {}

  void Create(const std::filesystem::path& directory) override { store_ = OpenRookery(workload_, directory); }
  void Load() override {
    const std::size_t messages = workload_.chat.sizes().messages;
    for (std::size_t first = 0; first < messages; first += kBatch) {
      store_->Post(first, std::min(kBatch, messages - first));
    }
  }
  void Close() override { store_->Close(); }
  std::unique_ptr<Contender> Reopen(const std::filesystem::path& directory) override {
    return OpenRookery(workload_, directory);
  }

 private:
  const Workload& workload_;
  std::unique_ptr<Contender> store_;
};

class StoreBulkLoader final : public Loader {
 public:
  explicit StoreBulkLoader(const Workload& workload) : workload_(workload) {}

  void Create(const std::filesystem::path& directory) override {
    store_.emplace(Require(Store::Open(directory, RookeryOptions(0))));
  }
  void Load() override {
    const Chat& chat = workload_.chat;
    BulkLoader loader = Require(store_->BulkLoader());
    for (std::size_t i = 0; i < chat.sizes().messages; ++i) {
      Require(loader.Add({.channel = chat.channel_name(chat.channel_of(i)),
                          .author = chat.author_of(i),
                          .content = chat.content_of(i),
                          .id = chat.id_of(i)}));
    }
    const BulkReport report = Require(loader.Finish());
    Require(report.posted == chat.sizes().messages, "a bulk load has not posted every message");
  }
  void Close() override { Require(store_->Close()); }
  std::unique_ptr<Contender> Reopen(const std::filesystem::path& directory) override {
    return OpenRookery(workload_, directory);
  }

 private:
  const Workload& workload_;
  std::optional<Store> store_;
};

class RawSstLoader final : public Loader {
 public:
  explicit RawSstLoader(const Workload& workload) : workload_(workload), sorted_(workload, kShards) {}

  void Create(const std::filesystem::path& directory) override { sorted_.Create(directory); }
  void Load() override { sorted_.Load(); }
  void Close() override { sorted_.Close(); }
  std::unique_ptr<Contender> Reopen(const std::filesystem::path& directory) override {
    return OpenRocksDb(workload_, directory);
  }

 private:
  const Workload& workload_;
  SstLoad sorted_;
};

class LoadTask final : public Task {
 public:
  LoadTask(const Ground& ground, std::unique_ptr<Loader> loader)
      : chat_(ground.workload.chat), directory_(ground.directory), loader_(std::move(loader)) {}

  Measurement RunRound(int round) override {
    std::filesystem::create_directories(directory_.parent_path());
    loader_->Create(directory_);
    const MemoryMeter memory;
    const std::int64_t cpu = ProcessNanoseconds();
    const std::int64_t begin = WallNanoseconds();
    loader_->Load();
    const auto nanoseconds = static_cast<double>(WallNanoseconds() - begin);
    const auto messages = static_cast<double>(chat_.sizes().messages);
    const auto cpu_nanoseconds = static_cast<double>(ProcessNanoseconds() - cpu);
    Measurement measurement = {{"messages_per_second", "messages/s", messages * 1e9 / nanoseconds},
                               {"cpu_per_message", "ns", cpu_nanoseconds / messages}};
    memory.AddTo(&measurement);
    loader_->Close();
    measurement.push_back({"disk_per_message", "bytes", static_cast<double>(BytesIn(directory_)) / messages});
    if (round == 0) {
      const auto store = loader_->Reopen(directory_);
      ExpectWholeChat(chat_, store.get());
      store->Close();
    }
    std::filesystem::remove_all(directory_);
    return measurement;
  }
  void Finish() override {}

 private:
  const Chat& chat_;
  const std::filesystem::path directory_;
  const std::unique_ptr<Loader> loader_;
};

template <typename SomeLoader>
std::unique_ptr<Task> MakeTask(const Ground& ground) {
  return std::make_unique<LoadTask>(ground, std::make_unique<SomeLoader>(ground.workload));
}

}  // namespace

Entrants BulkLoad() {
  return {.baseline = "post_batch",
          .all = {{"post_batch", MakeTask<PostBatchLoader>},
                  {"bulk", MakeTask<StoreBulkLoader>},
                  {"raw_sst", MakeTask<RawSstLoader>}}};
}

}  // namespace rookery::bench
