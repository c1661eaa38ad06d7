#include "admin/import/pending_batch.h"

#include <cstring>
#include <utility>

namespace rookery::admin {

std::string_view PendingBatch::Keep(std::string_view bytes) {
  if (bytes.empty()) return {};
  bytes_ += bytes.size();
  char* to = nullptr;
  if (bytes.size() > kBlockBytes / 4) {
    to = large_.emplace_back(new char[bytes.size()]).get();
  } else {
    if (block_bytes_ + bytes.size() > kBlockBytes) {
      if (blocks_used_ == blocks_.size()) blocks_.emplace_back(new char[kBlockBytes]);
      ++blocks_used_;
      block_bytes_ = 0;
    }
    to = blocks_[blocks_used_ - 1].get() + block_bytes_;
    block_bytes_ += bytes.size();
  }
  std::memcpy(to, bytes.data(), bytes.size());
  return {to, bytes.size()};
}

void PendingBatch::Add(const NewMessage& message, Origin origin) {
  if (size_ == messages_.size()) {
    messages_.emplace_back();
    origins_.emplace_back();
  }
  NewMessage& copy = messages_[size_];
  std::vector<Attribute> attributes = std::move(copy.attributes);
  attributes.clear();
  for (const Attribute& attribute : message.attributes)
    attributes.push_back({Keep(attribute.name), Keep(attribute.value)});
  copy = {.channel = Keep(message.channel),
          .author = Keep(message.author),
          .content = Keep(message.content),
          .reply_to = message.reply_to,
          .nonce = Keep(message.nonce),
          .attributes = std::move(attributes),
          .flags = message.flags,
          .id = message.id,
          .created_at = message.created_at,
          .edited_at = message.edited_at,
          .version = message.version,
          .remember_nonce = message.remember_nonce};
  origins_[size_] = std::move(origin);
  ++size_;
}

void PendingBatch::Clear() {
  size_ = 0;
  bytes_ = 0;
  blocks_used_ = 0;
  block_bytes_ = kBlockBytes;
  large_.clear();
}

}  // namespace rookery::admin
