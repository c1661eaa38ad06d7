// A contender: one way to store the chat. Each is one small file that is checked equal to the reference.
//
// Invariant: what is timed (Post, Scroll, Get) and what is checked (Page, Message) go through the same code of the
// contender; only the decoding of the answer for the comparison differs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/workload.h"
#include "rookery/types.h"

namespace rookery::bench {

/// The latest messages of a channel that one scroll asks for.
inline constexpr std::size_t kScrollLimit = 50;
/// All contenders route to as many shards, if they have shards at all.
inline constexpr std::uint32_t kShards = 16;

/// The memory that every contender may use: for blocks or pages read, and for what is written.
inline constexpr std::size_t kCacheBytes = std::size_t{256} << 20;
/// What the contender with a cache of messages has besides.
inline constexpr std::size_t kMessageCacheBytes = std::size_t{64} << 20;
inline constexpr std::size_t kWriteBufferBytes = std::size_t{128} << 20;

/// A message as it was read back.
struct Row {
  MessageId id;
  std::string author;
  std::string content;
};

/// What a page's ids and their order come to: cheap to take, and wrong if a row is missing, doubled or misplaced.
class IdChecksum {
 public:
  void Add(MessageId id) { sum_ = sum_ * 1'000'003 + id.value; }
  std::uint64_t sum() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

/// A store that is open. Used by one thread. Every call throws Failure if it cannot do what it is asked to.
class Contender {
 public:
  virtual ~Contender() = default;

  /// Writes messages first..first+count-1 of the chat in one atomic step, buffered: safe from a crash of the process.
  virtual void Post(std::size_t first, std::size_t count) = 0;
  /// Reads a channel's latest kScrollLimit messages into memory of their own, newest first. Returns their IdChecksum.
  virtual std::uint64_t Scroll(std::size_t channel) = 0;
  /// Reads a message of the chat. False if there is none.
  virtual bool Get(std::size_t message) = 0;

  /// What Scroll reads, for any page: ids below `before`, newest first.
  virtual std::vector<Row> Page(std::size_t channel, std::optional<MessageId> before, std::size_t limit) = 0;
  /// What Get reads.
  virtual std::optional<Row> Message(std::size_t message) = 0;

  /// Brings everything to disk in its most compact form. After it only Close may be called.
  virtual void Compact() = 0;
  /// After it only the destructor may be called.
  virtual void Close() = 0;
};

/// How to open a contender. `workload` outlives it. A missing directory is created, another one opened as it is.
struct ContenderKind {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Contender> (*open)(const Workload& workload, const std::filesystem::path& directory);
};

/// The one that ratios are to.
inline constexpr std::string_view kBaseline = "rocksdb";

std::span<const ContenderKind> AllContenders();

// Each in a file of its own.
std::unique_ptr<Contender> OpenRookeryCached(const Workload& workload, const std::filesystem::path& directory);
std::unique_ptr<Contender> OpenRookery(const Workload& workload, const std::filesystem::path& directory);
std::unique_ptr<Contender> OpenRocksDb(const Workload& workload, const std::filesystem::path& directory);
std::unique_ptr<Contender> OpenRocksDbCodec(const Workload& workload, const std::filesystem::path& directory);
std::unique_ptr<Contender> OpenLmdb(const Workload& workload, const std::filesystem::path& directory);
std::unique_ptr<Contender> OpenSqlite(const Workload& workload, const std::filesystem::path& directory);

}  // namespace rookery::bench
