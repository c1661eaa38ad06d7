// The read side that a Store and a Snapshot have in common.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rookery/attachment.h"
#include "rookery/export.h"
#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/query.h"
#include "rookery/status.h"

namespace rookery {

/// A walk over the messages of many channels, as they were when it was made: for reading much, without the read cache.
/// Keeps old versions on disk while it lives. Thread-compatible. Answers kClosed once its store is closed.
class ROOKERY_EXPORT Scan {
 public:
  Scan(Scan&&) noexcept;
  Scan& operator=(Scan&&) noexcept;
  ~Scan();

  /// Hands messages to `sink` until it pauses the scan (true) or there are no more (false). After an error the scan has
  /// ended. kCorruption: a message that cannot be decoded.
  Result<bool> Read(ScanSink* sink);

 private:
  friend class Store;
  friend class Snapshot;
  struct State;
  explicit Scan(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Reads messages, records and channels: the present ones through a Store, those of one moment through a Snapshot.
/// Thread-safe. What a call returns owns its memory and may outlive the reader.
/// Every call can answer kInvalidArgument (a bad name, id or limit), kCorruption, kIoError and kClosed.
class ROOKERY_EXPORT Reader {
 public:
  virtual ~Reader() = default;

  /// The message, or nullopt if there is none. kBusy: ReadOptions::timeout has passed, as in the next two.
  virtual Result<std::optional<Message>> Get(std::string_view channel, MessageId id,
                                             const ReadOptions& options = {}) const = 0;
  /// One answer per key, in the order of the keys. Faster than as many Get calls.
  virtual Result<std::vector<std::optional<Message>>> GetMany(std::span<const MessageKey> keys,
                                                              const ReadOptions& options = {}) const = 0;
  /// A page of a channel's messages; empty for a channel that does not exist.
  virtual Result<Page> History(std::string_view channel, const HistoryQuery& query = {},
                               const ReadOptions& options = {}) const = 0;

  virtual Result<std::optional<Record>> GetRecord(std::string_view channel, std::string_view key) const = 0;
  virtual Result<RecordPage> ListRecords(std::string_view channel, const RecordQuery& query = {}) const = 0;

  /// The attachment, ready to be read from its beginning, or nullopt if there is none.
  virtual Result<std::optional<AttachmentReader>> GetAttachment(std::string_view channel, MessageId id,
                                                                std::string_view name) const = 0;
  /// All attachments of a message, in the order of their names' bytes; none for a message that does not exist.
  virtual Result<std::vector<AttachmentInfo>> ListAttachments(std::string_view channel, MessageId id) const = 0;

  /// The channels that hold something. One seek per channel: meant for listings, not for hot paths.
  virtual Result<ChannelPage> Channels(const ChannelQuery& query = {}) const = 0;

  /// All messages of many channels. Reads nothing before Scan::Read.
  virtual Result<Scan> StartScan(const ScanQuery& query = {}) const = 0;

 protected:
  Reader() = default;
  Reader(const Reader&) = default;
  Reader& operator=(const Reader&) = default;
  Reader(Reader&&) = default;
  Reader& operator=(Reader&&) = default;
};

/// The store as it was at one moment: reads repeat, whatever is written meanwhile. Keeps old versions on disk while it
/// lives, so let it go soon. Thread-safe. Answers kClosed once its store is closed.
class ROOKERY_EXPORT Snapshot final : public Reader {
 public:
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;
  ~Snapshot() override;

  Result<std::optional<Message>> Get(std::string_view channel, MessageId id,
                                     const ReadOptions& options = {}) const override;
  Result<std::vector<std::optional<Message>>> GetMany(std::span<const MessageKey> keys,
                                                      const ReadOptions& options = {}) const override;
  Result<Page> History(std::string_view channel, const HistoryQuery& query = {},
                       const ReadOptions& options = {}) const override;
  Result<std::optional<Record>> GetRecord(std::string_view channel, std::string_view key) const override;
  Result<RecordPage> ListRecords(std::string_view channel, const RecordQuery& query = {}) const override;
  Result<std::optional<AttachmentReader>> GetAttachment(std::string_view channel, MessageId id,
                                                        std::string_view name) const override;
  Result<std::vector<AttachmentInfo>> ListAttachments(std::string_view channel, MessageId id) const override;
  Result<ChannelPage> Channels(const ChannelQuery& query = {}) const override;
  Result<Scan> StartScan(const ScanQuery& query = {}) const override;
  /// How many shards the store had then: ScanQuery::shard is below.
  Result<std::uint32_t> Shards() const;

 private:
  friend class Store;
  struct State;
  explicit Snapshot(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rookery
