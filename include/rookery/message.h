// Messages: what is posted (NewMessage), how it is changed (MessageEdit) and what is read back (MessageView, Message).
//
// All text is bytes: author, content and attributes are stored and returned as given, UTF-8 or not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "rookery/export.h"
#include "rookery/types.h"

namespace rookery {

/// One named value of a message. The name is unique within its message and at most 255 bytes.
struct Attribute {
  std::string_view name;
  std::string_view value;

  friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// Bits of a message's flags. The low 16 belong to Rookery; an application uses the high 16 as it likes.
enum MessageFlag : std::uint32_t {
  kFlagAction = 1U << 0,  // "/me waves"
  kFlagSystem = 1U << 1,  // written by the chat system: joins, renames, calls
  kFlagBot = 1U << 2,     // the author is a program
  kFlagPinned = 1U << 3,
};

/// A message to be stored. The views need to live only until the call returns.
struct NewMessage {
  std::string_view channel;       // 1..1024 bytes
  std::string_view author = {};   // at most 1,024 bytes
  std::string_view content = {};  // at most Limits::max_content_bytes
  MessageId reply_to = {};        // 0: not a reply. Not checked: it may name a message that was deleted.
  std::string_view nonce = {};    // at most 255 bytes; makes the post idempotent, see Store::Post
  std::vector<Attribute> attributes = {};
  std::uint32_t flags = 0;  // MessageFlag bits

  // For importers and copies; leave them out to post a new message now.
  MessageId id = {};                         // 0: the store makes one
  std::optional<Timestamp> created_at = {};  // default: the time of `id`, or now
  std::optional<Timestamp> edited_at = {};
  Version version = 1;
  bool remember_nonce = true;  // false: `nonce` is kept as a field but not indexed
};

/// What became of one message that was posted.
struct Posted {
  MessageId id;
  bool existed = false;  // it was stored before, by a post with the same nonce or id; nothing was written for it
};

/// A change of a stored message. What is left out stays as it is.
struct MessageEdit {
  std::optional<std::string_view> content = {};
  std::optional<std::vector<Attribute>> attributes = {};  // replaces all of them
  std::optional<std::uint32_t> flags = {};
  std::optional<Version> expected_version = {};  // kConflict if another version is stored
  std::optional<Timestamp> edited_at = {};       // default: now
};

/// Names one message of the store.
struct MessageKey {
  std::string_view channel;
  MessageId id;
};

/// A stored message, read in place. A view: it and the string_views it hands out live as long as the Message or Page it
/// came from, whatever happens to the store meanwhile. Cheap to copy. Immutable, so safe to share between threads.
class ROOKERY_EXPORT MessageView {
 public:
  /// The fields of a message, but for its attributes. The views live as long as those of the MessageView it was read
  /// from.
  struct Fields {
    std::string_view author = {};
    std::string_view content = {};
    std::string_view nonce = {};
    MessageId reply_to = {};  // 0: not a reply
    Timestamp created_at = {};
    std::optional<Timestamp> edited_at = {};
    Version version = 1;
    std::uint32_t flags = 0;
    bool has_attributes = false;
  };

  MessageView() = default;

  MessageId id() const noexcept { return id_; }
  std::string_view author() const noexcept;
  std::string_view content() const noexcept;
  /// nullopt if it is not a reply.
  std::optional<MessageId> reply_to() const noexcept;
  /// Empty if it was posted without one.
  std::string_view nonce() const noexcept;
  /// True if a later post with the same nonce answers with this message.
  bool nonce_remembered() const noexcept;
  Timestamp created_at() const noexcept;
  /// nullopt if it was never edited.
  std::optional<Timestamp> edited_at() const noexcept;
  /// 1 when posted, one more with each edit.
  Version version() const noexcept;
  std::uint32_t flags() const noexcept;
  /// See Store::ListAttachments.
  std::uint32_t attachment_count() const noexcept;
  /// Sorted by name.
  std::vector<Attribute> attributes() const;
  std::optional<std::string_view> attribute(std::string_view name) const noexcept;

  /// All of the above but attributes at once, for who wants most of them: costs about as much as three accessors.
  Fields fields() const noexcept;

  /// The stored value, as docs/format/values.md describes it: for tools that copy or hash messages whole.
  std::string_view encoded() const noexcept { return {data_, size_}; }

 private:
  friend class MessageViewFactory;

  const char* data_ = nullptr;  // a verified value
  std::size_t size_ = 0;
  MessageId id_;
  Timestamp id_time_;
};

/// A message and the memory it lives in. Copies share that memory.
class ROOKERY_EXPORT Message : public MessageView {
 public:
  Message(MessageView view, std::shared_ptr<const void> owner) : MessageView(view), owner_(std::move(owner)) {}
  /// The same message in memory of its own.
  static Message CopyOf(const MessageView& message);

 private:
  std::shared_ptr<const void> owner_;
};

}  // namespace rookery
