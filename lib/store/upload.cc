#include "store/upload.h"

#include <algorithm>
#include <utility>

#include "base/macros.h"
#include "store/limits.h"

namespace rookery::store {

Upload::Upload(AttachmentEditor* editor, UploadState state, std::string_view name, const AttachmentOptions& options)
    : editor_(*editor),
      name_(name),
      media_type_(options.media_type),
      author_(options.author),
      if_exists_(options.if_exists),
      state_(std::move(state)) {}

Result<std::unique_ptr<Upload>> Upload::Begin(AttachmentEditor* editor, std::string_view channel, MessageId id,
                                              std::string_view name, const AttachmentOptions& options) {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckMessageId(id, "id"));
  RK_TRY(CheckAttachmentName(name));
  RK_TRY(CheckAttachmentOptions(options));
  RK_ASSIGN_OR_RETURN(UploadState state, editor->Begin(channel, id, name, options.if_exists));
  return std::unique_ptr<Upload>(new Upload(editor, std::move(state), name, options));
}

Status Upload::Append(std::string_view bytes) {
  RK_TRY(ended_);
  if (refused_ && (refused_->size != bytes.size() || refused_->checksum != codec::ChecksumOf(bytes))) {
    return Fail({StatusCode::kInvalidArgument, "an append was answered kBusy, and other bytes followed; repeat it"});
  }
  std::size_t taken = refused_ ? refused_->taken : 0;
  Status status = Take(bytes.substr(taken), &taken);
  if (status.code() == StatusCode::kBusy) {
    refused_ = {.size = bytes.size(), .checksum = codec::ChecksumOf(bytes), .taken = taken};
    return status;
  }
  refused_.reset();
  return status.ok() ? Status() : Fail(std::move(status));
}

Status Upload::Take(std::string_view bytes, std::size_t* taken) {
  RK_TRY(CheckAttachmentSize(size_ + bytes.size(), editor_.limits()));
  while (!bytes.empty()) {
    // A full chunk waits until there is more, so that the last one is never empty and goes with the attachment's row.
    if (chunk_.size() == codec::kChunkBytes) {
      RK_TRY(editor_.WriteChunk(&state_, author_, chunk_));
      chunk_.clear();
    }
    const std::string_view part = bytes.substr(0, codec::kChunkBytes - chunk_.size());
    chunk_.append(part);
    checksum_.Add(part);
    size_ += part.size();
    *taken += part.size();
    bytes.remove_prefix(part.size());
  }
  return {};
}

Result<AttachmentInfo> Upload::Finish(const WriteOptions& options) {
  RK_TRY(ended_);
  if (refused_) {
    return Status(StatusCode::kInvalidArgument, "the last bytes were answered kBusy; append them again, then finish");
  }
  auto info = editor_.Publish({.upload = state_,
                               .name = name_,
                               .media_type = media_type_,
                               .author = author_,
                               .if_exists = if_exists_,
                               .size = size_,
                               .checksum = checksum_.value(),
                               .created_at = created_at_,
                               .last_chunk = chunk_},
                              options);
  if (!info && info.error().code() == StatusCode::kBusy) return std::move(info).error();
  if (!info) return Fail(std::move(info).error());
  ended_ = {StatusCode::kInvalidArgument, "the attachment is finished; put a new one"};
  settled_ = true;
  chunk_ = {};
  return info;
}

Status Upload::Cancel() {
  if (settled_) return {};
  if (ended_.ok()) ended_ = {StatusCode::kInvalidArgument, "the upload was cancelled; put a new one"};
  chunk_ = {};
  Status removed = editor_.Remove(state_.row);
  settled_ = removed.ok();
  return removed;
}

Status Upload::Fail(Status cause) {
  // What cannot be removed now is removed when the store is next opened.
  static_cast<void>(Cancel());
  ended_ = cause;
  return cause;
}

}  // namespace rookery::store
