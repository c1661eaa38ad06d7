#include "tests/assembly/encryption_fixture.h"

#include <fstream>

#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;

/// A text with the canary, different for each kind and round.
std::string Text(std::string_view kind, int round) {
  return std::string(kind) + "-" + std::string(kCanary) + "-" + std::to_string(round);
}
std::string Large(std::string_view kind, int round, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += Text(kind, round) + std::to_string(text.size());
  return text;
}

}  // namespace

EncryptionKey KeyOf(char byte) {
  return EncryptionKey::Parse("#" + std::string(EncryptionKey::kBytes - 1, byte)).value();
}

std::vector<EncryptionKey> KeysOf(std::string_view bytes) {
  std::vector<EncryptionKey> keys;
  for (const char byte : bytes) keys.push_back(KeyOf(byte));
  return keys;
}

Status EncryptionTest::TryOpen(std::string_view keys, OpenMode mode) {
  options_.mode = mode;
  options_.encryption.reset();
  if (!keys.empty()) options_.encryption = EncryptionOptions{.keys = KeysOf(keys)};
  auto opened = Store::Open(path(), options_);
  if (!opened) return opened.error();
  store_.emplace(*std::move(opened));
  return {};
}

void EncryptionTest::Open(std::string_view keys) { ASSERT_OK(TryOpen(keys)); }

void EncryptionTest::Close() {
  ASSERT_OK(store_->Close());
  store_.reset();
}

void EncryptionTest::Fill(int round) {
  const std::string channel = Text("channel", round);
  const std::string author = Text("author", round);
  const std::string content = Text("content", round);
  const std::string nonce = Text("nonce", round);
  const std::string name = Text("attribute", round);
  ASSERT_OK_AND_ASSIGN(ids_[round], store_->Post({.channel = channel,
                                                  .author = author,
                                                  .content = content,
                                                  .nonce = nonce,
                                                  .attributes = {{.name = name, .value = content}}}));
  ASSERT_OK(store_->Edit(channel, ids_[round], {.content = Text("edited", round)}));
  ASSERT_OK(store_->Post({.channel = channel, .author = author, .content = Large("large", round, 100'000)}));
  ASSERT_OK(store_->Put(channel, Text("key", round), Text("value", round)));
  ASSERT_OK_AND_ASSIGN(auto writer, store_->PutAttachment(channel, ids_[round], Text("attachment", round),
                                                          {.media_type = "text/plain", .author = author}));
  ASSERT_OK(writer.Append(Large("bytes", round, 1'500'000)));
  ASSERT_OK(writer.Finish({.durability = Durability::kSync}));
}

void EncryptionTest::ExpectFilled(int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const std::string channel = Text("channel", round);
    ASSERT_OK_AND_ASSIGN(const Page page, store_->History(channel));
    ASSERT_EQ(page.size(), 2U) << round;
    EXPECT_EQ(page[0].content(), Large("large", round, 100'000));
    EXPECT_EQ(page[1].content(), Text("edited", round));
    EXPECT_EQ(page[1].author(), Text("author", round));
    EXPECT_EQ(page[1].attribute(Text("attribute", round)), Text("content", round));
    ASSERT_OK_AND_ASSIGN(const auto record, store_->GetRecord(channel, Text("key", round)));
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->value, Text("value", round));
    ASSERT_OK_AND_ASSIGN(auto reader, store_->GetAttachment(channel, ids_[round], Text("attachment", round)));
    ASSERT_TRUE(reader.has_value());
    std::string bytes(reader->info().size, '\0');
    ASSERT_OK_AND_ASSIGN(const std::size_t read, reader->Read(bytes));
    EXPECT_EQ(bytes.substr(0, read), Large("bytes", round, 1'500'000).substr(0, read));
    EXPECT_GT(read, 0U);
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store_->Verify());
  EXPECT_TRUE(report.ok());
}

std::vector<std::string> EncryptionTest::FilesWithCanary(const fs::path& directory) {
  std::vector<std::string> found;
  for (const auto& [name, bytes] : BytesOfAll(directory)) {
    if (name.find(kCanary) != std::string::npos || bytes.find(kCanary) != std::string::npos) found.push_back(name);
  }
  return found;
}

std::map<std::string, std::string> EncryptionTest::BytesOfAll(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.path().filename() == "lock") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[fs::relative(entry.path(), directory).string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return files;
}

}  // namespace rookery::testing
