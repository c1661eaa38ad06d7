// An open store: owns the context and the parts that read and write, and passes each call to the part that does it.
//
// Invariant: every engine snapshot and every scan that a caller holds is registered here, so that closing can let go of
// all of them before the engine goes.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "engine/engine.h"
#include "rookery/store.h"
#include "store/attachment_editor.h"
#include "store/attendant.h"
#include "store/buckets/bucket_keeper.h"
#include "store/catalog.h"
#include "store/chunk_reader.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/growing_rows.h"
#include "store/message_writer.h"
#include "store/post_writer.h"
#include "store/read_path.h"
#include "store/record_writer.h"
#include "store/reshard/autopilot.h"
#include "store/reshard/resharder.h"
#include "store/retention/retention_runner.h"
#include "store/retention/retention_worker.h"
#include "store/scanner.h"
#include "store/witness.h"

namespace rookery::store {

/// What assembly has prepared: an open engine that holds a store's keyspaces and catalog.
struct StoreParts {
  std::unique_ptr<engine::Engine> engine;
  StoreOptions options;  // validated
  StoreInfo info;        // but for what the shard map tells
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<Admission> admission = {};  // null: made from the options
  std::uint64_t quota_bytes = 0;              // what it may take of the disk; 0: all
  std::unique_ptr<Witness> witness = {};      // null: none; begun
  RecoveryReport recovery = {};
  bool enforces_retention = true;  // from the beginning; else from StartRetention on
};

/// Writes the catalog and makes the shards of a new store.
Status InitializeStore(engine::Engine* engine, const codec::StoreIdentity& identity, const StoreOptions& options);

/// Thread-safe, but for Close.
class StoreImpl {
 public:
  static Result<std::unique_ptr<StoreImpl>> Open(StoreParts parts);
  ~StoreImpl();

  /// An error: a thread that asks cannot close the store now. Ends nothing.
  Status MayClose() const;
  /// Ends all attendants first, and leaves the store open if one of them cannot be ended.
  Status Close();
  bool closed() const { return closed_.load(std::memory_order_acquire); }

  PostWriter& posts() { return *posts_; }
  MessageWriter& messages() { return *messages_; }
  RecordWriter& records() { return *records_; }
  AttachmentEditor& attachments() { return *attachments_; }
  const ReadPath& reads() const { return *reads_; }
  const Context& context() const { return context_; }
  Committer& committer() { return *committer_; }
  BucketKeeper& keeper() { return *keeper_; }

  StoreStats Stats() const;
  StoreInfo info() const;
  const RecoveryReport& recovery() const { return recovery_; }
  Result<RouteExplanation> Explain(std::string_view channel) const;
  Status SetCacheCapacity(std::size_t bytes);
  Status Sync();
  Status Compact();
  Result<VerifyReport> Verify(const VerifyOptions& options);
  Result<RepairReport> Repair(const RepairOptions& options);
  Status SetRetention(const RetentionRule& rule);
  /// From now on its thread enforces the rules.
  void StartRetention();
  RetentionRunner& retention() { return *retention_; }
  Result<RetentionReport> RunRetention(const RetentionOptions& options);
  Result<ChannelSize> SizeOf(std::string_view channel);
  Resharder& resharder() { return *resharder_; }
  Autopilot& autopilot() { return *autopilot_; }

  /// Close ends it, if it is still there.
  void Attach(const std::shared_ptr<Attendant>& attendant);
  Status EndAttendants();
  /// As Attendant::Drain, of all.
  Status DrainAttendants(std::chrono::milliseconds timeout) const;

  /// What writes beside the calls that write: a bulk load.
  struct WriteParts {
    Context& context;
    const Catalog& catalog;
    Committer& committer;
    GrowingRows& growing_rows;
    PostWriter& posts;
    BucketKeeper& keeper;
  };
  WriteParts write_parts() { return {context_, *catalog_, *committer_, *growing_rows_, *posts_, *keeper_}; }

  /// Something that must end before the engine does.
  class Work {
   public:
    virtual ~Work() = default;
    /// What it takes now, about. Called from any thread.
    virtual std::uint64_t memory_bytes() const = 0;
  };
  /// A snapshot, a scan, an attachment that is read or a work, which Close can take away: the holder keeps the slot
  /// alive, not what is in it.
  struct Slot {
    std::shared_ptr<const engine::Snapshot> snapshot = nullptr;
    std::unique_ptr<Scanner> scanner = nullptr;
    std::unique_ptr<ChunkReader> chunks = nullptr;
    std::unique_ptr<Work> work = nullptr;
  };
  std::shared_ptr<Slot> Hold(std::unique_ptr<Work> work);
  std::shared_ptr<Slot> NewSnapshot();
  /// `snapshot` may be null: the present state.
  Result<std::shared_ptr<Slot>> NewScan(const ScanQuery& query, std::shared_ptr<const engine::Snapshot> snapshot);
  /// Null: there is no such attachment. `snapshot` may be null: the present state.
  Result<std::shared_ptr<Slot>> OpenAttachment(std::string_view channel, MessageId id, std::string_view name,
                                               std::shared_ptr<const engine::Snapshot> snapshot);
  Result<std::vector<AttachmentInfo>> ListAttachments(std::string_view channel, MessageId id,
                                                      const engine::Snapshot* snapshot) const;
  void Release(const std::shared_ptr<Slot>& slot);

 private:
  StallStats Stall() const;
  std::vector<MemoryPart> Memory(const engine::EngineSize& size, const CacheStats& cache) const;
  std::vector<std::shared_ptr<Attendant>> Attendants() const;
  std::shared_ptr<Slot> Register(Slot slot);
  explicit StoreImpl(StoreParts parts);
  Status Load(const StoreOptions& options, const codec::StoreIdentity& identity);
  /// `has_map`: the store says that its bucket map is complete.
  Status RecoverBuckets(bool has_map);
  /// Removes what uploads left that a crash or closing cut short.
  void RemoveUnfinishedUploads();

  Context context_;
  const RecoveryReport recovery_;
  StoreInfo info_;  // but for what the shard map tells
  std::shared_ptr<Logger> logger_;
  std::optional<Catalog> catalog_;
  std::optional<Committer> committer_;
  std::optional<GrowingRows> growing_rows_;
  std::optional<BucketKeeper> keeper_;
  std::optional<RetentionRunner> retention_;
  std::optional<RetentionWorker> retention_worker_;
  std::optional<Resharder> resharder_;
  std::optional<Autopilot> autopilot_;
  std::optional<PostWriter> posts_;
  std::optional<MessageWriter> messages_;
  std::optional<RecordWriter> records_;
  std::optional<AttachmentEditor> attachments_;
  std::optional<ReadPath> reads_;
  std::atomic<bool> closed_{false};
  std::atomic<bool> enforces_retention_;
  mutable base::Mutex mutex_;
  std::unordered_set<std::shared_ptr<Slot>> slots_ RK_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<Attendant>> attendants_ RK_GUARDED_BY(mutex_);
};

}  // namespace rookery::store
