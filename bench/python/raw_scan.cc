// rookery-raw-scan: what the benchmark of the Python package measures C++ by. Each command prints a line of JSON with
// the seconds that its work took, each time, and what tells whether it was the same work; `dump` prints the rows
// themselves.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/failure.h"
#include "bench/python/hot_keys.h"
#include "bench/python/raw_rows.h"
#include "codec/key_format.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

constexpr const char* kUsage =
    "usage: rookery-raw-scan scan STORE            reads every message row with iterators of RocksDB, twice\n"
    "       rookery-raw-scan dump STORE            writes key and value of each, their lengths (u32) before them\n"
    "       rookery-raw-scan get STORE KEYS COUNT  Get of the keys in the file, COUNT in all, from the read cache\n"
    "       rookery-raw-scan post STORE TARGET N   posts all messages of STORE to the new store TARGET, N at a time\n";

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// What was done: the same by whoever does it.
struct Work {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t id_sum = 0;
};

void PrintResult(const std::vector<double>& seconds, const Work& work) {
  std::string list;
  for (const double each : seconds) list += (list.empty() ? "" : ", ") + std::to_string(each);
  std::printf("{\"seconds\": [%s], \"rows\": %ju, \"bytes\": %ju, \"id_sum\": %ju}\n", list.c_str(),
              std::uintmax_t{work.rows}, std::uintmax_t{work.bytes}, std::uintmax_t{work.id_sum});
}

/// Twice, as what is read first in a process costs more than what follows.
void RunScan(const std::string& store) {
  const RawRows rows(store);
  std::vector<double> seconds;
  Work work;
  for (int i = 0; i < 2; ++i) {
    work = {};
    const Stopwatch watch;
    rows.ForEach([&](std::string_view key, std::string_view value) {
      ++work.rows;
      work.bytes += key.size() + value.size();
      work.id_sum += codec::MessageIdOf(key).value;
    });
    seconds.push_back(watch.seconds());
  }
  PrintResult(seconds, work);
}

void WriteCounted(std::string_view bytes) {
  const auto length = static_cast<std::uint32_t>(bytes.size());
  const bool written = std::fwrite(&length, sizeof(length), 1, stdout) == 1 &&
                       std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  Require(written, "standard output cannot be written to");
}

void RunDump(const std::string& store) {
  RawRows(store).ForEach([](std::string_view key, std::string_view value) {
    WriteCounted(key);
    WriteCounted(value);
  });
}

void RunGet(const std::string& path, const std::string& keys_path, std::size_t count) {
  const Store store = Require(Store::Open(path, {.mode = OpenMode::kOpen}));
  const std::vector<HotKey> keys = ReadHotKeys(keys_path);
  Require(!keys.empty(), keys_path + " has no keys");
  Work work;
  const auto get = [&](const HotKey& key) {
    const auto message = store.Get(key.channel, key.id);
    Require(message && *message, "message " + std::to_string(key.id.value) + " is missing");
    ++work.rows;
    work.bytes += (*message)->encoded().size();
    work.id_sum += (*message)->id().value;
  };
  for (const HotKey& key : keys) get(key);
  work = {};
  const Stopwatch watch;
  for (std::size_t i = 0; i < count; ++i) get(keys[i % keys.size()]);
  PrintResult({watch.seconds()}, work);
}

/// All messages of a store, in memory.
class Collector final : public ScanSink {
 public:
  struct Entry {
    std::size_t channel;  // of channels
    Message message;
  };

  void BeginChannel(std::string_view channel) override { channels.emplace_back(channel); }
  ScanStep Take(const MessageView& message) override {
    entries.push_back({channels.size() - 1, Message::CopyOf(message)});
    return ScanStep::kNext;
  }

  std::vector<std::string> channels;
  std::vector<Entry> entries;
};

/// As they were posted once: in the order of their ids, with author, content, attributes and what they reply to.
std::vector<NewMessage> NewMessagesOf(Collector* all) {
  std::sort(all->entries.begin(), all->entries.end(),
            [](const auto& a, const auto& b) { return a.message.id() < b.message.id(); });
  std::vector<NewMessage> messages;
  messages.reserve(all->entries.size());
  for (const auto& [channel, message] : all->entries) {
    messages.push_back({.channel = all->channels[channel],
                        .author = message.author(),
                        .content = message.content(),
                        .reply_to = message.reply_to().value_or(MessageId{}),
                        .attributes = message.attributes()});
  }
  return messages;
}

void RunPost(const std::string& source, const std::string& target, std::size_t batch) {
  Collector all;
  Store from = Require(Store::Open(source, {.mode = OpenMode::kOpen}));
  Scan scan = Require(from.StartScan());
  Require(scan.Read(&all));
  const std::vector<NewMessage> messages = NewMessagesOf(&all);
  Store to = Require(Store::Open(target, {.mode = OpenMode::kCreate}));
  const std::span<const NewMessage> left(messages);
  const Stopwatch watch;
  for (std::size_t first = 0; first < messages.size(); first += batch) {
    Require(to.PostBatch(left.subspan(first, std::min(batch, messages.size() - first))));
  }
  const double seconds = watch.seconds();
  Require(to.Close());
  PrintResult({seconds}, {.rows = messages.size()});
}

std::size_t NumberFrom(const std::string& text) {
  std::size_t used = 0;
  const unsigned long number = std::stoul(text, &used);
  Require(used == text.size() && number > 0, "not a positive number: " + text);
  return number;
}

/// False: that is no command line.
bool Run(std::span<const std::string> words) {
  const std::string command = words.empty() ? "" : words[0];
  if (command == "scan" && words.size() == 2) return RunScan(words[1]), true;
  if (command == "dump" && words.size() == 2) return RunDump(words[1]), true;
  if (command == "get" && words.size() == 4) return RunGet(words[1], words[2], NumberFrom(words[3])), true;
  if (command == "post" && words.size() == 4) return RunPost(words[1], words[2], NumberFrom(words[3])), true;
  return false;
}

}  // namespace
}  // namespace rookery::bench

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (rookery::bench::Run(words)) return 0;
    std::fputs(rookery::bench::kUsage, stderr);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rookery-raw-scan: %s\n", error.what());
    return 1;
  }
}
