// Rookery: an embedded message store. Start here.
//
//   auto store = rookery::Store::Open("chat.rook");
//   auto id    = store->Post({.channel = "general", .author = "ada", .content = "hello"});
//   auto page  = store->History("general", {.before = *id, .limit = 50});
//
// Every call answers with a Status or a Result (rookery/status.h); none throws, and none blocks without end.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rookery/attachment.h"
#include "rookery/autopilot.h"
#include "rookery/backup.h"
#include "rookery/bulk_loader.h"
#include "rookery/cells.h"
#include "rookery/export.h"
#include "rookery/ingestor.h"
#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/query.h"
#include "rookery/reader.h"
#include "rookery/reshard.h"
#include "rookery/retention.h"
#include "rookery/routing.h"
#include "rookery/stats.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "rookery/verify.h"
#include "rookery/version.h"

namespace rookery {

/// An open message store: a directory with messages and records in channels, channels routed to shards.
///
/// It is a handle: movable, not copyable; two stores in one process share nothing. Thread-safe: any thread may call any
/// method at any time, except that Close(), moving and destruction need that no other call is under way. What a call
/// returns owns its memory and may outlive the store. After Close() every call answers kClosed.
///
/// Besides the codes that a method names, every call can answer kInvalidArgument, kCorruption, kIoError and kClosed,
/// every write also kNoSpace and kUnavailable: after a failed write the store refuses further ones and says why, reads
/// go on, and reopening it clears the condition. In a store with several cells kUnavailable also says that the
/// channel's cell, or for a read of the whole store one of them, is quarantined or read-only; the others go on. Every
/// write, and Sync(), can answer kBusy: the engine delays or stops writes, or a repair or bulk load holds them up, for
/// all of the `timeout`; nothing was written; see retry_after. A write that answers with an error has written nothing,
/// or is wholly in the log and may be there after reopening; it is never there in part.
class ROOKERY_EXPORT Store final : public Reader {
 public:
  /// Opens or creates (see OpenMode) the store in directory `path`.
  /// kNotAStore: there is none, or something else is there. kAlreadyExists: kCreate on a store. kLocked: it is open
  /// elsewhere; the message names the holder. kFormatNewer: made by a newer version. kPermission, kNoSpace, kIoError,
  /// kCorruption: pieces are missing or damaged. Never creates over anything, never deletes.
  static Result<Store> Open(const std::filesystem::path& path, const StoreOptions& options = {});

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  /// Closes the store if Close() was not called; an error is then only logged.
  ~Store() override;

  /// Flushes what is buffered, and closes. Idempotent. The first call's error says that something may not be on disk.
  /// What ingestors have accepted is written first. kInvalidArgument in a callback of one: the store stays open.
  Status Close();

  // --- Messages ------------------------------------------------------------------------------------------------

  /// Stores a message and returns its id, greater than all ids that this store made before in the channel's cell.
  /// With a nonce the post is idempotent: if a message with this nonce is in the channel, its id is returned and
  /// nothing is written. With an id: if a message has that id already, it is returned if it is the same one, else
  /// kAlreadyExists. The same: equal nonces; without nonces equal author, content and created_at (where given), but if
  /// one of the two was edited (a version above 1), whatever its content.
  /// kBusy: ids ran ahead of the clock by IdOptions::max_clock_lead; see Status::retry_after.
  Result<MessageId> Post(const NewMessage& message, const WriteOptions& options = {});

  /// Stores all messages or none, whatever shards they go to; one answer per message, in order. As Post otherwise.
  /// kInvalidArgument: also if their channels are in several cells, unless BatchOptions::cells says that it may be
  /// split.
  Result<std::vector<Posted>> PostBatch(std::span<const NewMessage> messages, const BatchOptions& options = {});

  /// Takes posts from now on that return at once and are answered later: see rookery/ingestor.h. kPermission: the store
  /// is read-only. kBusy: the system gave no thread.
  Result<rookery::Ingestor> Ingestor(const IngestOptions& options = {});
  /// Begins to load many messages at once: about three times as fast as PostBatch, and atomic all the same. See there.
  /// kBusy: another load is under way. kPermission: the store is read-only.
  Result<rookery::BulkLoader> BulkLoader(const BulkOptions& options = {});

  Result<std::optional<Message>> Get(std::string_view channel, MessageId id,
                                     const ReadOptions& options = {}) const override;
  Result<std::vector<std::optional<Message>>> GetMany(std::span<const MessageKey> keys,
                                                      const ReadOptions& options = {}) const override;
  Result<Page> History(std::string_view channel, const HistoryQuery& query = {},
                       const ReadOptions& options = {}) const override;

  /// Changes a message and returns its new version. kNotFound: there is none. kConflict: `expected_version` is not the
  /// stored one, which Status::current_version tells. kInvalidArgument: also if its version is Version::kMax.
  Result<Version> Edit(std::string_view channel, MessageId id, const MessageEdit& edit,
                       const WriteOptions& options = {});

