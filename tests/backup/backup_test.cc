// A backup is the store as it was at one moment, and the next one costs what was written since.
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "rookery/doctor.h"
#include "tests/backup/backup_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BackupKindTest : public StoreKindTest {
 protected:
  fs::path set() const { return dir_ / "set"; }
};

TEST_P(BackupKindTest, RestoredStoreIsTheOneThatWas) {
  if (!durable()) {
    EXPECT_CODE(store().CreateBackup(set()), StatusCode::kUnsupported);
    return;
  }
  Fill(&store(), "chan/", 200);
  ASSERT_OK(store().Compact());
  Fill(&store(), "more/", 50);
  const auto before = DumpOf(store());
  ASSERT_OK(store().CreateBackup(set()));
  Fill(&store(), "later/", 10);
  ASSERT_OK_AND_ASSIGN(const BackupProof proof, VerifyBackup(set()));
  EXPECT_TRUE(proof.opened);
  EXPECT_EQ(proof.backup.counts.messages, 250U);
  ASSERT_OK(RestoreBackup(set(), dir_ / "restored"));
  EXPECT_EQ(DumpOfStoreAt(dir_ / "restored"), before);
}

INSTANTIATE_TEST_SUITE_P(All, BackupKindTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_F(BackupTest, AllCellsAreInIt) {
  FillAll();
  const auto before = DumpOf(store());
  const BackupReport report = Backup();
  EXPECT_EQ(report.backup.cells.size(), 3U);
  EXPECT_EQ(report.backup.counts.messages, 450U);
  EXPECT_EQ(report.backup.counts.records, 36U);
  ASSERT_OK(Verify());
  ASSERT_OK(Restore());
  EXPECT_EQ(DumpOfStoreAt(restored()), before);
  ASSERT_OK_AND_ASSIGN(Store again, Store::Open(restored(), {.recovery = Recovery::kStrict}));
  ASSERT_OK_AND_ASSIGN(const VerifyReport verified, again.Verify());
  EXPECT_TRUE(verified.ok());
  ASSERT_OK(again.Post({.channel = "dm/1", .content = "it goes on"}));
}

TEST_F(BackupTest, WhoTakesASetForAStoreIsToldWhatItIs) {
  Backup();
  const Status opened = Store::Open(set()).status();
  EXPECT_EQ(opened.code(), StatusCode::kNotAStore);
  EXPECT_THAT(opened.message(), HasSubstr("is a backup set"));
  const Status examined = Diagnose(set()).status();
  EXPECT_EQ(examined.code(), StatusCode::kNotAStore);
  EXPECT_THAT(examined.message(), HasSubstr("rookery backup verify"));
}

TEST_F(BackupTest, FingerprintIsThatOfTheStore) {
  FillAll();
  const BackupReport report = Backup();
  for (const BackupCell& cell : report.backup.cells) {
    ASSERT_OK_AND_ASSIGN(const ReshardProof proof, store().VerifyReshard({}, cell.name == "main" ? "" : cell.name));
    ASSERT_EQ(proof.shards.size(), cell.shards.size());
    for (std::size_t i = 0; i < cell.shards.size(); ++i) EXPECT_EQ(proof.shards[i], cell.shards[i].print);
  }
}

TEST_F(BackupTest, TablesAreCopiedOnce) {
  std::mt19937 random(7);  // so that it does not become small
  for (int i = 0; i < 200; ++i) {
    std::string text(10'000, ' ');
    for (char& letter : text) letter = static_cast<char>('!' + random() % 90);
    Post("general", text);
  }
  ASSERT_OK(store().Compact());
  const BackupReport first = Backup();
  Post("general", "one more");
  const BackupReport second = Backup();
  EXPECT_GT(second.files_shared, 0U);
  EXPECT_LT(second.bytes_copied * 2, first.bytes_copied);
  ASSERT_OK(Verify(first.backup.name));
  ASSERT_OK(Verify(second.backup.name));
  ASSERT_OK_AND_ASSIGN(const auto backups, ListBackups(set()));
  ASSERT_EQ(backups.size(), 2U);
  EXPECT_EQ(backups[0].name, first.backup.name);
  EXPECT_EQ(backups[1].name, second.backup.name);
  EXPECT_TRUE(backups[1].verified_at.has_value());
}

TEST_F(BackupTest, LinkedTablesAreThoseOfTheStore) {
  FillAll();
  ASSERT_OK(store().Compact());
  Backup({.tables = BackupTables::kLink});
  std::size_t linked = 0;
  for (const fs::path& file : FilesBelow(set() / "files")) linked += fs::hard_link_count(file) == 2 ? 1 : 0;
  EXPECT_EQ(linked, FilesBelow(set() / "files").size());
  EXPECT_GT(linked, 0U);
  ASSERT_OK(Verify());
}

TEST_F(BackupTest, CopiedTablesShareNothingWithTheStore) {
  FillAll();
  Backup();
  for (const fs::path& file : FilesBelow(set())) EXPECT_EQ(fs::hard_link_count(file), 1U) << file;
}

/// Posts numbers to a channel of its own, one after the other.
void PostUntil(Store* store, const std::string& channel, const std::atomic<bool>* stop, std::atomic<int>* posted) {
  for (int i = 0; !stop->load(); ++i) {
    ASSERT_OK(store->Post({.channel = channel, .content = std::to_string(i)}));
    posted->store(i + 1);
  }
}

TEST_F(BackupTest, HasAPrefixOfEveryChannelThatIsWrittenTo) {
  FillAll();
  std::atomic<bool> stop{false};
  std::atomic<int> in_main{0};
  std::atomic<int> in_dm{0};
  std::thread main_posts([&] { PostUntil(&store(), "numbers", &stop, &in_main); });
  std::thread dm_posts([&] { PostUntil(&store(), "dm/numbers", &stop, &in_dm); });
  while (in_main.load() < 10 || in_dm.load() < 10) std::this_thread::yield();
  const int before = in_main.load();
  const BackupReport report = Backup();
  const int after = in_main.load();
  stop = true;
  main_posts.join();
  dm_posts.join();
  ASSERT_OK(Verify());
  ASSERT_OK(Restore());
  ASSERT_OK_AND_ASSIGN(const Store copy, Store::Open(restored(), {.recovery = Recovery::kStrict}));
  for (const char* channel : {"numbers", "dm/numbers"}) {
    HistoryQuery query{.limit = 1000, .order = Order::kOldestFirst};
    int next = 0;
    for (bool more = true; more;) {
      ASSERT_OK_AND_ASSIGN(const Page page, copy.History(channel, query));
      for (const MessageView& message : page) EXPECT_EQ(message.content(), std::to_string(next++));
      more = page.has_more();
      if (more) query.after = page.back().id();
    }
    EXPECT_GE(next, 10);
    if (std::string_view(channel) == "numbers") {
      EXPECT_GE(next, before);
      EXPECT_LE(next, after);
    }
  }
  EXPECT_GE(report.backup.counts.messages, 450U + 20U);
}

TEST_F(BackupTest, WhileShardsAreChanged) {
  FillAll();
  const auto before = DumpOf(store());
  ASSERT_OK(store().StartReshard(ResizeShards{8}, {.keep = std::chrono::hours{1}}));
  // Before or after the switch: there are rows in two places, which are counted once.
  const std::string during = Backup().backup.name;
  while (store().Reshard()->value().phase != ReshardPhase::kSwitched) {
    ASSERT_THAT(store().AwaitReshard(std::chrono::milliseconds{10}).code(),
                ::testing::AnyOf(StatusCode::kOk, StatusCode::kBusy));
  }
  const BackupReport switched = Backup();
  ASSERT_FALSE(switched.backup.cells.empty());
  EXPECT_EQ(switched.backup.cells[0].shards.size(), 8U);
  EXPECT_EQ(switched.backup.counts.messages, 450U);
  ASSERT_OK(Verify(during));
  ASSERT_OK(Verify());
  ASSERT_OK(Restore());
  EXPECT_EQ(DumpOfStoreAt(restored()), before);
  ASSERT_OK(store().RevertReshard());
  ASSERT_OK(store().AwaitReshard(std::chrono::minutes{1}));
}

TEST_F(BackupTest, QuarantinedCellIsNamed) {
  FillAll();
  Close();
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  Open();
  const auto refused = store().CreateBackup(set());
  EXPECT_CODE(refused, StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.error().message()), HasSubstr("cell dm"));
  const BackupReport report = Backup({.missing_cells = MissingCells::kLeaveOut});
  EXPECT_THAT(report.backup.left_out, ElementsAre("dm"));
  EXPECT_EQ(report.backup.cells.size(), 2U);
  ASSERT_OK(Verify());
  ASSERT_OK(Restore());
  ASSERT_OK_AND_ASSIGN(const Store copy, Store::Open(restored()));
  EXPECT_CODE(copy.History("dm/1"), StatusCode::kUnavailable);
  EXPECT_OK(copy.History("guild/1"));
  verify_at_end_ = false;
}

TEST_F(BackupTest, SetIsOfOneStoreAndNotInIt) {
  PostEverywhere();
  EXPECT_CODE(store().CreateBackup(fs::path(path()) / "set"), StatusCode::kInvalidArgument);
  Backup();
  ASSERT_OK_AND_ASSIGN(Store other, Store::Open(dir_ / "other"));
  EXPECT_CODE(other.CreateBackup(set()), StatusCode::kConflict);
  fs::create_directory(dir_ / "full");
  WriteBytes(dir_ / "full" / "letter", "dear");
  EXPECT_CODE(other.CreateBackup(dir_ / "full"), StatusCode::kAlreadyExists);
  EXPECT_EQ(FilesBelow(dir_ / "full").size(), 1U);
}

TEST_F(BackupTest, ReadOnlyStoreIsRefused) {
  PostEverywhere();
  Close();
  options_.mode = OpenMode::kReadOnly;
  Open();
  EXPECT_CODE(store().CreateBackup(set()), StatusCode::kPermission);
  EXPECT_FALSE(fs::exists(set()));
}

TEST_F(BackupTest, SetThatSomebodyReadsIsNotChanged) {
  PostEverywhere();
  Backup();
  Status other;
  const auto progress = [&](const BackupProgress&) {
    other = store().CreateBackup(set()).status();
    return true;
  };
  ASSERT_OK(VerifyBackup(set(), {.progress = progress}));
  EXPECT_CODE(other, StatusCode::kLocked);
}

}  // namespace
}  // namespace rookery::testing
