#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class OpenTest : public DiskStoreTest {
 protected:
  fs::path At(const std::string& name) const { return fs::path(path()) / name; }
  static void Write(const fs::path& file, std::string_view text) { std::ofstream(file, std::ios::binary) << text; }
  static std::string Read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  static std::size_t FilesIn(const fs::path& directory) {
    return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(directory), {}));
  }
  Status OpenStatus(const std::string& where, OpenMode mode = OpenMode::kOpenOrCreate) {
    StoreOptions options = options_;
    options.mode = mode;
    return Store::Open(where, options).status();
  }
};

TEST_F(OpenTest, DirectoryAndFilesArePrivate) {
  Post("c", "x");
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  for (const auto& entry : fs::recursive_directory_iterator(path())) {
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0077U, 0U) << entry.path();
  }
}

TEST_F(OpenTest, SecondOpenIsLockedAndNamesTheHolder) {
  const Status status = OpenStatus(path());
  EXPECT_CODE(status, StatusCode::kLocked);
  EXPECT_THAT(status.ToString(), HasSubstr("process " + std::to_string(::getpid())));
  EXPECT_CODE(OpenStatus(path(), OpenMode::kReadOnly), StatusCode::kLocked);
}

TEST_F(OpenTest, SeveralReadersShareAStoreAndKeepWritersOut) {
  const MessageId id = Post("c", "x");
  Close();
  StoreOptions options = options_;
  options.mode = OpenMode::kReadOnly;
  ASSERT_OK_AND_ASSIGN(Store first, Store::Open(path(), options));
  ASSERT_OK_AND_ASSIGN(Store second, Store::Open(path(), options));
  EXPECT_CODE(OpenStatus(path(), OpenMode::kOpen), StatusCode::kLocked);
  ASSERT_OK_AND_ASSIGN(const auto message, second.Get("c", id));
  EXPECT_EQ(message->content(), "x");
  EXPECT_CODE(first.Post({.channel = "c"}), StatusCode::kPermission);
  EXPECT_CODE(first.Put("c", "k", "v"), StatusCode::kPermission);
  EXPECT_OK(first.Verify());
}

TEST_F(OpenTest, ModesSayWhatTheyMiss) {
  EXPECT_CODE(OpenStatus(path(), OpenMode::kCreate), StatusCode::kAlreadyExists);
  const std::string nowhere = (dir_ / "nowhere").string();
  EXPECT_CODE(OpenStatus(nowhere, OpenMode::kOpen), StatusCode::kNotAStore);
  EXPECT_CODE(OpenStatus(nowhere, OpenMode::kReadOnly), StatusCode::kNotAStore);
  EXPECT_FALSE(fs::exists(nowhere));
}

TEST_F(OpenTest, NothingIsCreatedOverWhatIsNotAStore) {
  const fs::path other = dir_ / "other";
  fs::create_directory(other);
  Write(other / "precious.txt", "keep me");
  EXPECT_CODE(OpenStatus(other.string()), StatusCode::kNotAStore);
  EXPECT_EQ(FilesIn(other), 1U);
  EXPECT_CODE(OpenStatus((other / "precious.txt").string()), StatusCode::kNotAStore);
  EXPECT_EQ(Read(other / "precious.txt"), "keep me");
}

TEST_F(OpenTest, EmptyDirectoryBecomesAStore) {
  const fs::path empty = dir_ / "empty";
  fs::create_directory(empty);
  EXPECT_OK(OpenStatus(empty.string()));
}

TEST_F(OpenTest, FailedCreationLeavesNothingBehind) {
  StoreOptions options = options_;
  options.tuning.overrides = {{"no_such_option", "1"}};
  const fs::path target = dir_ / "target";
  EXPECT_CODE(Store::Open(target, options), StatusCode::kInvalidArgument);
  EXPECT_FALSE(fs::exists(target));
}

TEST_F(OpenTest, NewerFormatIsRefusedAndNamed) {
  Close();
  std::string identity = Read(At("ROOKERY"));
  identity.replace(identity.find("format 1"), 8, "format 2");
  Write(At("ROOKERY"), identity);
  const Status status = OpenStatus(path());
  EXPECT_CODE(status, StatusCode::kFormatNewer);
  EXPECT_THAT(status.ToString(), HasSubstr("format 2"));
}

