// Encrypted stores that are damaged: kept copies, the doctor and salvage, with the keys, without, and nothing in clear.
#include <gmock/gmock.h>

#include <fstream>

#include "rookery/bulk_loader.h"
#include "rookery/doctor.h"
#include "tests/assembly/damage_fixture.h"
#include "tests/assembly/encryption_fixture.h"
#include "tests/support/copy_of_one_moment.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::optional<EncryptionOptions> With(std::string_view keys) {
  if (keys.empty()) return std::nullopt;
  return EncryptionOptions{.keys = KeysOf(keys)};
}

class SealedDamageTest : public EncryptionTest {
 protected:
  /// A round in tables, and one in the log.
  void SetUp() override {
    Open("a");
    Fill(0);
    ASSERT_OK(store().Compact());
    Close();
    Open("a");
    Fill(1);
    Crash();
  }
  void Crash() {
    const fs::path copy = dir_ / "copy";
    CopyOfOneMoment(path(), copy);
    store_.reset();
    fs::remove_all(path());
    fs::rename(copy, path());
  }
  fs::path engine() const { return path() / "cell-0000"; }
  fs::path saved() const { return dir_ / "saved"; }
  fs::path Starting(const std::string& start) const {
    for (const auto& entry : fs::directory_iterator(engine())) {
      if (entry.path().filename().string().starts_with(start)) return entry.path();
    }
    ADD_FAILURE() << "no " << start;
    return {};
  }
  Diagnosis Examine(std::string_view keys) const {
    const auto before = TreeOf(path());
    const auto diagnosis = Diagnose(path(), {.encryption = With(keys)});
    EXPECT_OK(diagnosis);
    EXPECT_TRUE(TreeOf(path()) == before);
    return diagnosis.value_or(Diagnosis());
  }
  static std::vector<std::string> CodesOf(const Diagnosis& diagnosis) {
    std::vector<std::string> codes;
    for (const Finding& finding : diagnosis.findings) codes.push_back(finding.code);
    return codes;
  }
  static std::vector<std::string> KeyIds(const fs::path& store) {
    std::vector<std::string> ids;
    for (const KeyUse& key : ReadKeysInUse(store).value_or(std::vector<KeyUse>())) ids.push_back(key.key_id);
    return ids;
  }
  void ExpectSaved(std::string_view keys, int rounds) {
    fs::remove_all(path());
    fs::rename(saved(), path());
    Open(keys);
    ExpectFilled(rounds);
  }
};

// --- Kept copies ---------------------------------------------------------------------------------------------------

TEST_F(SealedDamageTest, KeptCopiesAreEncryptedAndLeadToAll) {
  ASSERT_TRUE(fs::exists(engine() / "kept" / "CURRENT"));
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
  fs::remove(engine() / "CURRENT");
  fs::remove(Starting("MANIFEST-"));
  EXPECT_THAT(CodesOf(Examine("a")), Contains("current_missing"));
  const auto mended = Mend(path(), {.encryption = With("a")});
  ASSERT_OK(mended);
  EXPECT_TRUE(mended->ok());
  EXPECT_THAT(mended->done, Contains(HasSubstr("CURRENT back")));
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
  Open("a");
  ExpectFilled(2);
}

TEST_F(SealedDamageTest, WithoutEncryptionTheCanaryIsInTheKeptCopy) {
  fs::remove_all(path());
  Open("");
  Fill(0);
  ASSERT_OK(store().Compact());
  Close();
  EXPECT_THAT(FilesWithCanary(engine() / "kept"), Not(IsEmpty())) << "or the tests above show nothing";
}

TEST_F(SealedDamageTest, KeptCopiesUnderAnOldKeyAreCountedAndReplaced) {
  fs::copy(engine() / "kept", dir_ / "old", fs::copy_options::recursive);
  Open("ba");
  ASSERT_OK(store().Compact());
  Close();
  EXPECT_THAT(KeyIds(path()), ElementsAre(KeyOf('b').id()));
  fs::remove_all(engine() / "kept");
  fs::rename(dir_ / "old", engine() / "kept");
  EXPECT_THAT(KeyIds(path()), ElementsAre(KeyOf('b').id(), KeyOf('a').id()));
  Open("b");
  ExpectFilled(2);
  Close();
  EXPECT_THAT(KeyIds(path()), ElementsAre(KeyOf('b').id()));
}

// --- Logs before the newest one ------------------------------------------------------------------------------------

class SealedLogsTest : public SealedDamageTest {
 protected:
  static constexpr int kLogs = 3;

