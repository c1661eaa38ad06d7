// Makes a channel in one store the same as it is in another, and removes a channel from a store.
//
// Idea: both are read side by side, in the order of ids and of keys, and what differs is written, by the ways that
// callers write: so the target makes its own buckets, nonces and directory entries. A pass that finds nothing to write
// has proved that both are the same. No state is kept between passes.
//
// A copy that only adds is for a channel that is brought back beside others who write: it deletes and replaces nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/cells.h"
#include "rookery/message.h"
#include "rookery/status.h"
#include "store/store_impl.h"

namespace rookery::cells {

/// Owned by one thread. The stores must outlive it.
class ChannelCopy {
 public:
  using Progress = std::function<bool(std::uint64_t rows)>;

  /// `progress` may be null.
  ChannelCopy(store::StoreImpl* from, store::StoreImpl* to, std::string_view channel, Progress progress)
      : from_(*from), to_(*to), channel_(channel), target_(channel), progress_(std::move(progress)) {}
  /// To a channel of another name.
  ChannelCopy(store::StoreImpl* from, store::StoreImpl* to, std::string_view channel, std::string_view target,
              Progress progress)
      : from_(*from), to_(*to), channel_(channel), target_(target), progress_(std::move(progress)) {}

  /// Goes over all of the channel once, and returns how much of it was not the same before. kInterrupted: `progress`
  /// said no.
  Result<std::uint64_t> Pass();
  /// OK if what `to` has of the channel is what `from` has of it up to some message, and some of its records. Else
  /// kAlreadyExists.
  Status CheckIsBeginning();
  /// Adds what `to` lacks, and counts that. kAlreadyExists: something is there and is not the same.
  /// REQUIRES: CheckIsBeginning was OK; what was written since is left alone.
  Status Add();
  /// What the last pass has found in `from`, or what Add has added.
  const CellMoveReport& report() const { return report_; }
  /// Copied in all passes.
  std::uint64_t rows() const { return rows_; }

 private:
  Status PassMessages();
  Status PassRecords();
  Status CopyMessages();
  Status CopyAttachments(const MessageView& message);
  Status CopyAttachment(MessageId id, const AttachmentInfo& info);
  Result<bool> SameAttachments(MessageId id) const;
  /// Whether all that `to` has are the same in `from`.
  Result<bool> AttachmentsFit(MessageId id) const;
  Status DeleteMessage(MessageId id);
  Status PutRecord(const Record& record);
  Status NotTheSame(std::string_view what) const;
  Status Tell();

  store::StoreImpl& from_;
  store::StoreImpl& to_;
  const std::string channel_;  // in `from`
  const std::string target_;   // in `to`
  const Progress progress_;
  CellMoveReport report_;
  std::vector<MessageView> batch_;  // to be copied; views of a page that is held meanwhile
  std::uint64_t changes_ = 0;
  std::uint64_t rows_ = 0;  // of all passes
};

/// Ids that `to` makes from now on are greater than all that `from` made, also after a crash. kBusy: these ran ahead of
/// the clock.
Status RaiseIds(const store::StoreImpl& from, store::StoreImpl* to);

/// Removes all that the store has of the channel, durably.
Status RemoveChannel(store::StoreImpl* store, std::string_view channel);

}  // namespace rookery::cells
