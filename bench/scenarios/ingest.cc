// Ingest: the whole chat goes into an empty store, message by message or in batches.
#include <algorithm>

#include "bench/latencies.h"
#include "bench/reference.h"
#include "bench/scenario.h"

namespace rookery::bench {
namespace {

constexpr std::size_t kBatch = 100;
// Otherwise a store that makes its own ids makes others than the chat says.
static_assert(Chat::kMessagesPerMillisecond % kBatch == 0);

class Ingest final : public Scenario {
 public:
  Ingest(const Chat& chat, std::size_t batch) : chat_(chat), batch_(batch) {}

  Start start() const override { return Start::kEmptyStore; }

  Measurement Run(Contender* contender) const override {
    const std::size_t messages = chat_.sizes().messages;
    Latencies latencies(messages / batch_ + 1);
    latencies.Start();
    for (std::size_t first = 0; first < messages; first += batch_) {
      contender->Post(first, std::min(batch_, messages - first));
      latencies.Lap();
    }
    latencies.Stop();
    Measurement measurement;
    latencies.AddTo(&measurement, "messages", messages);
    return measurement;
  }

  void Check(Contender* contender) const override { ExpectWholeChat(chat_, contender); }

 private:
  const Chat& chat_;
  const std::size_t batch_;
};

}  // namespace

std::unique_ptr<Scenario> NewIngestOne(const Chat& chat) { return std::make_unique<Ingest>(chat, 1); }
std::unique_ptr<Scenario> NewIngestBatch(const Chat& chat) { return std::make_unique<Ingest>(chat, kBatch); }

void Fill(const Chat& chat, Contender* contender) {
  const std::size_t messages = chat.sizes().messages;
  for (std::size_t first = 0; first < messages; first += kBatch) {
    contender->Post(first, std::min(kBatch, messages - first));
  }
}

}  // namespace rookery::bench