  /// Logs that are needed, each with a message.
  void SetUp() override {
    Open("a");
    ASSERT_OK(store().Compact());
    Close();
    Open("a");
    for (int i = 0; i < kLogs; ++i) {
      ASSERT_OK(store().Post({.channel = "posted", .author = "ada", .content = "of log " + std::to_string(i)}));
      if (i + 1 < kLogs) BeginLog();
    }
    Crash();
    logs_ = FilesWith(engine(), ".log");
    ASSERT_GE(logs_.size(), static_cast<std::size_t>(kLogs));
    logs_.erase(logs_.begin(), logs_.end() - kLogs);
  }
  /// A bulk load has what is in the memory of its shard written to a table, and so begins a log.
  void BeginLog() {
    const std::size_t before = FilesWith(engine(), ".log").size();
    ASSERT_OK(store().Post({.channel = "loaded", .author = "ada", .content = "before"}));
    auto loader = store().BulkLoader({});
    ASSERT_OK(loader);
    ASSERT_OK(loader->Add({.channel = "loaded", .author = "ada", .content = "bulk"}));
    ASSERT_OK(loader->Finish());
    ASSERT_GT(FilesWith(engine(), ".log").size(), before);
  }
  static void Zero(const fs::path& file, std::uintmax_t from, std::uintmax_t bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(from));
    stream << std::string(bytes, '\0');
  }
  void ExpectNamed(const fs::path& log) {
    options_.recovery = Recovery::kTail;
    const Status refused = TryOpen("a");
    EXPECT_CODE(refused, StatusCode::kCorruption);
    EXPECT_THAT(std::string(refused.message()), HasSubstr(log.filename().string()));
    EXPECT_THAT(CodesOf(Examine("a")), Contains("log_damaged"));
    options_.recovery = Recovery::kSalvage;
    Open("a");
    EXPECT_TRUE(store().LastRecovery()->salvaged);
    EXPECT_GT(store().LastRecovery()->lost, 0U);
  }

  std::vector<fs::path> logs_;
};

TEST_F(SealedLogsTest, WithoutHarmAllIsThere) {
  Open("a");
  EXPECT_EQ(store().History("posted")->size(), static_cast<std::size_t>(kLogs));
}

TEST_F(SealedLogsTest, ZerosInPlaceOfAHeaderAreNamed) {
  Zero(logs_[1], 0, 4096);
  ExpectNamed(logs_[1]);
  EXPECT_EQ(store().History("posted")->size(), kLogs - 1U);
}

TEST_F(SealedLogsTest, ZerosInPlaceOfAllAreNamed) {
  Zero(logs_[1], 0, fs::file_size(logs_[1]));
  ExpectNamed(logs_[1]);
}

TEST_F(SealedLogsTest, TheFirstOneIsMissedAsWell) {
  Zero(logs_[0], 0, 4096);
  ExpectNamed(logs_[0]);
}

// --- The doctor ----------------------------------------------------------------------------------------------------

TEST_F(SealedDamageTest, NothingIsWrongWithASoundStore) {
  const Diagnosis diagnosis = Examine("a");
  EXPECT_THAT(CodesOf(diagnosis), IsEmpty());
  EXPECT_TRUE(diagnosis.complete);
}

TEST_F(SealedDamageTest, WithoutTheKeyItSaysWhatItCan) {
  const Diagnosis diagnosis = Examine("");
  EXPECT_THAT(CodesOf(diagnosis), ElementsAre("key_needed"));
  EXPECT_THAT(diagnosis.findings[0].text, HasSubstr(KeyOf('a').id()));
  EXPECT_FALSE(diagnosis.complete);
  FlipByte(Starting("MANIFEST-"), 3);
  fs::remove(engine() / "CURRENT");
  const std::vector<std::string> codes = CodesOf(Examine(""));
  EXPECT_THAT(codes, Contains("current_missing"));
  EXPECT_THAT(codes, Contains("header_damaged"));
  const auto refused = Mend(path());
  EXPECT_CODE(refused, StatusCode::kPermission);
  EXPECT_THAT(std::string(refused.error().message()), HasSubstr(KeyOf('a').id()));
}

TEST_F(SealedDamageTest, AWrongKeyIsAnErrorThatNamesTheRightOne) {
  for (const auto& status :
       {Diagnose(path(), {.encryption = With("b")}).status(), Mend(path(), {.encryption = With("b")}).status(),
        Salvage(path(), saved(), {.encryption = With("b")}).status(), Salvage(path(), saved()).status()}) {
    EXPECT_CODE(status, StatusCode::kPermission);
    EXPECT_THAT(std::string(status.message()), HasSubstr(KeyOf('a').id()));
  }
  EXPECT_FALSE(fs::exists(saved()));
  fs::remove_all(path());
  Open("");
  Close();
  EXPECT_CODE(Diagnose(path(), {.encryption = With("a")}), StatusCode::kInvalidArgument);
  EXPECT_CODE(Salvage(path(), saved(), {.encryption = With("a")}), StatusCode::kInvalidArgument);
}

