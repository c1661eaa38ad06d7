#include "bench/herd.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "bench/contender.h"
#include "bench/crowd.h"
#include "bench/data/random.h"
#include "bench/failure.h"
#include "bench/latencies.h"
#include "bench/reference.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kSeed = 80;
constexpr std::size_t kFewestHerds = 10;
constexpr std::size_t kMostHerds = 200;

/// The busiest channels, whose pages are full, in an order that is not that of their size.
std::vector<std::size_t> ChannelsToVisit(const Chat& chat) {
  const std::size_t herds = std::clamp(chat.sizes().messages / 5000, kFewestHerds, kMostHerds);
  std::vector<std::size_t> channels(std::min(herds, chat.sizes().channels));
  for (std::size_t i = 0; i < channels.size(); ++i) channels[i] = i;
  Random random(chat.sizes().seed + kSeed);
  for (std::size_t i = channels.size(); i > 1; --i) std::swap(channels[i - 1], channels[random.Below(i)]);
  return channels;
}

/// What one round saw. Nanoseconds; a herd's times are since its gate was opened.
struct Sightings {
  std::vector<std::int64_t> answers;  // of every caller, from its own call
  std::vector<std::int64_t> firsts;   // per herd, until the first had its answer
  std::vector<std::int64_t> lasts;    // until everybody had
  std::vector<std::int64_t> warm_lasts;
  std::uint64_t engine_reads = 0;
  std::uint64_t waited = 0;  // callers who waited for another's read

  Measurement ToMeasurement() const {
    const auto microseconds = [](const std::vector<std::int64_t>& times, double share) {
      return static_cast<double>(Percentile(times, share)) / 1e3;
    };
    const auto per_herd = [&](std::uint64_t count) {
      return static_cast<double>(count) / static_cast<double>(firsts.size());
    };
    return {{"answer_p50", "us", microseconds(answers, 0.50)},
            {"answer_p99", "us", microseconds(answers, 0.99)},
            {"first_p50", "us", microseconds(firsts, 0.50)},
            {"everybody_p50", "us", microseconds(lasts, 0.50)},
            {"everybody_p99", "us", microseconds(lasts, 0.99)},
            {"everybody_warm_p50", "us", microseconds(warm_lasts, 0.50)},
            {"engine_reads", "reads/herd", per_herd(engine_reads)},
            {"waited", "callers/herd", per_herd(waited)}};
  }
};

/// The callers, and what they read.
class Callers {
 public:
  Callers(const Chat& chat, HerdTarget* target, std::size_t count)
      : chat_(chat), pages_(count), crowd_(count, [this, target](std::size_t caller) {
          pages_[caller] = target->Read(chat_.channel_name(channel_));
        }) {}

  const std::vector<Crowd::Act>& SendTo(std::size_t channel) {
    channel_ = channel;
    const auto& acts = crowd_.Release();
    const std::uint64_t expected = ExpectedScroll(chat_, channel);
    for (Page& page : pages_) {
      IdChecksum checksum;
      for (const MessageView& message : std::exchange(page, Page())) checksum.Add(message.id());
      RequireScroll(chat_, channel, checksum.sum(), expected);
    }
    return acts;
  }

 private:
  const Chat& chat_;
  std::size_t channel_ = 0;
  std::vector<Page> pages_;  // by caller
  Crowd crowd_;              // last: its threads use all of the above
};

}  // namespace

Measurement RunHerds(const Chat& chat, HerdTarget* target, std::size_t callers,
                     const std::function<void()>& before_each) {
  Callers herd(chat, target, callers);
  Sightings sightings;
  for (const std::size_t channel : ChannelsToVisit(chat)) {
    before_each();
    const std::uint64_t reads_before = target->engine_reads();
    const std::uint64_t waited_before = target->waited();
    const auto& cold = herd.SendTo(channel);
    for (const Crowd::Act& act : cold) sightings.answers.push_back(act.end - act.begin);
    sightings.firsts.push_back(FirstDone(cold));
    sightings.lasts.push_back(LastDone(cold));
    const std::uint64_t reads = target->engine_reads() - reads_before;
    if (reads != 1) {
      throw Failure("a herd at channel \"" + chat.channel_name(channel) + "\" made " + std::to_string(reads) +
                    " reads of the engine, not 1");
    }
    sightings.engine_reads += reads;
    sightings.waited += target->waited() - waited_before;
    sightings.warm_lasts.push_back(LastDone(herd.SendTo(channel)));
  }
  return sightings.ToMeasurement();
}

Entrants HerdEntrants(const std::function<std::unique_ptr<Task>(const Ground&, std::size_t callers)>& make_task) {
  const auto of = [&make_task](std::size_t callers) {
    return [make_task, callers](const Ground& ground) { return make_task(ground, callers); };
  };
  return {.baseline = "lone", .all = {{"lone", of(1)}, {"herd_64", of(64)}, {"herd_1000", of(1000)}}};
}

}  // namespace rookery::bench
