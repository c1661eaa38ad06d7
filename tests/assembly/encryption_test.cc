// Encrypted stores: all that a store does, with nothing of it in clear on disk, and only with the right keys.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "assembly/witness_file.h"
#include "crypto/file_header.h"
#include "rookery/bulk_loader.h"
#include "rookery/reshard.h"
#include "tests/assembly/encryption_fixture.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> KeyIds(const fs::path& store) {
  std::vector<std::string> ids;
  const auto keys = ReadKeysInUse(store);
  EXPECT_OK(keys);
  for (const KeyUse& key : keys.value_or(std::vector<KeyUse>{})) ids.push_back(key.key_id);
  return ids;
}

// --- Nothing in clear ----------------------------------------------------------------------------------------------

TEST_F(EncryptionTest, AStoreThatIsNotEncryptedHasTheCanaryInManyFiles) {
  options_.stats_interval = std::chrono::hours{1};
  Open("");
  Fill(0);
  const std::vector<std::string> found = FilesWithCanary(path());
  EXPECT_THAT(found, IsSupersetOf({"witness"}));
  EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](const auto& name) { return name.ends_with(".log"); }));
  ASSERT_OK(store().Compact());
  const std::vector<std::string> later = FilesWithCanary(path());
  EXPECT_TRUE(std::any_of(later.begin(), later.end(),
                          [](const auto& name) { return name.find("MANIFEST") != std::string::npos; }));
}

TEST_F(EncryptionTest, NothingIsInClearWhateverTheStoreDoes) {
  options_.stats_interval = std::chrono::hours{1};
  Open("a");
  Fill(0);
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty()) << "in the log";
  ASSERT_OK(store().Compact());
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty()) << "in tables and blob files";
  Fill(1);
  Close();
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty()) << "closed";
  Open("a");
  ASSERT_OK(store().StartReshard({ResizeShards{.shards = 5}}, {.share = 1}));
  ASSERT_OK(store().AwaitReshard(std::chrono::minutes{2}));
  Fill(2);
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty()) << "with other shards";
  ExpectFilled(3);
  Close();
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
  options_.routing.reset();  // it has other shards now
  Open("a");
  ExpectFilled(3);
}

TEST_F(EncryptionTest, WhatTheStoreTellsOthersHasNoNames) {
  options_.stats_interval = std::chrono::hours{1};
  options_.admission.prefixes = {{.prefix = "prefix-" + std::string(kCanary)}};
  Open("a");
  Fill(0);
  // One read in 16 is noted.
  for (int i = 0; i < 1000; ++i) ASSERT_OK(store().History("channel-" + std::string(kCanary) + "-0"));
  ASSERT_FALSE(store().Stats()->cache.hot_channels.empty());
  Close();
  ASSERT_OK_AND_ASSIGN(const auto published, ReadPublishedStats(path()));
  ASSERT_TRUE(published.has_value());
  EXPECT_GT(published->stats.counters.messages_posted, 0U);
  EXPECT_THAT(published->stats.cache.hot_channels, IsEmpty());
  EXPECT_THAT(published->stats.admission.prefixes, IsEmpty());
}

TEST_F(EncryptionTest, AnOpenBulkLoadHasNothingInClear) {
  Open("a");
  ASSERT_OK_AND_ASSIGN(auto loader, store().BulkLoader({.memory_bytes = std::size_t{8} << 20}));
  const std::string content = std::string(kCanary) + std::string(2000, 'x') + std::string(kCanary);
  for (int i = 0; i < 12'000; ++i) {
    const std::string channel = "bulk-" + std::string(kCanary) + std::to_string(i % 50);
    ASSERT_OK(loader.Add({.channel = channel, .author = kCanary, .content = content}));
  }
  const auto runs = BytesOfAll(path() / "cell-0000" / "bulk-load");
  ASSERT_FALSE(runs.empty());
  for (const auto& [name, bytes] : runs) EXPECT_EQ(bytes.find(kCanary), std::string::npos) << name;
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const BulkReport report, loader.Finish());
  EXPECT_EQ(report.posted, 12'000U);
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
  Close();
  Open("a");
  ASSERT_OK_AND_ASSIGN(const Page page, store().History("bulk-" + std::string(kCanary) + "7", {.limit = 1000}));
  EXPECT_EQ(page.size(), 240U);
  EXPECT_EQ(page[0].content(), content);
}

