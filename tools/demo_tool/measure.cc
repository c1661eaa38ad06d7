#include "measure.h"

#include <algorithm>
#include <random>

#include "page_cache.h"
#include "rookery/store.h"

namespace rookery::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPage = 50;
constexpr std::size_t kMostChannels = 1'000;
constexpr std::size_t kWarmReads = 10'000;
constexpr std::size_t kChannelsPerPage = 10'000;
constexpr std::uint64_t kSeed = 1;

Result<std::vector<std::string>> AllChannels(const Store& store) {
  std::vector<std::string> channels;
  while (true) {
    const std::string after = channels.empty() ? "" : channels.back();
    Result<ChannelPage> page = store.Channels({.after = after, .limit = kChannelsPerPage});
    if (!page) return page.error();
    channels.insert(channels.end(), page->channels.begin(), page->channels.end());
    if (!page->has_more) return channels;
  }
}

/// The time of one read, in which every message of the page is looked at.
Result<std::chrono::nanoseconds> TimeRead(const Store& store, const std::string& channel, std::size_t* messages) {
  const auto begin = Clock::now();
  const Result<Page> page = store.History(channel, {.limit = kPage});
  if (!page) return page.error();
  std::size_t bytes = 0;
  for (const MessageView& message : *page) bytes += message.author().size() + message.content().size();
  const auto time = Clock::now() - begin;
  *messages = bytes == 0 ? 0 : page->size();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time);
}

Latency Summarize(std::vector<std::chrono::nanoseconds> times) {
  if (times.empty()) return {};
  std::sort(times.begin(), times.end());
  return {.reads = times.size(), .p50 = times[times.size() / 2], .p99 = times[times.size() * 99 / 100]};
}

/// Everything that needs the store open for writing, and the channels to read later.
Result<std::vector<std::string>> Settle(const std::filesystem::path& path, Measurement* measurement) {
  Result<Store> store = Store::Open(path, {.mode = OpenMode::kOpen});
  if (!store) return store.error();
  if (Status compacted = store->Compact(); !compacted.ok()) return compacted;
  Result<VerifyReport> verified = store->Verify();
  if (!verified) return verified.error();
  measurement->verified = *std::move(verified);
  Result<StoreInfo> info = store->Info();
  if (!info) return info.error();
  measurement->info = *std::move(info);
  const Result<StoreStats> stats = store->Stats();
  if (!stats) return stats.error();
  measurement->disk_bytes = stats->disk_bytes;
  Result<std::vector<std::string>> channels = AllChannels(*store);
  if (Status closed = store->Close(); !closed.ok()) return closed;
  return channels;
}

Status ReadCold(const Store& store, const std::vector<std::string>& channels, Measurement* measurement) {
  std::vector<std::chrono::nanoseconds> times;
  std::size_t most = 0;
  for (const std::string& channel : channels) {
    std::size_t messages = 0;
    const auto time = TimeRead(store, channel, &messages);
    if (!time) return time.error();
    times.push_back(*time);
    if (messages > most) {
      most = messages;
      measurement->busy_channel = channel;
    }
  }
  measurement->cold = Summarize(std::move(times));
  return Status::Ok();
}

Status ReadWarm(const Store& store, const std::vector<std::string>& channels, Measurement* measurement) {
  std::mt19937_64 random(kSeed);
  std::vector<std::chrono::nanoseconds> times;
  for (std::size_t i = 0; i < kWarmReads && !channels.empty(); ++i) {
    std::size_t messages = 0;
    const auto time = TimeRead(store, channels[random() % channels.size()], &messages);
    if (!time) return time.error();
    times.push_back(*time);
  }
  measurement->warm = Summarize(std::move(times));
  return Status::Ok();
}

}  // namespace

Result<Measurement> Measure(const std::filesystem::path& path) {
  Measurement measurement;
  Result<std::vector<std::string>> channels = Settle(path, &measurement);
  if (!channels) return channels.error();
  std::shuffle(channels->begin(), channels->end(), std::mt19937_64(kSeed));
  channels->resize(std::min(channels->size(), kMostChannels));
  measurement.channels_read = channels->size();
  measurement.page_cache_dropped = DropFromPageCache(path);
  const Result<Store> store = Store::Open(path, {.mode = OpenMode::kReadOnly});
  if (!store) return store.error();
  if (Status cold = ReadCold(*store, *channels, &measurement); !cold.ok()) return cold;
  if (Status warm = ReadWarm(*store, *channels, &measurement); !warm.ok()) return warm;
  return measurement;
}

}  // namespace rookery::demo
