#include "tests/store/bulk_fixture.h"

namespace rookery::testing {
namespace {

class DumpSink final : public ScanSink {
 public:
  void BeginChannel(std::string_view channel) override { channel_ = channel; }
  ScanStep Take(const MessageView& message) override {
    lines.push_back(channel_ + "|" + std::to_string(message.id().value) + "|" + std::string(message.encoded()));
    return ScanStep::kNext;
  }

  std::vector<std::string> lines;

 private:
  std::string channel_;
};

}  // namespace

std::vector<std::string> Dump(const Store& store) {
  DumpSink sink;
  auto scan = store.StartScan();
  EXPECT_OK(scan);
  if (scan) {
    EXPECT_OK(scan->Read(&sink));
  }
  return std::move(sink.lines);
}

Result<BulkReport> BulkLoad(Store* store, const OwnedMessages& messages, const BulkOptions& options) {
  auto loader = store->BulkLoader(options);
  if (!loader) return loader.status();
  for (const OwnedMessage& message : messages) {
    const NewMessage view = message.view();
    const Status status = loader->Add(std::span(&view, 1));
    if (!status.ok()) return status;
  }
  return loader->Finish();
}

OwnedMessages DistinctMessages(std::size_t count, std::size_t channels, std::size_t content_bytes) {
  OwnedMessages messages;
  for (std::size_t i = 0; i < count; ++i) {
    messages.push_back({.channel = "channel-" + std::to_string(i % channels),
                        .author = "ada",
                        .content = std::to_string(i) + std::string(content_bytes, 'x'),
                        .nonce = {},
                        .id = MessageId{(i + 1) << MessageId::kTimeShift},
                        .created_at = std::nullopt});
  }
  return messages;
}

}  // namespace rookery::testing
