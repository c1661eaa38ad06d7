// A graveyard: a channel from which all messages but the oldest are deleted, one by one, and then read. What is
// measured is how fast it is filled and emptied, and how long the latest page takes right afterwards and after
// reopening.
//
// The entrants differ in the order of the deletes. Raw RocksDB deletes the same keys of the same rows and reads the
// page with one bounded iterator.
#include "bench/raw/graveyard.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "bench/clocks.h"
#include "bench/contenders/rookery_options.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "bench/workload.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

constexpr const char* kChannel = "graveyard";
constexpr std::size_t kReads = 2'000;

enum class DeleteOrder { kNewestFirst, kOldestFirst, kRandom };

/// All messages but the oldest, 0.
std::vector<std::size_t> OrderOf(std::size_t messages, DeleteOrder order) {
  std::vector<std::size_t> indexes(messages - 1);
  std::iota(indexes.begin(), indexes.end(), std::size_t{1});
  if (order == DeleteOrder::kNewestFirst) std::reverse(indexes.begin(), indexes.end());
  if (order == DeleteOrder::kRandom) std::shuffle(indexes.begin(), indexes.end(), std::mt19937_64(7));
  return indexes;
}

class RookeryGraveyard final : public Graveyard {
 public:
  explicit RookeryGraveyard(const Ground& ground) : ground_(ground) { Open(); }

  void Post(std::size_t message) override {
    const Chat& chat = ground_.workload.chat;
    ids_.push_back(Require(
        store_->Post({.channel = kChannel, .author = chat.author_of(message), .content = chat.content_of(message)})));
  }
  void Delete(std::size_t message) override { Require(Require(store_->Delete(kChannel, ids_[message])), "deleted"); }
  std::size_t ReadLatest() override {
    const Page page = Require(store_->History(kChannel, {.limit = kScrollLimit}));
    if (page.size() == 1) Require(page.front().id() == ids_.front(), "the oldest message is left");
    return page.size();
  }
  void Reopen() override {
    Require(store_->Close());
    Open();
  }

 private:
  void Open() { store_.emplace(Require(Store::Open(ground_.directory, RookeryOptions(/*cache_bytes=*/0)))); }

  const Ground& ground_;
  std::optional<Store> store_;
  std::vector<MessageId> ids_;
};

void AddReads(Graveyard* yard, std::string_view when, Measurement* measurement) {
  std::vector<std::int64_t> reads;
  for (std::size_t i = 0; i < kReads; ++i) {
    const std::int64_t begin = WallNanoseconds();
    Require(yard->ReadLatest() == 1, "one message is left");
    reads.push_back(WallNanoseconds() - begin);
  }
  const auto add = [&](std::string_view what, std::int64_t nanoseconds) {
    measurement->push_back({std::string(when) + std::string(what), "us", static_cast<double>(nanoseconds) / 1e3});
  };
  add("_first", reads.front());
  add("_p50", Percentile(reads, 0.50));
  add("_p99", Percentile(reads, 0.99));
  add("_max", *std::max_element(reads.begin(), reads.end()));
}

double PerSecond(std::size_t things, std::int64_t nanoseconds) {
  return static_cast<double>(things) * 1e9 / static_cast<double>(nanoseconds);
}

class GraveyardTask final : public Task {
 public:
  using Make = std::unique_ptr<Graveyard> (*)(const Ground& ground);
  GraveyardTask(const Ground& ground, Make make, DeleteOrder order) : ground_(ground), make_(make), order_(order) {}

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [this](const Ground& fresh) { return Run(fresh); });
  }
  void Finish() override {}

 private:
  Measurement Run(const Ground& ground) const {
    const std::size_t messages = ground.workload.chat.sizes().messages;
    const auto yard = make_(ground);
    Measurement measurement;
    const std::int64_t begin = WallNanoseconds();
    for (std::size_t i = 0; i < messages; ++i) yard->Post(i);
    const std::int64_t posted = WallNanoseconds();
    for (const std::size_t message : OrderOf(messages, order_)) yard->Delete(message);
    const std::int64_t deleted = WallNanoseconds();
    measurement.push_back({"posts_per_second", "ops/s", PerSecond(messages, posted - begin)});
    measurement.push_back({"deletes_per_second", "ops/s", PerSecond(messages - 1, deleted - posted)});
    measurement.push_back(
        {"deletes_of_posts", "x", static_cast<double>(posted - begin) / static_cast<double>(deleted - posted)});
    AddReads(yard.get(), "after_deletes", &measurement);
    yard->Reopen();
    AddReads(yard.get(), "after_reopening", &measurement);
    return measurement;
  }

  const Ground ground_;
  const Make make_;
  const DeleteOrder order_;
};

std::unique_ptr<Graveyard> MakeRookery(const Ground& ground) { return std::make_unique<RookeryGraveyard>(ground); }

}  // namespace

Entrants GraveyardOfAChannel() {
  const auto with = [](GraveyardTask::Make make, DeleteOrder order) {
    return [=](const Ground& ground) { return std::make_unique<GraveyardTask>(ground, make, order); };
  };
  return {.baseline = "rocksdb",
          .all = {{"rocksdb", with(MakeRocksDbGraveyard, DeleteOrder::kNewestFirst)},
                  {"newest_first", with(MakeRookery, DeleteOrder::kNewestFirst)},
                  {"oldest_first", with(MakeRookery, DeleteOrder::kOldestFirst)},
                  {"random", with(MakeRookery, DeleteOrder::kRandom)}}};
}

}  // namespace rookery::bench