TEST_F(EncryptionTest, CellsAreEncryptedWithTheSameKeys) {
  Open("a");
  ASSERT_OK(store().AddCell({.name = "dm", .prefixes = {"channel-"}, .memory = std::size_t{16} << 20}));
  Fill(0);
  const fs::path cell = store().Cells()->back().directory;
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
  Close();
  EXPECT_THAT(KeyIds(cell), ElementsAre(KeyOf('a').id()));
  Open("ba");
  ExpectFilled(1);
  ASSERT_OK(store().Compact());
  Close();
  EXPECT_THAT(KeyIds(path()), ElementsAre(KeyOf('b').id()));
  EXPECT_THAT(KeyIds(cell), ElementsAre(KeyOf('b').id()));
}

TEST_F(EncryptionTest, NoTwoFilesOfAllStoresShareAKeyOrANonce) {
  Open("a");
  Fill(0);
  ASSERT_OK(store().Compact());
  Fill(1);
  Close();
  fs::rename(path(), dir_ / "first");
  Open("a");
  Fill(0);
  std::set<std::string> nonces;
  std::set<std::string> wrapped;
  std::size_t count = 0;
  for (const auto& [name, bytes] : BytesOfAll(dir_.path())) {
    const bool is_copy = name.find("/kept/") != std::string::npos;  // of all bytes, the same as those
    if (is_copy || !crypto::KeyIdOf(bytes)) continue;
    nonces.insert(bytes.substr(20, 12));
    wrapped.insert(bytes.substr(48, 64));
    ++count;
  }
  EXPECT_GE(count, 15U);
  EXPECT_EQ(nonces.size(), count);
  EXPECT_EQ(wrapped.size(), count);
}

// --- After a crash -------------------------------------------------------------------------------------------------

TEST_F(EncryptionTest, ACopyOfAStoreInUseHasAllAndNamesWhatItLost) {
  Open("a");
  Fill(0);
  std::vector<MessageId> ids;
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const MessageId id, store().Post({.channel = kCanary, .author = "ada", .content = "hello"}));
    ids.push_back(id);
  }
  fs::copy(path(), dir_ / "whole", fs::copy_options::recursive);
  fs::copy(path(), dir_ / "cut", fs::copy_options::recursive);
  store_.reset();
  fs::remove_all(path());

  fs::rename(dir_ / "cut", path());
  fs::path log;
  for (const auto& entry : fs::directory_iterator(path() / "cell-0000")) {
    if (entry.path().extension() == ".log") log = std::max(log, entry.path());
  }
  fs::resize_file(log, fs::file_size(log) - 20);
  const auto before = BytesOfAll(path());
  const Status refused = TryOpen("a");
  EXPECT_CODE(refused, StatusCode::kCorruption);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(std::string(kCanary)));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(std::to_string(ids.back().value)));
  EXPECT_EQ(BytesOfAll(path()), before);
  fs::remove_all(path());

  fs::rename(dir_ / "whole", path());
  Open("a");
  ExpectFilled(1);
  EXPECT_EQ(store().SizeOf(kCanary)->messages, 3U);
  EXPECT_EQ(store().LastRecovery()->lost, 0U);
}

TEST_F(EncryptionTest, TheWitnessNamesEveryChannelHoweverOftenItsRingWentRound) {
  const fs::path file = dir_ / "witness";
  constexpr std::uint64_t kEntries = 20'000;
  const auto keys = crypto::KeyRing::Make({.keys = KeysOf("a")}, {}).value();
  {
    ASSERT_OK_AND_ASSIGN(const auto witness, assembly::WitnessFile::Begin(file, "store", 0, keys.get()));
    for (std::uint64_t i = 1; i <= kEntries; ++i) {
      const std::string channel = std::string(kCanary) + std::to_string(i);
      witness->Wrote({.shard = ShardId{1},
                      .channel = channel,
                      .first = MessageId{i},
                      .last = MessageId{i},
                      .count = 1,
                      .position = i});
      witness->Applied(i);
    }
  }
  EXPECT_THAT(FilesWithCanary(dir_.path()), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto testimony, assembly::WitnessFile::Read(file, "store", keys.get()));
  ASSERT_EQ(testimony.runs.size(), 8192U);
  for (const auto& run : testimony.runs) {
    ASSERT_EQ(run.run.channel, std::string(kCanary) + std::to_string(run.position));
  }
  EXPECT_EQ(testimony.runs.back().position, kEntries);
  EXPECT_CODE(assembly::WitnessFile::Read(file, "store", nullptr), StatusCode::kCorruption);
}

// --- Which keys ----------------------------------------------------------------------------------------------------

