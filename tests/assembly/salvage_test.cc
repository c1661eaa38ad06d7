// Salvage brings back every message outside of the damage, none wrong, and names all that may be missing.
#include <gmock/gmock.h>

#include <algorithm>

#include "assembly/damaged_walk.h"
#include "tests/assembly/damage_fixture.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SalvageTest : public DamageTest {
 protected:
  void SetUp() override {
    Make();
    PostSome(40);
  }
  void PutMore() {
    const std::string bytes = SeededRandom(11).Bytes((std::size_t{3} << 20) / 2);
    first_ = MessageId{posted_.begin()->first.second};
    auto writer = store_->PutAttachment(Channel(0), first_, "cat.jpg", {.media_type = "image/jpeg"});
    ASSERT_OK(writer);
    ASSERT_OK(writer->Append(bytes));
    ASSERT_OK(writer->Finish());
    ASSERT_OK(store_->Put(Channel(1), "key", "value"));
    ASSERT_OK(store_->SetRetention(
        {.scope = RetentionScope::kChannel, .name = Channel(2), .limits = {.max_messages = 1000}}));
  }
  /// The source is not changed by it.
  SalvageReport Salvaged() {
    const auto before = TreeOf(path());
    auto report = Salvage(path(), saved());
    EXPECT_OK(report);
    EXPECT_EQ(TreeOf(path()), before) << "salvaging wrote to the source";
    return report ? *report : SalvageReport();
  }
  void OpenSaved() {
    auto opened = Store::Open(saved(), {.mode = OpenMode::kOpen, .memory = std::size_t{64} << 20});
    ASSERT_OK(opened);
    store_.emplace(*std::move(opened));
    const auto verified = store_->Verify();
    ASSERT_OK(verified);
    EXPECT_TRUE(verified->ok());
  }
  int Lost(const SalvageReport& report) {
    OpenSaved();
    return store_ ? CountLost(*store_, report) : -1;
  }

  MessageId first_;
};

TEST_F(SalvageTest, ASoundStoreIsCopiedWhole) {
  PutMore();
  Close();
  const SalvageReport report = Salvaged();
  EXPECT_TRUE(report.whole()) << ::testing::PrintToString(report.notes);
  EXPECT_EQ(report.messages, posted_.size());
  EXPECT_EQ(report.records, 1U);
  EXPECT_EQ(report.attachments, 1U);
  EXPECT_EQ(Lost(report), 0);
  auto attachment = store_->GetAttachment(Channel(0), first_, "cat.jpg");
  ASSERT_OK(attachment);
  ASSERT_TRUE(attachment->has_value());
  EXPECT_EQ((*attachment)->info().size, (std::size_t{3} << 20) / 2);
  EXPECT_EQ((*store_->GetRecord(Channel(1), "key"))->value, "value");
  EXPECT_THAT(*store_->Retention(), SizeIs(1));
  EXPECT_EQ(store_->Info()->shards, 3U);
}

TEST_F(SalvageTest, MessagesKeepNoncesVersionsAttributesAndTimes) {
  Close();
  Open();
  const Page page = *store_->History(Channel(0), {.limit = 40});
  Close();
  const SalvageReport report = Salvaged();
  OpenSaved();
  for (const MessageView& was : page) {
    const auto is = store_->Get(Channel(0), was.id());
    ASSERT_OK(is);
    ASSERT_TRUE(is->has_value());
    EXPECT_EQ((*is)->encoded(), was.encoded());
    if (was.nonce().empty()) continue;
    const auto again = store_->Post({.channel = Channel(0), .author = "ada", .content = "x", .nonce = was.nonce()});
    ASSERT_OK(again);
    EXPECT_EQ(*again, was.id());
  }
}

TEST_F(SalvageTest, ADamagedBlockCostsOnlyWhatIsInIt) {
  ASSERT_OK(store_->Compact());
  Close();
  FlipByte(Table(), fs::file_size(Table()) / 3);
  const SalvageReport report = Salvaged();
  ASSERT_THAT(report.ranges, SizeIs(1));
  const int lost = Lost(report);
  EXPECT_GT(lost, 0);
  EXPECT_LT(lost, 60) << "a block has 8 KiB, and a row 300 bytes";
  EXPECT_THAT(report.channels, Not(IsEmpty())) << "the bucket map knows how many there were";
}

