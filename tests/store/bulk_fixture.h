// Messages that own their bytes, whole stores as text, and bulk loads in one word.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rookery/store.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {

/// A NewMessage with the bytes that it refers to.
struct OwnedMessage {
  std::string channel;
  std::string author;
  std::string content;
  std::string nonce;
  MessageId id;
  std::optional<Timestamp> created_at;
  Version version = 1;
  bool remember_nonce = true;

  NewMessage view() const {
    return {.channel = channel,
            .author = author,
            .content = content,
            .nonce = nonce,
            .id = id,
            .created_at = created_at,
            .version = version,
            .remember_nonce = remember_nonce};
  }
};
using OwnedMessages = std::vector<OwnedMessage>;

inline std::vector<NewMessage> ViewsOf(const OwnedMessages& messages) {
  std::vector<NewMessage> views;
  for (const OwnedMessage& message : messages) views.push_back(message.view());
  return views;
}

/// Every message of the store, a line each: channel, id and all that is stored.
std::vector<std::string> Dump(const Store& store);

/// Adds all messages one by one and finishes.
Result<BulkReport> BulkLoad(Store* store, const OwnedMessages& messages, const BulkOptions& options = {});

/// `count` messages of `channels` channels with ids of their own, in the order of their times.
OwnedMessages DistinctMessages(std::size_t count, std::size_t channels = 7, std::size_t content_bytes = 20);

}  // namespace rookery::testing
