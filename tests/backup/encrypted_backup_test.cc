// Backups of encrypted stores: as encrypted as these, proved and restored with the keys that the set names.
#include <gmock/gmock.h>

#include "rookery/backup.h"
#include "tests/assembly/encryption_fixture.h"
#include "tests/backup/backup_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

std::optional<EncryptionOptions> With(std::string_view keys) { return EncryptionOptions{.keys = KeysOf(keys)}; }

class EncryptedBackupTest : public EncryptionTest {
 protected:
  fs::path set() const { return dir_ / "set"; }
  fs::path restored() const { return dir_ / "restored"; }
  BackupReport Backup() {
    const auto report = store().CreateBackup(set());
    EXPECT_OK(report);
    return report.value_or(BackupReport());
  }
  void ExpectNeedsKey(const Status& refused, char key) {
    EXPECT_CODE(refused, StatusCode::kPermission);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("encrypted with key " + KeyOf(key).id()));
  }
  /// The restored store takes the place of the store.
  void OpenRestored(std::string_view keys) {
    fs::remove_all(path());
    fs::rename(restored(), path());
    Open(keys);
  }
};

TEST_F(EncryptedBackupTest, IsAsEncryptedAsTheStoreAndBecomesIt) {
  Open("a");
  Fill(0);
  ASSERT_OK(store().Compact());
  Fill(1);
  const BackupReport report = Backup();
  EXPECT_THAT(report.backup.key_ids, ElementsAre(KeyOf('a').id()));
  Fill(2);
  Close();
  EXPECT_THAT(FilesWithCanary(set()), IsEmpty());
  EXPECT_OK(VerifyBackup(set(), {.encryption = With("a")}));
  EXPECT_THAT(FilesWithCanary(set()), IsEmpty());
  ASSERT_OK(RestoreBackup(set(), restored(), {.encryption = With("a")}));
  EXPECT_THAT(FilesWithCanary(restored()), IsEmpty());
  OpenRestored("a");
  ExpectFilled(2);
}

TEST_F(EncryptedBackupTest, WithoutEncryptionTheCanaryIsInTheSet) {
  Open("");
  Fill(0);
  EXPECT_THAT(Backup().backup.key_ids, IsEmpty());
  EXPECT_THAT(FilesWithCanary(set()), Not(IsEmpty())) << "or the tests here show nothing";
  EXPECT_CODE(VerifyBackup(set(), {.encryption = With("a")}), StatusCode::kInvalidArgument);
  EXPECT_CODE(RestoreBackup(set(), restored(), {.encryption = With("a")}), StatusCode::kInvalidArgument);
}

TEST_F(EncryptedBackupTest, WithoutItsKeyItIsRefusedByNameAndNothingIsMade) {
  Open("a");
  Fill(0);
  Backup();
  Close();
  EXPECT_THAT(ListBackups(set())->front().key_ids, ElementsAre(KeyOf('a').id()));
  EXPECT_OK(VerifyBackup(set(), {.files_only = true}));
  ExpectNeedsKey(VerifyBackup(set()).status(), 'a');
  ExpectNeedsKey(VerifyBackup(set(), {.encryption = With("b")}).status(), 'a');
  ExpectNeedsKey(RestoreBackup(set(), restored()).status(), 'a');
  ExpectNeedsKey(RestoreBackup(set(), restored(), {.encryption = With("b")}).status(), 'a');
  EXPECT_FALSE(fs::exists(restored()));
}

TEST_F(EncryptedBackupTest, OfAStoreWhoseKeysWereExchangedNeedsBothUntilAllIsRewritten) {
  Open("a");
  Fill(0);
  ASSERT_OK(store().Compact());
  Close();
  Open("ba");
  Fill(1);
  EXPECT_THAT(Backup().backup.key_ids, UnorderedElementsAre(KeyOf('a').id(), KeyOf('b').id()));
  ExpectNeedsKey(VerifyBackup(set(), {.encryption = With("b")}).status(), 'a');
  ExpectNeedsKey(VerifyBackup(set(), {.encryption = With("a")}).status(), 'b');
  EXPECT_OK(VerifyBackup(set(), {.encryption = With("ab")}));
  ASSERT_OK(store().Compact());
  Close();
  Open("b");
  EXPECT_THAT(Backup().backup.key_ids, ElementsAre(KeyOf('b').id()));
  EXPECT_OK(VerifyBackup(set(), {.encryption = With("b")}));
  Close();
  const std::string first = ListBackups(set())->front().name;
  ASSERT_OK(RestoreBackup(set(), restored(), {.backup = first, .encryption = With("ba")}));
  OpenRestored("ba");
  ExpectFilled(2);
}

