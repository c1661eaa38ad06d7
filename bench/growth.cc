#include "bench/growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "bench/clocks.h"
#include "bench/data/random.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "bench/measurement.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kSeed = 89;
constexpr std::size_t kBatch = 100;
// The hot set, in the stores of all sizes alike: a few MiB of blocks.
constexpr std::size_t kHotChannels = 64;
constexpr std::size_t kHotOfChannel = 64;
// Messages from anywhere, which fit the block cache but, each in a block of its own, not the processor's.
constexpr std::size_t kSpread = 4'096;
constexpr std::size_t kMostReads = 10'000;  // in a round
constexpr std::size_t kMostPosts = 2'000;   // so that rounds hardly change the size of the smallest store

/// Returns when this process has nothing more to do in the background: flushes and compactions.
void AwaitQuiet() {
  constexpr std::chrono::milliseconds kLook{200};
  constexpr int kLooks = 5 * 60 * 10;
  for (int i = 0; i < kLooks; ++i) {
    const std::int64_t before = ProcessNanoseconds();
    std::this_thread::sleep_for(kLook);
    if (ProcessNanoseconds() - before < std::chrono::nanoseconds{kLook}.count() / 50) return;
  }
  throw Failure("a store still works in the background ten minutes after it was filled");
}

void Fill(GrowthStore* store, std::size_t size) {
  for (std::size_t first = 0; first < size; first += kBatch) store->Post(first, kBatch);
}

/// One store that was filled, and what is read in it again and again.
class GrownStore {
 public:
  GrownStore(const EndlessChat& chat, std::size_t size, std::unique_ptr<GrowthStore> store)
      : chat_(chat), size_(size), store_(std::move(store)), random_(chat.chat().sizes().seed + kSeed), posted_(size) {
    for (std::size_t channel = 0; channel < hot_channels(); ++channel) {
      const std::vector<std::size_t> latest = chat.LatestOf(channel, size, kHotOfChannel);
      hot_.insert(hot_.end(), latest.begin(), latest.end());
    }
    for (std::size_t i = 0; i < kSpread; ++i) spread_.push_back(random_.Below(size));
  }

  std::size_t size() const { return size_; }

  /// Has the hot set in memory afterwards, and has compared it.
  void WarmUp() {
    for (const std::size_t message : hot_) CheckMessage(message);
    for (const std::size_t message : spread_) CheckMessage(message);
    for (std::size_t channel = 0; channel < hot_channels(); ++channel) Scroll(channel);
  }
  void Post() { store_->Post(posted_++, 1); }
  void GetHot() { GetOneOf(hot_); }
  void GetSpread() { GetOneOf(spread_); }
  std::size_t DrawChannel() { return random_.Below(hot_channels()); }
  std::uint64_t ExpectedScroll(std::size_t channel) const {
    IdChecksum checksum;
    for (const std::size_t message : chat_.LatestOf(channel, posted_, kScrollLimit)) checksum.Add(chat_.id_of(message));
    return checksum.sum();
  }
  std::uint64_t Scroll(std::size_t channel) { return store_->Scroll(channel); }
  void Close() { store_->Close(); }

 private:
  std::size_t hot_channels() const { return std::min(kHotChannels, chat_.chat().sizes().channels); }

  void GetOneOf(const std::vector<std::size_t>& messages) {
    const std::size_t message = messages[random_.Below(messages.size())];
    if (!store_->Get(message)) throw Failure("message " + std::to_string(message) + " is missing");
  }
  void CheckMessage(std::size_t message) {
    const std::optional<Row> row = store_->Message(message);
    const bool same = row && row->id == chat_.id_of(message) && row->author == chat_.author_of(message) &&
                      row->content == chat_.content_of(message);
    Require(same, "message " + std::to_string(message) + " reads otherwise than posted");
  }

  const EndlessChat& chat_;
  const std::size_t size_;
  const std::unique_ptr<GrowthStore> store_;
  Random random_;
  std::size_t posted_;
  std::vector<std::size_t> hot_;     // messages: the latest of busy channels
  std::vector<std::size_t> spread_;  // messages: from anywhere
};

std::size_t WholeBatches(std::size_t messages) {
  return std::max<std::size_t>((messages + kBatch - 1) / kBatch, 1) * kBatch;
}

