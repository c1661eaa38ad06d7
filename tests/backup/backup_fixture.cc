#include "tests/backup/backup_fixture.h"

#include <algorithm>

namespace rookery::testing {

namespace fs = std::filesystem;

std::vector<fs::path> FilesBelow(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void FlipByte(const fs::path& file, std::uintmax_t offset) {
  std::string bytes = BytesOf(file);
  bytes.at(offset) = static_cast<char>(bytes.at(offset) ^ 0x20);
  WriteBytes(file, bytes);
}

std::map<std::string, std::string> DumpOfStoreAt(const fs::path& path) {
  const auto store = Store::Open(path, {.mode = OpenMode::kReadOnly, .recovery = Recovery::kStrict});
  EXPECT_OK(store.status());
  return store ? DumpOf(*store) : std::map<std::string, std::string>();
}

void Fill(Store* store, const std::string& prefix, int messages) {
  for (int i = 0; i < messages; ++i) {
    const std::string channel = prefix + std::to_string(i % 7);
    const std::string text = "message " + std::to_string(i) + std::string(i % 50 == 0 ? 40'000 : 100, 'x');
    const auto id = store->Post({.channel = channel, .author = "ada", .content = text});
    ASSERT_OK(id.status());
    if (i % 10 != 0) continue;
    ASSERT_OK(store->Put(channel, "key " + std::to_string(i), "value"));
    if (i % 20 != 0) continue;
    ASSERT_OK_AND_ASSIGN(AttachmentWriter upload, store->PutAttachment(channel, *id, "cat.jpg"));
    ASSERT_OK(upload.Append(std::string(1000, 'c')));
    ASSERT_OK(upload.Finish());
  }
}

void BackupTest::FillAll() {
  for (const char* prefix : {"chan/", "guild/", "dm/"}) Fill(&store(), prefix, 120);
  ASSERT_OK(store().Compact());
  for (const char* prefix : {"chan/", "guild/", "dm/"}) Fill(&store(), prefix, 30);
}

}  // namespace rookery::testing
