// An upload: gathers bytes into chunks, hands full ones to the editor, and publishes the whole.
//
// What fits in one chunk is held back until the end and written at once, with its row. A store that is busy ends
// nothing: the call that it refused is made again, and goes on behind what it has taken.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "codec/checksum.h"
#include "rookery/attachment.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/attachment_editor.h"

namespace rookery::store {

/// Owned by one thread. The editor must outlive every call; the destructor does not use it.
class Upload {
 public:
  /// As Store::PutAttachment.
  static Result<std::unique_ptr<Upload>> Begin(AttachmentEditor* editor, std::string_view channel, MessageId id,
                                               std::string_view name, const AttachmentOptions& options);

  // As those of AttachmentWriter.
  Status Append(std::string_view bytes);
  Result<AttachmentInfo> Finish(const WriteOptions& options);
  Status Cancel();
  std::uint64_t size() const { return size_; }
  /// Of a copy; default: when it is finished.
  void SetCreatedAt(Timestamp created_at) { created_at_ = created_at; }

 private:
  /// An Append that was answered kBusy.
  struct Refused {
    std::size_t size;
    Checksum128 checksum;
    std::size_t taken;  // of its bytes
  };

  Upload(AttachmentEditor* editor, UploadState state, std::string_view name, const AttachmentOptions& options);
  /// Adds to `*taken` how many of the bytes it took, also with an error.
  Status Take(std::string_view bytes, std::size_t* taken);
  /// Ends the upload because of `cause`, which later calls answer, and removes what was written.
  Status Fail(Status cause);

  AttachmentEditor& editor_;
  const std::string name_;
  const std::string media_type_;
  const std::string author_;
  const IfExists if_exists_;
  UploadState state_;
  std::optional<Timestamp> created_at_;
  std::string chunk_;  // what is not written yet, at most one chunk
  std::uint64_t size_ = 0;
  std::optional<Refused> refused_;  // until it comes again
  codec::RunningChecksum checksum_;
  Status ended_;          // why no more is taken; OK while it is
  bool settled_ = false;  // it is published, or nothing of it is left
};

}  // namespace rookery::store
