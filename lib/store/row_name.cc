#include "store/row_name.h"

#include "base/text.h"
#include "store/attachment_rows.h"
#include "store/row_error.h"

namespace rookery::store {

using codec::KeyKind;

std::string RowName(const codec::DecodedKey& key) {
  std::string channel = "channel " + base::Quoted(key.channel);
  switch (key.kind) {
    case KeyKind::kMessage:
      return channel + ", message " + std::to_string(key.id.value);
    case KeyKind::kRecord:
      return channel + ", record " + base::Quoted(key.rest);
    case KeyKind::kNonce:
      return channel + ", nonce " + base::Quoted(key.rest);
    case KeyKind::kBucket:
    case KeyKind::kBucketMark:
      return channel + ", bucket " + std::to_string(key.bucket);
    case KeyKind::kAttachment:
      return AttachmentName(key.channel, key.id, key.rest);
    case KeyKind::kChunk:
      return "a chunk of " + MessageName(key.channel, key.id);
  }
  return channel;
}

}  // namespace rookery::store