TEST_F(EncryptionTest, WithoutItsKeyItIsRefusedAndNothingIsChanged) {
  Open("a");
  Fill(0);
  Close();
  const auto before = BytesOfAll(path());
  for (const OpenMode mode : {OpenMode::kOpen, OpenMode::kOpenOrCreate, OpenMode::kReadOnly}) {
    for (const std::string_view keys : {"", "b", "bc"}) {
      const Status refused = TryOpen(keys, mode);
      EXPECT_CODE(refused, StatusCode::kPermission);
      EXPECT_THAT(std::string(refused.message()), HasSubstr(KeyOf('a').id()));
      EXPECT_THAT(std::string(refused.message()), HasSubstr("--key-file"));
    }
  }
  EXPECT_EQ(BytesOfAll(path()), before);
  ASSERT_OK(TryOpen("ca", OpenMode::kReadOnly));
  ExpectFilled(1);
}

TEST_F(EncryptionTest, AStoreInClearIsNotOpenedWithAKey) {
  Open("");
  Fill(0);
  Close();
  const auto before = BytesOfAll(path());
  const Status refused = TryOpen("a");
  EXPECT_CODE(refused, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("is not encrypted"));
  EXPECT_EQ(BytesOfAll(path()), before);
  EXPECT_THAT(KeyIds(path()), IsEmpty());
  Open("");
  ExpectFilled(1);
}

TEST_F(EncryptionTest, OptionsThatCannotBeAreRefused) {
  options_.encryption = EncryptionOptions{};
  EXPECT_CODE(Store::Open(path(), options_), StatusCode::kInvalidArgument);
  options_.encryption = EncryptionOptions{.keys = KeysOf("a")};
  options_.engine = EngineKind::kMemory;
  EXPECT_CODE(Store::Open(path(), options_), StatusCode::kInvalidArgument);
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(EncryptionTest, ANewKeyIsUsedAtOnceAndCompactingEndsTheOldOne) {
  Open("a");
  Fill(0);
  Close();
  EXPECT_THAT(KeyIds(path()), ElementsAre(KeyOf('a').id()));
  Open("ba");
  Fill(1);
  EXPECT_THAT(KeyIds(path()), ElementsAre(KeyOf('b').id(), KeyOf('a').id()));
  Close();
  const Status refused = TryOpen("b");
  EXPECT_CODE(refused, StatusCode::kPermission);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("needs key " + KeyOf('a').id()));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(" of its files, such as 0000"));
  Open("ba");
  ASSERT_OK(store().Compact());
  Close();
  EXPECT_THAT(KeyIds(path()), ElementsAre(KeyOf('b').id()));
  Open("b");
  ExpectFilled(2);
}

TEST_F(EncryptionTest, ReadingWithAnotherNewestKeyChangesNothing) {
  Open("a");
  Fill(0);
  Close();
  const auto before = BytesOfAll(path());
  ASSERT_OK(TryOpen("ba", OpenMode::kReadOnly));
  ExpectFilled(1);
  Close();
  EXPECT_EQ(BytesOfAll(path()), before);
}

TEST_F(EncryptionTest, ACallbackGivesTheKeys) {
  std::vector<std::string> asked;
  options_.encryption = EncryptionOptions{.find_key = [&asked](std::string_view id) -> Result<EncryptionKey> {
    asked.emplace_back(id);
    return KeyOf(id == KeyOf('a').id() ? 'a' : 'b');
  }};
  {
    ASSERT_OK_AND_ASSIGN(Store made, Store::Open(path(), options_));
    ASSERT_OK(made.Close());
  }
  EXPECT_THAT(asked, ElementsAre(""));
  EXPECT_THAT(KeyIds(path()), ElementsAre(KeyOf('b').id()));
  options_.encryption->keys = KeysOf("c");
  ASSERT_OK(Store::Open(path(), options_));
  EXPECT_THAT(asked, ElementsAre("", KeyOf('b').id()));
}

TEST_F(EncryptionTest, ADamagedHeaderIsCorruptionAndNothingElse) {
  Open("a");
  Fill(0);
  Close();
  const fs::path current = path() / "cell-0000" / "CURRENT";
  {
    std::fstream file(current, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(60);
    file << "damage";
  }
  const Status refused = TryOpen("a");
  EXPECT_CODE(refused, StatusCode::kCorruption);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("header is damaged"));
}

TEST_F(EncryptionTest, KeysInUseAreAskedOfAStoreOnly) {
  EXPECT_CODE(ReadKeysInUse(path()), StatusCode::kNotAStore);
  fs::create_directory(path());
  EXPECT_CODE(ReadKeysInUse(path()), StatusCode::kNotAStore);
}

}  // namespace
}  // namespace rookery::testing