TEST_F(SalvageTest, SeveralDamagedBlocksAreSeveralGaps) {
  PostSome(160);
  ASSERT_OK(store_->Compact());
  Close();
  const auto size = fs::file_size(Table());
  FlipByte(Table(), size / 4);
  FlipByte(Table(), size / 2);
  const SalvageReport report = Salvaged();
  EXPECT_THAT(report.ranges, SizeIs(2));
  EXPECT_LT(Lost(report), 120);
}

TEST_F(SalvageTest, ADamagedRecordOfTheLogCostsOnlyItself) {
  Crash();
  const fs::path log = NewestLog();
  FlipByte(log, fs::file_size(log) / 2);
  const SalvageReport report = Salvaged();
  EXPECT_EQ(report.runs.size() + report.ranges.size(), 1U);
  EXPECT_LE(Lost(report), 1);
}

TEST_F(SalvageTest, OfALogThatEndsEarlyTheRestIsThere) {
  Crash();
  const fs::path log = NewestLog();
  fs::resize_file(log, fs::file_size(log) / 2);
  const SalvageReport report = Salvaged();
  EXPECT_THAT(report.runs, Not(IsEmpty()));
  const int lost = Lost(report);
  EXPECT_GT(lost, 0);
  EXPECT_LT(lost, static_cast<int>(posted_.size()));
}

TEST_F(SalvageTest, WithoutATableTheOthersAreThere) {
  ASSERT_OK(store_->Compact());
  PostSome(10);
  ASSERT_OK(store_->Compact());
  Close();
  fs::remove(Table());
  const SalvageReport report = Salvaged();
  ASSERT_THAT(report.ranges, Not(IsEmpty()));
  EXPECT_TRUE(report.ranges[0].stale);
  const int lost = Lost(report);
  EXPECT_GT(lost, 0);
  EXPECT_LT(lost, static_cast<int>(posted_.size()));
}

TEST_F(SalvageTest, ATableThatWasCutIsLeftOut) {
  ASSERT_OK(store_->Compact());
  Close();
  fs::resize_file(Table(), fs::file_size(Table()) / 2);
  const int lost = Lost(Salvaged());
  EXPECT_GT(lost, 0);
  EXPECT_LT(lost, static_cast<int>(posted_.size()));
}

TEST_F(SalvageTest, ADamagedBlobCostsItsRow) {
  ASSERT_OK(store_->Compact());
  Close();
  const fs::path blob = FilesWith(engine(), ".blob").back();
  FlipByte(blob, 1000);
  EXPECT_EQ(Lost(Salvaged()), 1);
}

TEST_F(SalvageTest, AMissingBlobFileCostsItsRows) {
  ASSERT_OK(store_->Compact());
  Close();
  fs::remove(FilesWith(engine(), ".blob").back());
  const int lost = Lost(Salvaged());
  EXPECT_GT(lost, 0);
  EXPECT_LE(lost, kChannels) << "one large message in each channel";
}

TEST_F(SalvageTest, ByTheKeptManifestAllIsThere) {
  Close();
  fs::remove(Manifest());
  fs::remove(Current());
  EXPECT_EQ(Lost(Salvaged()), 0);
}

TEST_F(SalvageTest, WithoutAnyManifestItIsRefusedAndNothingIsMade) {
  Close();
  fs::remove(Manifest());
  fs::remove_all(engine() / "kept");
  EXPECT_CODE(Salvage(path(), saved()), StatusCode::kCorruption);
  EXPECT_FALSE(fs::exists(saved()));
}

TEST_F(SalvageTest, WithoutIdentityWitnessAndCurrentMessagesAreThere) {
  Close();
  fs::remove(path() / "ROOKERY");
  fs::remove(path() / "witness");
  fs::remove(Current());
  const SalvageReport report = Salvaged();
  EXPECT_FALSE(report.whole());
  EXPECT_EQ(Lost(report), 0);
}

