// One channel of a backup, brought back into a new store or into one that is in use.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/backup/backup_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ChannelRestoreTest : public BackupTest {
 protected:
  void SetUp() override {
    BackupTest::SetUp();
    for (const char* channel : {"dm/1", "general"}) Write(channel);
    Backup();
  }
  /// Two messages, one of them edited and with an attachment, and a record of version 2.
  void Write(const std::string& channel) {
    const MessageId first = Post(channel, "one");
    ASSERT_OK_AND_ASSIGN(edited_, store().Post({.channel = channel,
                                                .author = "eve",
                                                .content = "two",
                                                .reply_to = first,
                                                .nonce = "n1",
                                                .attributes = {{"k", "v"}}}));
    ASSERT_OK(store().Edit(channel, edited_, {.content = "two!"}));
    ASSERT_OK(store().Put(channel, "settings", "dark"));
    ASSERT_OK(store().Put(channel, "settings", "light"));
    ASSERT_OK_AND_ASSIGN(AttachmentWriter upload, store().PutAttachment(channel, edited_, "cat.jpg"));
    ASSERT_OK(upload.Append(std::string(2'000'000, 'c')));
    ASSERT_OK(upload.Finish());
  }
  /// What a store answers of a channel, without the name.
  static std::map<std::string, std::string> Of(const Reader& reader, const std::string& channel) {
    std::map<std::string, std::string> found;
    for (const auto& [name, text] : DumpOf(reader)) {
      if (name.starts_with(channel + " ")) found[name.substr(channel.size())] = text;
    }
    return found;
  }
  void Remove(const std::string& channel) {
    for (const MessageView& message : History(channel)) ASSERT_OK(store().Delete(channel, message.id()));
    ASSERT_OK(store().DeleteRecord(channel, "settings"));
  }

  MessageId edited_;  // in "general"
};

TEST_F(ChannelRestoreTest, IntoANewStore) {
  for (const char* channel : {"general", "dm/1"}) {
    const fs::path path = dir_ / fs::path(channel).filename();
    ASSERT_OK_AND_ASSIGN(const RestoreReport report, RestoreBackup(set(), path, {.channel = channel}));
    EXPECT_EQ(report.counts.messages, 2U);
    EXPECT_EQ(report.counts.records, 1U);
    EXPECT_EQ(report.counts.attachments, 1U);
    ASSERT_OK_AND_ASSIGN(const Store made, Store::Open(path));
    EXPECT_EQ(Of(made, channel), Of(store(), channel));
    EXPECT_FALSE(Of(made, channel).empty());
    ASSERT_OK_AND_ASSIGN(const ChannelPage channels, made.Channels());
    EXPECT_THAT(channels.channels, ElementsAre(channel));
  }
}

TEST_F(ChannelRestoreTest, NewStoreHasTheRoutingOfTheCell) {
  const auto routing_of = [&](const std::string& channel) {
    const fs::path path = dir_ / ("of " + channel.substr(0, channel.find('/')));
    EXPECT_OK(RestoreBackup(set(), path, {.channel = channel}));
    const auto made = Store::Open(path, {.mode = OpenMode::kReadOnly});
    EXPECT_OK(made);
    return std::pair(made->Explain(channel)->strategy, made->Info()->shards);
  };
  EXPECT_EQ(routing_of("general"), std::pair(std::string("hash"), 4U));
  EXPECT_EQ(routing_of("dm/1"), std::pair(std::string("hash"), 2U));
  const std::vector<std::pair<Routing, std::string>> others{
      {RangeRouting{.splits = {"m", "r"}}, "range"},
      {DirectoryRouting{.shards = 3, .placement = Placement::kWeighted, .weights = {1, 2, 3}}, "directory"}};
  for (const auto& [routing, strategy] : others) {
    ASSERT_OK(store().AddCell({.name = strategy, .prefixes = {strategy + "/"}, .routing = routing}));
    Post(strategy + "/1", "hello");
    Backup();
    EXPECT_EQ(routing_of(strategy + "/1"), std::pair(strategy, 3U));
  }
}