  /// Deletes a message. False if there was none. kConflict: as Edit (0 current: there is none).
  Result<bool> Delete(std::string_view channel, MessageId id, const DeleteOptions& options = {});

  // --- Records -------------------------------------------------------------------------------------------------

  /// Stores a record, new or not, and returns its new version. kConflict: `expected_version` is not the stored one.
  /// kInvalidArgument: also if the stored version is Version::kMax and no other is given.
  Result<Version> Put(std::string_view channel, std::string_view key, std::string_view value,
                      const PutOptions& options = {});
  Result<std::optional<Record>> GetRecord(std::string_view channel, std::string_view key) const override;
  Result<bool> DeleteRecord(std::string_view channel, std::string_view key, const DeleteOptions& options = {});
  Result<RecordPage> ListRecords(std::string_view channel, const RecordQuery& query = {}) const override;

  // --- Attachments (rookery/attachment.h) ----------------------------------------------------------------------

  /// Begins an upload to a message, which edits of the message leave alone and its deletion deletes. kNotFound: there
  /// is no such message. kAlreadyExists: it has an attachment of that name, unless the options say replace. kBusy: as
  /// Post.
  Result<AttachmentWriter> PutAttachment(std::string_view channel, MessageId id, std::string_view name,
                                         const AttachmentOptions& options = {});
  Result<std::optional<AttachmentReader>> GetAttachment(std::string_view channel, MessageId id,
                                                        std::string_view name) const override;
  Result<std::vector<AttachmentInfo>> ListAttachments(std::string_view channel, MessageId id) const override;
  /// False if there was none.
  Result<bool> DeleteAttachment(std::string_view channel, MessageId id, std::string_view name,
                                const WriteOptions& options = {});

  // --- Cells (rookery/cells.h) ---------------------------------------------------------------------------------

  /// Makes a cell, durably. Channels that exist stay where they are; writes to those with its prefixes wait meanwhile.
  /// kAlreadyExists: there is one of that name, or with one of these prefixes, or something else is in its directory.
  /// kPermission: the store is read-only. kUnavailable: a cell is quarantined, so nobody knows what it has. kBusy:
  /// writes are under way for long.
  Status AddCell(const CellOptions& options);
  /// All of them as they are now: the main one, then the others by name.
  Result<std::vector<CellInfo>> Cells() const;
  /// Opens a cell again: the one way out of quarantine but for opening the store again. What it answers is why the cell
  /// stays quarantined. kNotFound: there is none of that name. kBusy: calls are under way in it. Scans, snapshots,
  /// attachments, loads and ingestors that were begun in it answer kClosed afterwards. kInvalidArgument: the main one.
  Status ReopenCell(std::string_view name);
  /// Moves a channel to a cell, with all it has: copies while others write, holds up its writers for the last of it,
  /// and removes it from where it was. It is wholly in one cell at any time, also if the process dies; what that left
  /// is removed when the store is opened. kNotFound: there is no such cell. kBusy: another move is under way, or a bulk
  /// load or a reshard job in one of the two cells. kInterrupted: `options.progress` wanted to stop.
  Result<CellMoveReport> MoveToCell(std::string_view channel, std::string_view cell,
                                    const CellMoveOptions& options = {});

  // --- Backups (rookery/backup.h) ------------------------------------------------------------------------------

  /// Copies the store as it is at one moment into the backup set at `set`, while others read and write. kPermission:
  /// the store is read-only. kUnsupported: it is a memory store. kUnavailable: a cell is quarantined. kLocked: another
  /// process works on the set. kConflict: the set is of another store. kNoSpace, kInterrupted: call it again, and it
  /// goes on with what was copied.
  Result<BackupReport> CreateBackup(const std::filesystem::path& set, const BackupOptions& options = {});
  /// Adds a channel of a backup to this store, with ids, versions, attachments and records, and answers how much was
  /// added: nothing, if all was there. kNotFound: the backup has no such channel. kAlreadyExists: the channel holds
  /// something here that is not the beginning of what the backup has.
  Result<BackupCounts> RestoreChannel(const std::filesystem::path& set, std::string_view channel,
                                      const ChannelRestoreOptions& options = {});

  // --- The store as a whole ------------------------------------------------------------------------------------