TEST_F(OpenTest, DamagedIdentityIsCorruption) {
  Close();
  for (const char* text : {"", "rookery store\n", "something else", "rookery store\nformat 1\nstore abc\n"}) {
    Write(At("ROOKERY"), text);
    EXPECT_CODE(OpenStatus(path()), StatusCode::kCorruption);
  }
}

TEST_F(OpenTest, LostEngineFilesAreCorruptionAndNothingIsDeleted) {
  Post("c", "x");
  ASSERT_OK(store().Compact());
  Close();
  fs::remove(At("cell-0000") / "CURRENT");
  const std::size_t before = FilesIn(path());
  EXPECT_CODE(OpenStatus(path()), StatusCode::kCorruption);
  EXPECT_EQ(FilesIn(path()), before);
}

TEST_F(OpenTest, PiecesOfTwoStoresAreNotMixed) {
  Close();
  const std::string other = (dir_ / "other").string();
  ASSERT_OK(OpenStatus(other));
  fs::copy_file(fs::path(other) / "ROOKERY", At("ROOKERY"), fs::copy_options::overwrite_existing);
  const Status status = OpenStatus(path());
  EXPECT_CODE(status, StatusCode::kCorruption);
  EXPECT_THAT(status.ToString(), HasSubstr("two stores"));
}

TEST_F(OpenTest, AnotherRoutingIsRefusedAndTheStoredOneNamed) {
  Close();
  options_.routing = HashRouting{.shards = 8};
  const Status status = OpenStatus(path());
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr("4"));
  options_.routing.reset();
  EXPECT_OK(OpenStatus(path()));
}

TEST_F(OpenTest, BadOptionsAreNamed) {
  const auto status_of = [&](const auto& change) {
    StoreOptions options = options_;
    change(&options);
    return Store::Open((dir_ / "new").string(), options).status().ToString();
  };
  EXPECT_THAT(status_of([](StoreOptions* o) { o->ids.worker = 1024; }), HasSubstr("ids.worker"));
  EXPECT_THAT(status_of([](StoreOptions* o) { o->limits.max_content_bytes = 0; }), HasSubstr("max_content_bytes"));
  EXPECT_THAT(status_of([](StoreOptions* o) { o->limits.max_attribute_bytes = std::size_t{1} << 30; }),
              HasSubstr("max_attribute_bytes"));
  EXPECT_THAT(status_of([](StoreOptions* o) { o->tuning.profile = "x"; }), HasSubstr("tuning.profile"));
  EXPECT_THAT(status_of([](StoreOptions* o) { o->routing = HashRouting{.shards = 0}; }), HasSubstr("shards"));
  EXPECT_FALSE(fs::exists(dir_ / "new"));
}

TEST_F(OpenTest, TwoStoresShareNothing) {
  ASSERT_OK_AND_ASSIGN(Store other, Store::Open(dir_ / "other", options_));
  Post("c", "here");
  ASSERT_OK_AND_ASSIGN(const Page page, other.History("c"));
  EXPECT_TRUE(page.empty());
  ASSERT_OK_AND_ASSIGN(const StoreStats stats, other.Stats());
  EXPECT_EQ(stats.counters.messages_posted, 0U);
}

TEST_F(OpenTest, InfoTellsWhatWasFixedAtCreation) {
  ASSERT_OK_AND_ASSIGN(const StoreInfo before, store().Info());
  EXPECT_EQ(before.strategy, "hash");
  EXPECT_EQ(before.shards, 4U);
  EXPECT_EQ(before.store_id.size(), 32U);
  options_.ids.epoch = Timestamp{};  // an existing store keeps its own
  Reopen();
  ASSERT_OK_AND_ASSIGN(const StoreInfo after, store().Info());
  EXPECT_EQ(after.store_id, before.store_id);
  EXPECT_EQ(after.epoch, before.epoch);
  EXPECT_EQ(after.created_at, before.created_at);
}

}  // namespace
}  // namespace rookery::testing
