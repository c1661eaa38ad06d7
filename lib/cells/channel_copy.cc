#include "cells/channel_copy.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "store/buckets/range_cutter.h"
#include "store/message_copy.h"
#include "store/upload.h"

namespace rookery::cells {
namespace {

constexpr std::size_t kPage = 256;

/// The messages of a channel from the oldest on, page by page.
class MessageStream {
 public:
  MessageStream(const store::StoreImpl& store, const std::string& channel) : store_(store), channel_(channel) {}

  /// Reads the next page. False: there is none.
  Result<bool> NextPage() {
    std::optional<MessageId> after;
    if (!page_.empty()) after = page_.back().id();
    RK_ASSIGN_OR_RETURN(page_, store_.reads().History(
                                   channel_, {.after = after, .limit = kPage, .order = Order::kOldestFirst}, nullptr));
    at_ = 0;
    return !page_.empty();
  }
  /// Null at the end.
  Result<const MessageView*> Peek() {
    if (at_ == page_.size() && !ended_) {
      RK_ASSIGN_OR_RETURN(const bool more, NextPage());
      ended_ = !more;
    }
    return ended_ ? nullptr : &page_[at_];
  }
  void Advance() { ++at_; }
  const Page& page() const { return page_; }

 private:
  const store::StoreImpl& store_;
  const std::string& channel_;
  Page page_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

bool SameButForAttachments(const MessageView& a, const MessageView& b) {
  const MessageView::Fields x = a.fields();
  const MessageView::Fields y = b.fields();
  return x.author == y.author && x.content == y.content && x.nonce == y.nonce && x.reply_to == y.reply_to &&
         x.created_at == y.created_at && x.edited_at == y.edited_at && x.version == y.version && x.flags == y.flags &&
         a.nonce_remembered() == b.nonce_remembered() &&
         std::ranges::equal(a.attributes(), b.attributes(),
                            [](const auto& p, const auto& q) { return p.name == q.name && p.value == q.value; });
}

bool Same(const MessageView& a, const MessageView& b) {
  return SameButForAttachments(a, b) && a.attachment_count() == b.attachment_count();
}

bool Same(const Record& a, const Record& b) {
  return a.value == b.value && a.version == b.version && a.updated_at == b.updated_at;
}

bool Same(const AttachmentInfo& a, const AttachmentInfo& b) {
  return a.name == b.name && a.media_type == b.media_type && a.author == b.author && a.size == b.size &&
         a.created_at == b.created_at && a.checksum == b.checksum;
}

/// All records of a channel whose keys are greater than `after`, at most a page.
Result<RecordPage> NextRecords(const store::StoreImpl& store, const std::string& channel, const std::string& after) {
  return store.reads().ListRecords(channel, {.after = after, .limit = kPage}, nullptr);
}

}  // namespace

Result<std::uint64_t> ChannelCopy::Pass() {
  report_ = {};
  changes_ = 0;
  RK_TRY(PassMessages());
  RK_TRY(PassRecords());
  return changes_;
}

Status ChannelCopy::PassMessages() {
  MessageStream source(from_, channel_);
  MessageStream target(to_, target_);
  for (;;) {
    RK_ASSIGN_OR_RETURN(bool more, source.NextPage());
    for (const MessageView& wanted : source.page()) {
      RK_ASSIGN_OR_RETURN(const MessageView* there, target.Peek());
      for (; there != nullptr && there->id() < wanted.id();) {
        RK_TRY(DeleteMessage(there->id()));
        target.Advance();
        RK_ASSIGN_OR_RETURN(there, target.Peek());
      }
      ++report_.messages;
      report_.attachments += wanted.attachment_count();
      if (there == nullptr || there->id() != wanted.id()) {
        batch_.push_back(wanted);
        continue;
      }
      bool same = Same(wanted, *there);
      if (same && wanted.attachment_count() > 0) {
        RK_ASSIGN_OR_RETURN(same, SameAttachments(wanted.id()));
      }
      if (!same) {
        RK_TRY(DeleteMessage(wanted.id()));
        batch_.push_back(wanted);
      }
      target.Advance();
    }
    RK_TRY(CopyMessages());
    if (more) continue;
    for (;;) {
      RK_ASSIGN_OR_RETURN(const MessageView* left, target.Peek());
      if (left == nullptr) return {};
      RK_TRY(DeleteMessage(left->id()));
      target.Advance();
    }
  }
}

Status ChannelCopy::NotTheSame(std::string_view what) const {
  return {StatusCode::kAlreadyExists, "the channel has " + std::string(what) +
                                          ", which is not the same in what is to be added to it; add it under another "
                                          "name"};
}

Status ChannelCopy::CheckIsBeginning() {
  MessageStream source(from_, channel_);
  MessageStream target(to_, target_);
  for (;; source.Advance(), target.Advance()) {
    RK_ASSIGN_OR_RETURN(const MessageView* there, target.Peek());
    if (there == nullptr) break;
    RK_ASSIGN_OR_RETURN(const MessageView* wanted, source.Peek());
    const std::string name = "message " + std::to_string(there->id().value);
    if (wanted == nullptr || wanted->id() != there->id()) return NotTheSame(name);
    // Attachments of the last one may be missing: adding it was cut short.
    if (!SameButForAttachments(*wanted, *there)) return NotTheSame(name);
    RK_ASSIGN_OR_RETURN(const bool fit, AttachmentsFit(there->id()));
    if (!fit) return NotTheSame(name + " with an attachment");
  }
  std::string after;
  for (bool more = true; more;) {
    RK_ASSIGN_OR_RETURN(const RecordPage page, NextRecords(to_, target_, after));
    more = page.has_more;
    for (const Record& record : page.records) {
      RK_ASSIGN_OR_RETURN(const auto wanted, from_.reads().GetRecord(channel_, record.key, nullptr));
      if (!wanted || !Same(*wanted, record)) return NotTheSame("record " + base::Quoted(record.key));
    }
    if (!page.records.empty()) after = page.records.back().key;
  }
  return {};
}

Status ChannelCopy::Add() {
  report_ = {};
  MessageStream source(from_, channel_);
  for (bool more = true; more;) {
    RK_ASSIGN_OR_RETURN(more, source.NextPage());
    for (const MessageView& wanted : source.page()) {
      RK_ASSIGN_OR_RETURN(const auto there, to_.reads().Get(target_, wanted.id(), nullptr));
      if (!there) {
        ++report_.messages;
        report_.attachments += wanted.attachment_count();
        batch_.push_back(wanted);
      } else if (!SameButForAttachments(wanted, *there)) {
        return NotTheSame("message " + std::to_string(wanted.id().value));
      } else if (wanted.attachment_count() > there->attachment_count()) {
        report_.attachments += wanted.attachment_count() - there->attachment_count();
        RK_TRY(CopyAttachments(wanted));
      }
    }
    RK_TRY(CopyMessages());
  }
  std::string after;
  for (bool more = true; more;) {
    RK_ASSIGN_OR_RETURN(const RecordPage page, NextRecords(from_, channel_, after));
    more = page.has_more;
    for (const Record& record : page.records) {
      RK_ASSIGN_OR_RETURN(const auto there, to_.reads().GetRecord(target_, record.key, nullptr));
      if (there && !Same(*there, record)) return NotTheSame("record " + base::Quoted(record.key));
      if (there) continue;
      ++report_.records;
      RK_TRY(PutRecord(record));
    }
    if (!page.records.empty()) after = page.records.back().key;
    RK_TRY(Tell());
  }
  return to_.Sync();
}

Result<bool> ChannelCopy::AttachmentsFit(MessageId id) const {
  RK_ASSIGN_OR_RETURN(const std::vector<AttachmentInfo> source, from_.ListAttachments(channel_, id, nullptr));
  RK_ASSIGN_OR_RETURN(const std::vector<AttachmentInfo> target, to_.ListAttachments(target_, id, nullptr));
  return std::ranges::all_of(target, [&](const AttachmentInfo& there) {
    return std::ranges::any_of(source, [&](const AttachmentInfo& wanted) { return Same(wanted, there); });
  });
}

Status ChannelCopy::CopyMessages() {
  constexpr std::size_t kBytesAtOnce = std::size_t{1} << 20;
  std::vector<NewMessage> messages;
  std::size_t bytes = 0;
  for (const MessageView& message : batch_) {
    messages.push_back(store::CopyOf(target_, message));
    bytes += message.encoded().size();
    if (bytes < kBytesAtOnce && &message != &batch_.back()) continue;
    RK_TRY(to_.posts().PostAdmitted(messages, {}).status());
    messages.clear();
    bytes = 0;
  }
  for (const MessageView& message : batch_) {
    if (message.attachment_count() > 0) RK_TRY(CopyAttachments(message));
  }
  changes_ += batch_.size();
  rows_ += batch_.size();
  batch_.clear();
  return Tell();
}

Status ChannelCopy::CopyAttachments(const MessageView& message) {
  RK_ASSIGN_OR_RETURN(const std::vector<AttachmentInfo> infos, from_.ListAttachments(channel_, message.id(), nullptr));
  for (const AttachmentInfo& info : infos) RK_TRY(CopyAttachment(message.id(), info));
  return {};
}

Status ChannelCopy::CopyAttachment(MessageId id, const AttachmentInfo& info) {
  RK_ASSIGN_OR_RETURN(const auto slot, from_.OpenAttachment(channel_, id, info.name, nullptr));
  // It was deleted since; the next pass finds what is different then.
  if (slot == nullptr) return {};
  const auto copy = [&]() -> Status {
    const AttachmentOptions options{
        .media_type = info.media_type, .author = info.author, .if_exists = IfExists::kReplace};
    RK_ASSIGN_OR_RETURN(const auto upload, store::Upload::Begin(&to_.attachments(), target_, id, info.name, options));
    upload->SetCreatedAt(info.created_at);
    for (;;) {
      RK_ASSIGN_OR_RETURN(const std::string_view chunk, slot->chunks->ReadChunk());
      if (chunk.empty()) break;
      RK_TRY(upload->Append(chunk));
      RK_TRY(Tell());
    }
    return upload->Finish({}).status();
  };
  Status copied = copy();
  from_.Release(slot);
  return copied;
}

Result<bool> ChannelCopy::SameAttachments(MessageId id) const {
  RK_ASSIGN_OR_RETURN(const std::vector<AttachmentInfo> source, from_.ListAttachments(channel_, id, nullptr));
  RK_ASSIGN_OR_RETURN(const std::vector<AttachmentInfo> target, to_.ListAttachments(target_, id, nullptr));
  return std::ranges::equal(source, target, [](const auto& a, const auto& b) { return Same(a, b); });
}

Status ChannelCopy::DeleteMessage(MessageId id) {
  ++changes_;
  return to_.messages().Delete(target_, id, {}).status();
}

Status ChannelCopy::PassRecords() {
  std::string after;
  for (bool more = true; more;) {
    RK_ASSIGN_OR_RETURN(const RecordPage source, NextRecords(from_, channel_, after));
    more = source.has_more;
    for (const Record& record : source.records) {
      ++report_.records;
      RK_ASSIGN_OR_RETURN(const auto there, to_.reads().GetRecord(target_, record.key, nullptr));
      if (!there || !Same(*there, record)) RK_TRY(PutRecord(record));
    }
    if (!source.records.empty()) after = source.records.back().key;
    RK_TRY(Tell());
  }
  after.clear();
  for (bool more = true; more;) {
    RK_ASSIGN_OR_RETURN(const RecordPage target, NextRecords(to_, target_, after));
    more = target.has_more;
    for (const Record& record : target.records) {
      RK_ASSIGN_OR_RETURN(const auto wanted, from_.reads().GetRecord(channel_, record.key, nullptr));
      if (wanted) continue;
      ++changes_;
      RK_TRY(to_.records().Delete(target_, record.key, {}).status());
    }
    if (!target.records.empty()) after = target.records.back().key;
  }
  return {};
}

Status ChannelCopy::PutRecord(const Record& record) {
  constexpr int kTries = 100;
  ++changes_;
  ++rows_;
  const PutOptions options{.version = record.version, .updated_at = record.updated_at};
  for (int i = 1;; ++i) {
    Status put = to_.records().Put(target_, record.key, record.value, options).status();
    // The limits of admission are for callers; the copy takes what they leave.
    if (put.code() != StatusCode::kBusy || !put.retry_after() || i == kTries) return put;
    std::this_thread::sleep_for(*put.retry_after());
  }
}

Status ChannelCopy::Tell() {
  if (!progress_ || progress_(rows_)) return {};
  return {StatusCode::kInterrupted, "the move was stopped; the channel is where it was"};
}

Status RaiseIds(const store::StoreImpl& from, store::StoreImpl* to) {
  const store::StoreImpl::WriteParts parts = to->write_parts();
  codec::IdGenerator& ids = *parts.context.ids;
  ids.Raise(from.context().ids->Newest());
  MessageId made[1];
  codec::IdIssue issue;
  RK_TRY(ids.Next(made, &issue));
  return parts.context.gate->Run(Durability::kSync, {}, [&](store::WriteAttempt* attempt) {
    const auto scratch = parts.committer.NewScratch();
    return parts.growing_rows.Commit(*scratch->batch, {.now = issue.now, .horizon = issue.horizon}, attempt);
  });
}

Status RemoveChannel(store::StoreImpl* store, std::string_view channel) {
  const store::StoreImpl::WriteParts parts = store->write_parts();
  store::RangeCutter cutter(&parts.context, &parts.committer, &parts.keeper);
  RK_ASSIGN_OR_RETURN(const std::vector<store::Bucket> buckets, parts.keeper.CountedBuckets(channel));
  for (const store::Bucket& bucket : buckets) {
    for (bool more = !bucket.dead() && !bucket.ids.empty(); more;) {
      RK_ASSIGN_OR_RETURN(const store::Tally gone, cutter.CutSome(channel, bucket.number, bucket.ids));
      more = gone.live > 0;
    }
  }
  for (;;) {
    RK_ASSIGN_OR_RETURN(const RecordPage page, NextRecords(*store, std::string(channel), {}));
    for (const Record& record : page.records) RK_TRY(store->records().Delete(channel, record.key, {}).status());
    if (!page.has_more) return store->Sync();
  }
}

}  // namespace rookery::cells