TEST_F(ChannelRestoreTest, SecondTimeNothingIsAdded) {
  const auto counts = [&] {
    const auto added = store().RestoreChannel(set(), "general", {.channel_as = "again"});
    EXPECT_OK(added);
    return std::vector<std::uint64_t>{added->messages, added->records, added->attachments};
  };
  EXPECT_THAT(counts(), ElementsAre(2, 1, 1));
  EXPECT_THAT(counts(), ElementsAre(0, 0, 0));
}

TEST_F(ChannelRestoreTest, IntoTheStoreThatLostIt) {
  for (const char* channel : {"general", "dm/1"}) {
    const auto before = Of(store(), channel);
    Remove(channel);
    ASSERT_OK(store().RestoreChannel(set(), channel));
    EXPECT_EQ(Of(store(), channel), before);
    EXPECT_OK(store().Post({.channel = channel, .content = "it goes on"}));
    EXPECT_EQ(History(channel).front().content(), "it goes on");
  }
}

TEST_F(ChannelRestoreTest, BesideItselfUnderAnotherName) {
  Post("general", "later");
  ASSERT_OK(store().RestoreChannel(set(), "general", {.channel_as = "guild/old general"}));
  EXPECT_THAT(Contents(History("general")), ElementsAre("later", "two!", "one"));
  EXPECT_THAT(Contents(History("guild/old general")), ElementsAre("two!", "one"));
  EXPECT_EQ(Get("guild/old general", edited_)->version(), 2U);
}

TEST_F(ChannelRestoreTest, BeginningIsCompleted) {
  const auto before = Of(store(), "general");
  ASSERT_OK(store().Delete("general", edited_));
  ASSERT_OK(store().RestoreChannel(set(), "general"));
  EXPECT_EQ(Of(store(), "general"), before);
  // And again, with nothing to do.
  ASSERT_OK(store().RestoreChannel(set(), "general"));
  EXPECT_EQ(Of(store(), "general"), before);
}

TEST_F(ChannelRestoreTest, AnythingElseIsLeftAlone) {
  const auto refused = [&] {
    const auto before = Of(store(), "general");
    const Status status = store().RestoreChannel(set(), "general").status();
    EXPECT_EQ(status.code(), StatusCode::kAlreadyExists) << status;
    EXPECT_EQ(Of(store(), "general"), before);
  };
  Post("general", "later");
  refused();
  Remove("general");
  Post("general", "another");
  refused();
  Remove("general");
  ASSERT_OK(store().Put("general", "settings", "other"));
  refused();
}

TEST_F(ChannelRestoreTest, WhatIsNotThereIsNamed) {
  const Status none = store().RestoreChannel(set(), "no such").status();
  EXPECT_EQ(none.code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(none.message()), HasSubstr("no such"));
  EXPECT_CODE(RestoreBackup(set(), restored(), {.channel = "no such"}), StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(restored()));
  EXPECT_CODE(RestoreBackup(set(), restored(), {.channel_as = "x"}), StatusCode::kInvalidArgument);
}

TEST_F(ChannelRestoreTest, DamagedBackupHarmsNoCell) {
  for (const fs::path& file : FilesBelow(set() / "backups")) {
    if (file.extension() == ".log") FlipByte(file, 0);
  }
  EXPECT_CODE(store().RestoreChannel(set(), "dm/1", {.channel_as = "dm/2"}), StatusCode::kCorruption);
  EXPECT_EQ(InfoOf("dm").state, CellState::kOpen);
}

TEST_F(ChannelRestoreTest, StoreWithOtherIdsIsRefused) {
  ASSERT_OK_AND_ASSIGN(Store other, Store::Open(dir_ / "other", {.ids = {.epoch = Timestamp{}}}));
  EXPECT_CODE(other.RestoreChannel(set(), "general"), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rookery::testing
