// Point get: one existing message after the other, as a jump to a link or the head of a reply asks for.
#include <algorithm>
#include <string>
#include <vector>

#include "bench/data/random.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "bench/reference.h"
#include "bench/scenario.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kSeed = 78;
constexpr std::size_t kFewestReads = 1000;
constexpr std::size_t kMostReads = 200'000;

class PointGet final : public Scenario {
 public:
  explicit PointGet(const Chat& chat) : chat_(chat) {
    Random random(chat.sizes().seed + kSeed);
    const std::size_t reads = std::clamp(chat.sizes().messages / 5, kFewestReads, kMostReads);
    queries_.reserve(reads);
    for (std::size_t i = 0; i < reads; ++i) queries_.push_back(random.Below(chat.sizes().messages));
  }

  Start start() const override { return Start::kFilledStore; }

  Measurement Run(Contender* contender) const override {
    Latencies latencies(queries_.size());
    latencies.Start();
    for (const std::size_t message : queries_) {
      const bool found = contender->Get(message);
      latencies.Lap();
      if (!found) throw Failure("message " + std::to_string(message) + " is missing");
    }
    latencies.Stop();
    Measurement measurement;
    latencies.AddTo(&measurement, "reads", queries_.size());
    return measurement;
  }

  void Check(Contender* contender) const override {
    for (const std::size_t message : queries_) ExpectMessage(chat_, message, contender);
  }

 private:
  const Chat& chat_;
  std::vector<std::size_t> queries_;
};

}  // namespace

std::unique_ptr<Scenario> NewPointGet(const Chat& chat) { return std::make_unique<PointGet>(chat); }

}  // namespace rookery::bench