TEST_F(SalvageTest, AnAttachmentWithADamagedChunkIsLeftOutAndItsMessageIsNot) {
  PutMore();
  ASSERT_OK(store_->Compact());
  Close();
  for (const fs::path& blob : FilesWith(engine(), ".blob")) {
    if (fs::file_size(blob) > (std::uintmax_t{1} << 20)) FlipByte(blob, fs::file_size(blob) - 100'000);
  }
  const SalvageReport report = Salvaged();
  EXPECT_EQ(report.attachments, 0U);
  EXPECT_LE(Lost(report), 1);
}

TEST_F(SalvageTest, WhatIsThereIsNotOverwritten) {
  Close();
  fs::create_directory(saved());
  EXPECT_CODE(Salvage(path(), saved()), StatusCode::kAlreadyExists);
  EXPECT_CODE(Salvage(dir_.path() / "nothing", dir_.path() / "other"), StatusCode::kNotAStore);
}

TEST_F(SalvageTest, WhatIsNotFinishedIsNoStore) {
  Close();
  const fs::path unfinished = saved().string() + ".salvaging";
  const auto kill = [&](std::uint64_t /*rows*/) {
    EXPECT_FALSE(fs::exists(saved()));
    EXPECT_CODE(Diagnose(unfinished), StatusCode::kNotAStore);
    // As a process that is killed now leaves it.
    fs::copy(unfinished, dir_.path() / "left", fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    return false;
  };
  EXPECT_CODE(Salvage(path(), saved(), {.progress = kill}), StatusCode::kInterrupted);
  EXPECT_FALSE(fs::exists(saved()));
  EXPECT_FALSE(fs::exists(unfinished));
  fs::rename(dir_.path() / "left", unfinished);
  const SalvageReport report = Salvaged();
  EXPECT_TRUE(report.whole());
  EXPECT_FALSE(fs::exists(unfinished));
  EXPECT_EQ(Lost(report), 0);
}

TEST_F(SalvageTest, WhatIsNotItsOwnIsNotRemoved) {
  Close();
  const fs::path taken = saved().string() + ".salvaging";
  fs::create_directory(taken);
  fs::copy_file(path() / "ROOKERY", taken / "letter");
  EXPECT_CODE(Salvage(path(), saved()), StatusCode::kAlreadyExists);
  EXPECT_TRUE(fs::exists(taken / "letter"));
  EXPECT_CODE(Salvage(path(), path() / "inside"), StatusCode::kInvalidArgument);
}

TEST_F(SalvageTest, AStoreThatIsOpenIsNotSalvaged) { EXPECT_CODE(Salvage(path(), saved()), StatusCode::kLocked); }

TEST_F(SalvageTest, CellsComeAlong) {
  ASSERT_OK(store_->AddCell({.name = "dm", .prefixes = {"dm/"}, .routing = HashRouting{.shards = 2}}));
  const auto id = store_->Post({.channel = "dm/1", .author = "ada", .content = "hello"});
  ASSERT_OK(id);
  ASSERT_OK(store_->MoveToCell(Channel(3), "dm"));
  Close();
  const SalvageReport report = Salvaged();
  EXPECT_TRUE(report.whole()) << ::testing::PrintToString(report.notes);
  EXPECT_EQ(Lost(report), 0);
  EXPECT_TRUE(store_->Get("dm/1", *id)->has_value());
  EXPECT_EQ(store_->Explain(Channel(3))->cell, "dm");
  EXPECT_EQ(store_->Cells()->at(1).directory, (saved() / "cells" / "dm").string());
}

TEST_F(SalvageTest, WithoutACellTheOthersAreThere) {
  ASSERT_OK(store_->AddCell({.name = "dm", .prefixes = {"dm/"}, .routing = HashRouting{.shards = 2}}));
  const auto id = store_->Post({.channel = "dm/1", .author = "ada", .content = "hello"});
  ASSERT_OK(id);
  Close();
  fs::remove_all(path() / "cells" / "dm");
  const SalvageReport report = Salvaged();
  EXPECT_TRUE(report.MayHaveLost("dm/1", *id));
  EXPECT_EQ(Lost(report), 0);
}

TEST(FindReadableTest, FindsTheFirstOne) {
  for (const std::string wanted : {"b", "channel 2", "channel 1\x01", "channel 1 and more"}) {
    int tries = 0;
    const std::string found = assembly::FindReadable("channel 1", [&](std::string_view key) {
      ++tries;
      return key >= wanted;
    });
    if (wanted < "channel 1") {
      EXPECT_GT(found, "channel 1");
    } else {
      EXPECT_GE(found, wanted);
      const std::size_t told = std::min<std::size_t>(wanted.size(), 12);
      EXPECT_EQ(found.substr(0, told), wanted.substr(0, told)) << "nothing lies between";
    }
    EXPECT_LT(tries, 300);
  }
  EXPECT_EQ(assembly::FindReadable("channel 1", [](std::string_view) { return false; }), "");
}

}  // namespace
}  // namespace rookery::testing
