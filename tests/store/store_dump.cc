#include "tests/store/store_dump.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

std::string NameOf(std::string_view channel, MessageId id) {
  return std::string(channel) + " #" + std::to_string(id.value);
}

class NameSink final : public ScanSink {
 public:
  void BeginChannel(std::string_view channel) override { channel_ = channel; }
  ScanStep Take(const MessageView& message) override {
    EXPECT_TRUE(names_.insert(NameOf(channel_, message.id())).second) << "twice in a scan";
    return ScanStep::kNext;
  }
  const std::set<std::string>& names() const { return names_; }

 private:
  std::string channel_;
  std::set<std::string> names_;
};

class Dump {
 public:
  explicit Dump(const Reader& reader) : reader_(reader) {}

  std::map<std::string, std::string> Run() {
    const auto channels = reader_.Channels({.limit = 1000});
    EXPECT_OK(channels);
    if (!channels) return {};
    EXPECT_FALSE(channels->has_more);
    for (const std::string& channel : channels->channels) {
      Messages(channel);
      Records(channel);
    }
    return std::move(rows_);
  }

 private:
  void Messages(const std::string& channel) {
    HistoryQuery query{.limit = 500};
    for (bool more = true; more;) {
      const auto page = reader_.History(channel, query);
      ASSERT_OK(page);
      for (const MessageView& message : *page) {
        rows_[NameOf(channel, message.id())] = std::string(message.author()) + "|" + std::string(message.content()) +
                                               "|" + std::to_string(message.version().value) + "|" +
                                               std::string(message.nonce());
        if (message.attachment_count() > 0) Attachments(channel, message.id());
        query.before = message.id();
      }
      more = page->has_more();
    }
  }

  void Attachments(const std::string& channel, MessageId id) {
    const auto infos = reader_.ListAttachments(channel, id);
    ASSERT_OK(infos);
    for (const AttachmentInfo& info : *infos) {
      auto attachment = reader_.GetAttachment(channel, id, info.name);
      ASSERT_OK(attachment);
      ASSERT_TRUE(*attachment);
      std::string bytes(info.size, '\0');
      const auto read = (*attachment)->Read(bytes);
      ASSERT_OK(read);
      bytes.resize(*read);
      rows_[NameOf(channel, id) + " " + info.name] = bytes;
    }
  }

  void Records(const std::string& channel) {
    const auto page = reader_.ListRecords(channel, {.limit = 1000});
    ASSERT_OK(page);
    EXPECT_FALSE(page->has_more);
    for (const Record& record : page->records) {
      rows_[channel + " " + record.key] = record.value + "|" + std::to_string(record.version.value);
    }
  }

  const Reader& reader_;
  std::map<std::string, std::string> rows_;
};

}  // namespace

std::map<std::string, std::string> DumpOf(const Reader& reader) {
  auto rows = Dump(reader).Run();
  auto scan = reader.StartScan({});
  EXPECT_OK(scan);
  if (!scan) return rows;
  NameSink sink;
  EXPECT_OK(scan->Read(&sink));
  for (const std::string& name : sink.names()) EXPECT_TRUE(rows.contains(name)) << name << " is only in the scan";
  std::size_t messages = 0;
  for (const auto& [name, value] : rows) messages += sink.names().contains(name) ? 1 : 0;
  EXPECT_EQ(messages, sink.names().size());
  return rows;
}

}  // namespace rookery::testing
