#include "tests/assembly/damage_fixture.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "tests/support/copy_of_one_moment.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {

namespace fs = std::filesystem;

std::map<std::string, std::string> TreeOf(const fs::path& directory) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    std::ifstream in(entry.path(), std::ios::binary);
    tree[entry.path().string()] =
        entry.is_directory() ? "directory" : std::string(std::istreambuf_iterator<char>(in), {});
  }
  return tree;
}

std::vector<fs::path> FilesWith(const fs::path& directory, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void FlipByte(const fs::path& file, std::uintmax_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ 0x5A));
}

void DamageTest::Make() {
  options_.routing = HashRouting{.shards = 3};
  options_.memory = std::size_t{64} << 20;
  options_.tuning.blob_threshold_bytes = 8192;
  options_.stats_interval = std::chrono::milliseconds{0};
  Open();
}

void DamageTest::Open() {
  auto opened = Store::Open(path(), options_);
  ASSERT_OK(opened);
  store_.emplace(*std::move(opened));
}

void DamageTest::Close() {
  ASSERT_OK(store_->Close());
  store_.reset();
}

void DamageTest::PostSome(int messages) {
  for (int i = 0; i < messages; ++i) {
    for (int number = 0; number < kChannels; ++number) {
      const std::string channel = Channel(number);
      const bool large = i % 40 == 39;
      const bool special = i % 10 == 5;
      std::string content = random_.Bytes(large ? 20'000 : 300);
      NewMessage message{.channel = channel, .author = "ada", .content = content};
      const std::string nonce = "nonce " + std::to_string(posted_.size());
      if (special) message.nonce = nonce;
      if (special) message.attributes = {{"color", "red"}};
      const auto id = store_->Post(message);
      ASSERT_OK(id);
      if (special) {
        content += ", edited";
        ASSERT_OK(store_->Edit(channel, *id, {.content = content}));
      }
      posted_[{channel, id->value}] = content;
    }
  }
}

void DamageTest::Crash() {
  const fs::path copy = dir_.path() / "copy";
  CopyOfOneMoment(path(), copy);
  store_.reset();
  fs::remove_all(path());
  fs::rename(copy, path());
}

fs::path DamageTest::FileStartingWith(const std::string& start) const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(engine())) {
    if (entry.path().filename().string().starts_with(start)) files.push_back(entry.path());
  }
  return files.empty() ? fs::path() : *std::ranges::max_element(files);
}

fs::path DamageTest::Manifest() const {
  std::ifstream current(Current());
  std::string name;
  std::getline(current, name);
  return engine() / name;
}

fs::path DamageTest::Table() const {
  const std::vector<fs::path> tables = FilesWith(engine(), ".sst");
  return *std::ranges::max_element(tables, {}, [](const fs::path& file) { return fs::file_size(file); });
}

fs::path DamageTest::NewestLog() const { return FilesWith(engine(), ".log").back(); }

Diagnosis DamageTest::Examine(const DoctorOptions& options) const {
  const auto before = TreeOf(path());
  const auto diagnosis = Diagnose(path(), options);
  EXPECT_OK(diagnosis);
  EXPECT_TRUE(TreeOf(path()) == before) << "the doctor wrote something";
  return diagnosis ? *diagnosis : Diagnosis();
}

Finding DamageTest::Find(const Diagnosis& diagnosis, const std::string& code) {
  for (const Finding& finding : diagnosis.findings) {
    if (finding.code == code) return finding;
  }
  ADD_FAILURE() << "nothing found of " << code << ", but " << ::testing::PrintToString(CodesOf(diagnosis));
  return {};
}

std::vector<std::string> DamageTest::CodesOf(const Diagnosis& diagnosis) {
  std::vector<std::string> codes;
  for (const Finding& finding : diagnosis.findings) codes.push_back(finding.code);
  return codes;
}

int DamageTest::CountLost(Store& store, const SalvageReport& report) const {
  int lost = 0;
  for (const auto& [key, content] : posted_) {
    const auto message = store.Get(key.first, MessageId{key.second});
    EXPECT_OK(message);
    if (message && *message && (*message)->content() == content) continue;
    // One whose edit alone is lost is as it was before.
    if (message && *message) {
      EXPECT_EQ(std::string((*message)->content()) + ", edited", content);
    }
    ++lost;
    EXPECT_TRUE(report.MayHaveLost(key.first, MessageId{key.second})) << key.first << ", " << key.second;
  }
  return lost;
}

}  // namespace rookery::testing