using Times = std::vector<std::int64_t>;

template <typename Operation>
Times TimesOf(std::size_t operations, const Operation& operation) {
  Times times;
  times.reserve(operations);
  for (std::size_t i = 0; i < operations; ++i) {
    const std::int64_t begin = WallNanoseconds();
    operation();
    times.push_back(WallNanoseconds() - begin);
  }
  return times;
}

Times TimePages(GrownStore* store, std::size_t operations) {
  std::vector<std::uint64_t> expected;
  for (std::size_t channel = 0; channel < kHotChannels; ++channel) expected.push_back(store->ExpectedScroll(channel));
  return TimesOf(operations, [&] {
    const std::size_t channel = store->DrawChannel();
    if (store->Scroll(channel) != expected[channel]) throw Failure("a latest page is wrong");
  });
}

class GrowthTask final : public Task {
 public:
  GrowthTask(const Ground& ground, const OpenGrowthStore& open) : chat_(ground.workload.chat) {
    const std::size_t messages = ground.workload.chat.sizes().messages;
    reads_ = std::clamp<std::size_t>(messages / 20, 100, kMostReads);
    posts_ = std::clamp<std::size_t>(messages / 100, 100, kMostPosts);
    std::filesystem::create_directories(ground.directory);
    for (const std::size_t wanted : {messages / 10, messages, messages * 10}) {
      const std::size_t size = WholeBatches(wanted);
      const std::filesystem::path directory = ground.directory / ShortNumber(size);
      const auto filled = open(ground.workload, chat_, directory);
      Fill(filled.get(), size);
      filled->Close();
      stores_.emplace_back(chat_, size, open(ground.workload, chat_, directory));
    }
    AwaitQuiet();
  }

  Measurement RunRound(int /*round*/) override {
    for (GrownStore& store : stores_) store.WarmUp();
    Measurement measurement;
    AddCurve("post", &measurement, [&](GrownStore* store) { return TimesOf(posts_, [=] { store->Post(); }); });
    AddCurve("get", &measurement, [&](GrownStore* store) { return TimesOf(reads_, [=] { store->GetHot(); }); });
    AddCurve("spread_get", &measurement,
             [&](GrownStore* store) { return TimesOf(reads_, [=] { store->GetSpread(); }); });
    AddCurve("page", &measurement, [&](GrownStore* store) { return TimePages(store, reads_); });
    return measurement;
  }
  void Finish() override {
    for (GrownStore& store : stores_) store.Close();
  }

 private:
  /// Times by size, and how they compare with those of the smallest.
  template <typename Time>
  void AddCurve(std::string_view what, Measurement* measurement, const Time& time) {
    std::vector<Times> all;
    for (GrownStore& store : stores_) all.push_back(time(&store));
    for (const auto& [name, share] : {std::pair{"p50", 0.50}, std::pair{"p99", 0.99}}) {
      std::vector<double> curve;
      for (std::size_t i = 0; i < all.size(); ++i) {
        curve.push_back(static_cast<double>(Percentile(all[i], share)));
        measurement->push_back({fmt::format("{}_{}_{}", what, name, SizeText(i)), "ns", curve.back()});
      }
      for (std::size_t i = 1; i < all.size(); ++i) {
        measurement->push_back(
            {fmt::format("{}_{}_{}_of_{}", what, name, SizeText(i), SizeText(0)), "x", curve[i] / curve[0]});
      }
    }
  }
  std::string SizeText(std::size_t store) const { return ShortNumber(stores_[store].size()); }

  const EndlessChat chat_;
  std::size_t reads_ = 0;
  std::size_t posts_ = 0;
  std::deque<GrownStore> stores_;
};

}  // namespace

std::unique_ptr<Task> NewGrowthTask(const Ground& ground, const OpenGrowthStore& open) {
  return std::make_unique<GrowthTask>(ground, open);
}

std::string ShortNumber(std::size_t number) {
  if (number != 0 && number % 1'000'000 == 0) return std::to_string(number / 1'000'000) + "M";
  if (number != 0 && number % 1'000 == 0) return std::to_string(number / 1'000) + "k";
  return std::to_string(number);
}

}  // namespace rookery::bench