TEST_F(EncryptedBackupTest, TablesAreInTheSetOnce) {
  Open("a");
  Fill(0);
  ASSERT_OK(store().Compact());
  Backup();
  EXPECT_GT(Backup().files_shared, 0U);
  EXPECT_OK(VerifyBackup(set(), {.encryption = With("a")}));
}

TEST_F(EncryptedBackupTest, OneChannelComesBackIntoANewStoreAndALiveOne) {
  const std::string channel(kCanary);
  Open("a");
  ASSERT_OK(store().Post({.channel = channel, .author = "ada", .content = kCanary}));
  Backup();
  ASSERT_OK(store().RestoreChannel(set(), channel, {.channel_as = "again"}));
  EXPECT_EQ(store().SizeOf("again")->messages, 1U);
  Close();
  ExpectNeedsKey(RestoreBackup(set(), restored(), {.channel = channel}).status(), 'a');
  ASSERT_OK(RestoreBackup(set(), restored(), {.channel = channel, .encryption = With("ba")}));
  EXPECT_THAT(FilesWithCanary(restored()), IsEmpty());
  EXPECT_EQ(ReadKeysInUse(restored())->front().key_id, KeyOf('b').id());
  options_.routing.reset();
  OpenRestored("b");
  EXPECT_EQ(store().SizeOf(channel)->messages, 1U);
}

TEST_F(EncryptedBackupTest, AChannelOfABackupInClearComesIntoAnEncryptedStore) {
  Open("");
  ASSERT_OK(store().Post({.channel = "general", .author = "ada", .content = "hello"}));
  Backup();
  Close();
  fs::rename(path(), dir_ / "plain");
  Open("a");
  ASSERT_OK(store().RestoreChannel(set(), "general", {}));
  EXPECT_EQ(store().SizeOf("general")->messages, 1U);
}

TEST_F(EncryptedBackupTest, CellsComeAlong) {
  Open("a");
  ASSERT_OK(store().AddCell({.name = "dm", .prefixes = {"channel-"}, .memory = std::size_t{16} << 20}));
  Fill(0);
  Backup();
  Close();
  EXPECT_THAT(FilesWithCanary(set()), IsEmpty());
  EXPECT_OK(VerifyBackup(set(), {.encryption = With("a")}));
  ASSERT_OK(RestoreBackup(set(), restored(), {.encryption = With("a")}));
  OpenRestored("a");
  ExpectFilled(1);
}

TEST_F(EncryptedBackupTest, RestoredItIsUnderTheKeyThatItHad) {
  Open("a");
  ASSERT_OK(store().AddCell({.name = "dm",
                             .directory = (dir_ / "disk2").string(),
                             .prefixes = {"channel-"},
                             .memory = std::size_t{16} << 20}));
  Fill(0);
  Backup();
  Close();
  ASSERT_OK(RestoreBackup(set(), restored(), {.encryption = With("ba")}));
  const auto only_a = [&](const fs::path& store) {
    ASSERT_OK_AND_ASSIGN(const auto keys, ReadKeysInUse(store));
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys.front().key_id, KeyOf('a').id());
  };
  only_a(restored());
  only_a(restored() / "cells" / "dm");
  fs::remove_all(restored());
  const auto find = [](std::string_view id) -> Result<EncryptionKey> {
    if (id.empty() || id == KeyOf('b').id()) return KeyOf('b');
    return KeyOf('a');
  };
  ASSERT_OK(RestoreBackup(set(), restored(), {.encryption = EncryptionOptions{.find_key = find}}));
  only_a(restored());
}

}  // namespace
}  // namespace rookery::testing