TEST_F(SealedDamageTest, ADamagedHeaderIsNamed) {
  fs::path table;
  for (const fs::path& file : FilesWith(engine(), ".sst")) {
    if (table.empty() || fs::file_size(file) > fs::file_size(table)) table = file;
  }
  FlipByte(table, 60);
  const Diagnosis diagnosis = Examine("a");
  const std::vector<std::string> codes = CodesOf(diagnosis);
  EXPECT_THAT(codes, Contains("header_damaged"));
  EXPECT_THAT(codes, Contains("table_damaged"));
  EXPECT_EQ(diagnosis.findings[0].where, table.string());
}

TEST_F(SealedDamageTest, DamageBehindHeadersIsFoundAsInAnyStore) {
  const fs::path log = FilesWith(engine(), ".log").back();
  FlipByte(log, fs::file_size(log) / 2);
  FlipByte(FilesWith(engine(), ".blob").front(), 4096 + 100);
  const fs::path options = Starting("OPTIONS-");
  fs::resize_file(options, 4096 + 50);
  fs::remove(FilesWith(engine(), ".sst").front());
  const std::vector<std::string> codes = CodesOf(Examine("a"));
  for (const char* code : {"log_damaged", "blob_file_damaged", "options_damaged", "table_missing"}) {
    EXPECT_THAT(codes, Contains(code));
  }
}

TEST_F(SealedDamageTest, ALostWitnessIsMadeAnew) {
  fs::remove(path() / "witness");
  const auto mended = Mend(path(), {.encryption = With("a")});
  ASSERT_OK(mended);
  EXPECT_TRUE(mended->ok());
  Open("a");
  ExpectFilled(2);
}

// --- Salvage -------------------------------------------------------------------------------------------------------

TEST_F(SealedDamageTest, SalvageCopiesAllAndLeavesNothingInClear) {
  int looks = 0;
  const auto look = [&](std::uint64_t /*rows*/) {
    const fs::path unfinished = saved().string() + ".salvaging";
    const fs::path scratch = unfinished / "scratch";
    EXPECT_TRUE(fs::exists(scratch / "CURRENT"));
    EXPECT_THAT(FilesWithCanary(scratch), IsEmpty());
    EXPECT_THAT(FilesWithCanary(unfinished / "store"), IsEmpty());
    EXPECT_FALSE(fs::exists(saved()));
    ++looks;
    return true;
  };
  const auto report = Salvage(path(), saved(), {.encryption = With("a"), .progress = look});
  ASSERT_OK(report);
  EXPECT_TRUE(report->whole()) << ::testing::PrintToString(report->notes);
  EXPECT_GT(looks, 0);
  EXPECT_THAT(FilesWithCanary(dir_.path()), IsEmpty());
  EXPECT_THAT(KeyIds(saved()), ElementsAre(KeyOf('a').id()));
  ExpectSaved("a", 2);
}

TEST_F(SealedDamageTest, SalvageGoesPastWhatIsDamaged) {
  fs::remove(engine() / "CURRENT");
  fs::remove(Starting("MANIFEST-"));
  const fs::path log = FilesWith(engine(), ".log").back();
  FlipByte(log, fs::file_size(log) - 1000);
  const auto report = Salvage(path(), saved(), {.encryption = With("a")});
  ASSERT_OK(report);
  EXPECT_FALSE(report->whole());
  EXPECT_GE(report->messages, 3U);
  EXPECT_THAT(FilesWithCanary(dir_.path()), IsEmpty());
}

TEST_F(SealedDamageTest, TheNewStoreMayHaveAnotherKeyOrNone) {
  const auto other = Salvage(path(), saved(), {.encryption = With("a"), .new_encryption = With("b")});
  ASSERT_OK(other);
  EXPECT_THAT(KeyIds(saved()), ElementsAre(KeyOf('b').id()));
  fs::rename(saved(), dir_ / "other");
  ASSERT_OK(Salvage(path(), saved(), {.encryption = With("a"), .in_clear = true}));
  EXPECT_THAT(KeyIds(saved()), IsEmpty());
  EXPECT_CODE(Salvage(path(), dir_ / "third", {.encryption = With("a"), .new_encryption = With("b"), .in_clear = true}),
              StatusCode::kInvalidArgument);
  ExpectSaved("", 2);
}

TEST_F(SealedDamageTest, WhatIsUnderALostKeyIsNamed) {
  Open("ba");
  Fill(2);
  Crash();
  const auto report = Salvage(path(), saved(), {.encryption = With("b")});
  ASSERT_OK(report);
  EXPECT_THAT(report->notes, Contains(HasSubstr("need key " + KeyOf('a').id())));
  EXPECT_THAT(KeyIds(saved()), ElementsAre(KeyOf('b').id()));
  EXPECT_THAT(CodesOf(Examine("b")), Contains("key_unknown"));
}

}  // namespace
}  // namespace rookery::testing
