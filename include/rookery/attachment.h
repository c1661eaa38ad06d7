// Attachments: bytes of any size that belong to a message, written and read as streams.
//
//   auto writer = store->PutAttachment("general", id, "cat.jpg", {.media_type = "image/jpeg"});
//   while (more) writer->Append(bytes);
//   auto info   = writer->Finish();
//   auto reader = store->GetAttachment("general", id, "cat.jpg");
//
// Nobody sees an attachment before Finish, and then all of it. It is kept in chunks of 1 MiB, each with a checksum that
// is compared before a byte of it is handed out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "rookery/export.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {

/// The xxh3-128 of some bytes.
struct ROOKERY_EXPORT Checksum128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  /// 32 hex digits, as `xxhsum -H2` prints them.
  std::string ToHex() const;
  friend bool operator==(const Checksum128&, const Checksum128&) = default;
};

/// What is known of a stored attachment.
struct AttachmentInfo {
  std::string name;  // 1..255 bytes, unique within its message. Never a path: look before naming a file after it.
  std::string media_type;
  std::string author;
  std::uint64_t size = 0;    // bytes
  std::uint32_t chunks = 0;  // of 1 MiB, but for the last
  Timestamp created_at;      // when it was finished
  Checksum128 checksum;      // of all its bytes
};

/// What an upload does when the message has an attachment of that name.
enum class IfExists : std::uint8_t {
  kFail,     // kAlreadyExists
  kReplace,  // the new one takes its place when it is finished
};

/// The views need to live only until PutAttachment returns.
struct AttachmentOptions {
  std::string_view media_type = {};  // such as "image/jpeg": "type/subtype" in printable ASCII, at most 255 bytes
  std::string_view author = {};      // at most 1,024 bytes
  IfExists if_exists = IfExists::kFail;
};

/// An upload. Holds one chunk in memory. Destroyed before Finish, it is cancelled. Thread-compatible; uploads of
/// several writers, also to one message, go on side by side. Answers kClosed once its store is closed; what was written
/// is then removed when the store is next opened for writing, as after a crash.
class ROOKERY_EXPORT AttachmentWriter {
 public:
  AttachmentWriter(AttachmentWriter&&) noexcept;
  AttachmentWriter& operator=(AttachmentWriter&&) noexcept;
  ~AttachmentWriter();

  /// Any number of bytes. kBusy: the store takes none just now, and the upload goes on; make the same call again, with
  /// the same bytes, before any other but Cancel: what it has taken of them is not taken twice. After any other error
  /// the upload is cancelled, and every further call answers that error. kInvalidArgument: more than
  /// Limits::max_attachment_bytes, or not the bytes that were answered kBusy.
  Status Append(std::string_view bytes);
  /// Makes the attachment visible, as durably as `options` say: with kSync all its chunks are on disk. kNotFound: the
  /// message was deleted meanwhile. kAlreadyExists: another upload of that name was first. kInvalidArgument: the
  /// message has Limits::max_attachments already. After these nothing of it is left. The upload goes on after kBusy
  /// (finish again), and after kInvalidArgument because the last Append answered kBusy and was not made again.
  /// REQUIRES: not finished before.
  Result<AttachmentInfo> Finish(const WriteOptions& options = {});
  /// Removes what was written. Idempotent; does nothing after Finish. After an error call it again, or leave it to the
  /// next open for writing.
  Status Cancel();
  /// Bytes appended so far.
  std::uint64_t size() const;

 private:
  friend class Store;
  struct State;
  explicit AttachmentWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// An attachment as it was when it was asked for, whatever becomes of it meanwhile: deleted, replaced, or its message
/// deleted. Holds one chunk in memory, and keeps old versions on disk while it lives. Thread-compatible. Answers
/// kClosed once its store is closed. Errors: kCorruption naming channel, message, attachment and chunk if a chunk is
/// missing, too short, or is not what was written; none of its bytes were handed out then.
class ROOKERY_EXPORT AttachmentReader {
 public:
  AttachmentReader(AttachmentReader&&) noexcept;
  AttachmentReader& operator=(AttachmentReader&&) noexcept;
  ~AttachmentReader();

  const AttachmentInfo& info() const;
  /// Where the next read begins, in bytes.
  std::uint64_t offset() const;
  /// kInvalidArgument beyond the end; the end itself is no error.
  Status Seek(std::uint64_t offset);
  /// Fills `buffer`, with less only at the end, and says with how much: 0 at the end.
  Result<std::size_t> Read(std::span<char> buffer);
  /// The bytes from the offset to the end of their chunk, without a copy; empty at the end. The view is valid until the
  /// next call, or until the store is closed.
  Result<std::string_view> ReadChunk();

 private:
  friend class Store;
  friend class Snapshot;
  struct State;
  explicit AttachmentReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rookery
