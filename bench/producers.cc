#include "bench/producers.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/clocks.h"
#include "bench/crowd.h"
#include "bench/latencies.h"

namespace rookery::bench {
namespace {

/// Of the processors, used by all threads of this process.
std::int64_t ProcessNanoseconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto of = [](const timeval& time) { return time.tv_sec * 1'000'000'000 + time.tv_usec * 1'000; };
  return of(use.ru_utime) + of(use.ru_stime);
}

class ProducersTask final : public Task {
 public:
  ProducersTask(const Ground& ground, const ProducerLoad& load, OpenProducerStore open)
      : ground_(ground), load_(load), open_(std::move(open)) {}

  Measurement RunRound(int /*round*/) override {
    std::filesystem::create_directories(ground_.directory.parent_path());
    const auto store = open_(ground_.workload, ground_.directory, load_);
    std::vector<std::vector<std::int64_t>> calls(load_.producers);
    std::int64_t cpu = 0;
    std::int64_t nanoseconds = 0;
    {
      Crowd crowd(load_.producers, [&](std::size_t producer) { Produce(store.get(), producer, &calls[producer]); });
      cpu = ProcessNanoseconds();
      const std::int64_t begin = WallNanoseconds();
      crowd.Release();
      store->AwaitAnswers();
      nanoseconds = WallNanoseconds() - begin;
      cpu = ProcessNanoseconds() - cpu;
    }
    store->CheckAndClose();
    std::filesystem::remove_all(ground_.directory);
    return Summary(calls, nanoseconds, cpu);
  }
  void Finish() override {}

 private:
  void Produce(ProducerStore* store, std::size_t producer, std::vector<std::int64_t>* calls) const {
    calls->reserve(load_.messages / load_.producers + 1);
    std::int64_t last = WallNanoseconds();
    for (std::size_t message = producer; message < load_.messages; message += load_.producers) {
      store->Post(message);
      const std::int64_t now = WallNanoseconds();
      calls->push_back(now - last);
      last = now;
    }
  }

  Measurement Summary(const std::vector<std::vector<std::int64_t>>& calls, std::int64_t nanoseconds,
                      std::int64_t cpu) const {
    std::vector<std::int64_t> all;
    for (const std::vector<std::int64_t>& of_one : calls) all.insert(all.end(), of_one.begin(), of_one.end());
    const auto messages = static_cast<double>(load_.messages);
    return {{"messages_per_second", "messages/s", messages * 1e9 / static_cast<double>(nanoseconds)},
            {"call_p50", "us", static_cast<double>(Percentile(all, 0.50)) / 1e3},
            {"call_p99", "us", static_cast<double>(Percentile(all, 0.99)) / 1e3},
            {"process_cpu", "us", static_cast<double>(cpu) / 1e3 / messages}};
  }

  const Ground ground_;
  const ProducerLoad load_;
  const OpenProducerStore open_;
};

}  // namespace

std::unique_ptr<Task> NewProducersTask(const Ground& ground, const ProducerLoad& load, const OpenProducerStore& open) {
  return std::make_unique<ProducersTask>(ground, load, open);
}

}  // namespace rookery::bench
