#include "tests/engine/rocksdb_under_test.h"

#include <algorithm>
#include <thread>

#include "tests/engine/engine_under_test.h"
#include "tests/support/copy_of_one_moment.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {

namespace fs = std::filesystem;

RocksDbOptions RocksDbTest::Defaults() { return SmallRocksDb(); }

void RocksDbTest::Create() {
  options_.mode = Mode::kCreate;
  ASSERT_OK_AND_ASSIGN(engine_, OpenRocksDbEngine(path(), options_));
  ASSERT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"main"}));
  main_ = engine_->FindKeyspace("main").value();
}

void RocksDbTest::Open(Mode mode) {
  options_.mode = mode;
  ASSERT_OK_AND_ASSIGN(engine_, OpenRocksDbEngine(path(), options_));
  main_ = engine_->FindKeyspace("main").value();
}

void RocksDbTest::Close() {
  ASSERT_OK(engine_->Close());
  engine_ = nullptr;
}

Status RocksDbTest::OpeningOf(const fs::path& path, Mode mode) const {
  RocksDbOptions options = options_;
  options.mode = mode;
  return OpenRocksDbEngine(path, options).status();
}

Status RocksDbTest::Put(std::string_view key, std::string_view value, bool sync) {
  const auto batch = engine_->NewBatch();
  batch->Put(main_, key, value);
  return engine_->Write(*batch, sync);
}

Status RocksDbTest::PutInTheEnd(std::string_view key, std::string_view value) {
  while (true) {
    Status status = Put(key, value);
    if (status.code() != StatusCode::kBusy) return status;
    std::this_thread::yield();
  }
}

std::optional<std::string> RocksDbTest::Get(std::string_view key) const {
  const auto value = engine_->Get(main_, key);
  EXPECT_OK(value);
  if (!value.has_value() || *value == nullptr) return std::nullopt;
  return std::string((*value)->view());
}

void RocksDbTest::PutMany(int count, std::size_t value_bytes) {
  for (int i = 0; i < count; ++i) ASSERT_OK(PutInTheEnd("key/" + std::to_string(i), std::string(value_bytes, 'v')));
}

int RocksDbTest::CountOfMany() const {
  int count = 0;
  while (Get("key/" + std::to_string(count)).has_value()) ++count;
  return count;
}

void RocksDbTest::Crash() {
  const fs::path copy = directory_ / "copy";
  testing::CopyOfOneMoment(path(), copy);
  engine_ = nullptr;
  fs::remove_all(path());
  fs::rename(copy, path());
}

std::vector<std::string> RocksDbTest::FilesWith(std::string_view extension) const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path())) {
    if (entry.path().extension() == extension) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path RocksDbTest::FileStartingWith(std::string_view start) const {
  for (const auto& entry : fs::directory_iterator(path())) {
    if (entry.path().filename().string().starts_with(start)) return entry.path();
  }
  ADD_FAILURE() << "no file starts with " << start;
  return {};
}

}  // namespace rookery::engine