  Result<ChannelPage> Channels(const ChannelQuery& query = {}) const override;
  Result<Scan> StartScan(const ScanQuery& query = {}) const override;
  /// The store as it is now, for reads that repeat.
  Result<Snapshot> TakeSnapshot() const;
  /// Why `channel` is, or would be, in its shard.
  Result<RouteExplanation> Explain(std::string_view channel) const;
  /// What a change of the shards would move, by what the channels hold now; changes nothing. Costs about what listing
  /// all channels with their sizes does. kInvalidArgument: the request does not fit the store.
  /// `cell`, here and in all that follow: whose shards; empty: the main cell's. kNotFound: there is none of that name.
  Result<ReshardPlan> PlanReshard(const ReshardRequest& request, std::string_view cell = {}) const;
  /// Begins to change the shards; returns what will move once every write goes to both places. A thread of the store
  /// does the rest while others read and write; a store that is opened with a job under way goes on with it. Nothing is
  /// begun if the plan says that nothing changes. One job at a time: kBusy, also during a bulk load; a repair is waited
  /// for.
  /// kConflict: `options.epoch` is not the store's. kNoSpace: the disk has too little room for the copy.
  Result<ReshardPlan> StartReshard(const ReshardRequest& request, const ReshardOptions& options = {});
  /// The job under way, or the last one; absent: there was none.
  Result<std::optional<ReshardStatus>> Reshard(std::string_view cell = {}) const;
  /// Stops the job's thread until ResumeReshard, also when the store is opened again; writes still go to both places.
  /// kNotFound, as in the next two: no job is under way.
  Status PauseReshard(std::string_view cell = {});
  /// Goes on with a job that was paused, by a call or by a failure.
  Status ResumeReshard(std::string_view cell = {});
  /// Makes the job go back: channels are where they were before it, with all that was written since. kInvalidArgument
  /// once it drops the old place.
  Status RevertReshard(std::string_view cell = {});
  /// Waits until this store does not work at a job any more, or the job has come to keep the old place; or for
  /// `timeout`: kBusy.
  Status AwaitReshard(std::chrono::milliseconds timeout, std::string_view cell = {}) const;
  /// Reads all rows and says what they come to, shard by shard; while a job has both places it compares these, too.
  /// kInterrupted: `progress`, which is told rows done and about how many there are, answered false.
  Result<ReshardProof> VerifyReshard(const std::function<bool(std::uint64_t, std::uint64_t)>& progress = {},
                                     std::string_view cell = {}) const;
  /// What autopilot would do in the main cell now with these options, and why; changes nothing. Costs what PlanReshard
  /// does.
  Result<AutopilotPlan> PlanAutopilot(const AutopilotOptions& options = {}) const;
  /// Does it: begins the change that PlanAutopilot names, unless something holds it back, and answers with that plan.
  /// As StartReshard otherwise.
  Result<AutopilotPlan> RunAutopilot(const AutopilotOptions& options = {});
  /// What autopilot decided in this store, whoever had it open.
  Result<rookery::AutopilotLog> AutopilotLog() const;
  /// Cheap: reads no message.
  Result<StoreStats> Stats() const;
  Result<StoreInfo> Info() const;
  /// What was missing of the main cell when it was opened (StoreOptions::recovery).
  Result<RecoveryReport> LastRecovery() const;
  /// From when what it shows is; live, unless it was opened with OpenMode::kReadBeside.
  Result<ViewInfo> View() const;
  /// The read cache's capacity from now on, in bytes: at least 1 MiB. Readers and writers go on meanwhile.
  /// kInvalidArgument if it is less, or if the store was opened without a read cache.
  Status SetCacheCapacity(std::size_t bytes);
  /// Reads everything and checks keys, values, routing and indexes. Damage is not an error of the call: see the report.
  /// kCorruption: a row that the engine itself cannot read, so that what comes after it cannot be reached.
  /// Waits first while a bulk load becomes visible or a repair goes on.
  Result<VerifyReport> Verify(const VerifyOptions& options = {}) const;
  /// Makes anew what is derived from the messages: the bucket map. Writers wait meanwhile, so `options.progress`
  /// must not write; readers do not. Changes no message.
  Result<RepairReport> Repair(const RepairOptions& options = {});
  /// Sets the rule for its scope and name, in place of the one before; without limits: removes it. Durable. The rules
  /// are enforced off the write path, see StoreOptions::retention_interval.
  Status SetRetention(const RetentionRule& rule);
  /// The store's rule first, then those of prefixes and of channels, by name.
  Result<std::vector<RetentionRule>> Retention() const;
  /// Enforces the rules now: removes what is too much, oldest first, and gives its disk space back. Readers and writers
  /// go on. kBusy: it is being enforced already. kInterrupted: `options.progress` wanted to stop, or Close did.
  Result<RetentionReport> RunRetention(const RetentionOptions& options = {});
  /// How many messages the channel holds, and their bytes. Cheap: from the bucket map; after a crash the first call may
  /// have to read the channel's newest buckets.
  Result<ChannelSize> SizeOf(std::string_view channel) const;
  /// Returns when everything acknowledged so far is on disk.
  Status Sync();
  /// Flushes memory and rewrites all files in their most compact form. Takes time and up to twice the space.
  Status Compact();

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rookery
