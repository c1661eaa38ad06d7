#include "tests/engine/engine_under_test.h"

#include "engine/memory/memory_engine.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

std::size_t LengthToSlash(std::string_view key) { return key.find('/') + 1; }

std::unique_ptr<Engine> OpenMemory(const std::filesystem::path& /*directory*/, bool /*create*/) {
  return NewMemoryEngine();
}

std::unique_ptr<Engine> OpenRocksDb(const std::filesystem::path& directory, bool create) {
  auto engine = OpenRocksDbEngine(directory / "db",
                                  SmallRocksDb(create ? RocksDbOptions::Mode::kCreate : RocksDbOptions::Mode::kOpen));
  EXPECT_OK(engine);
  return std::move(engine).value();
}

std::unique_ptr<Engine> OpenEncrypted(const std::filesystem::path& directory, bool create) {
  RocksDbOptions options = SmallRocksDb(create ? RocksDbOptions::Mode::kCreate : RocksDbOptions::Mode::kOpen);
  options.keys = KeysOf({'k'});
  auto engine = OpenRocksDbEngine(directory / "db", options);
  EXPECT_OK(engine);
  return std::move(engine).value();
}

}  // namespace

std::shared_ptr<const crypto::KeyRing> KeysOf(const std::vector<char>& bytes) {
  EncryptionOptions options;
  for (const char byte : bytes) {
    options.keys.push_back(EncryptionKey::Parse("#" + std::string(EncryptionKey::kBytes - 1, byte)).value());
  }
  return crypto::KeyRing::Make(options, {}).value();
}

PrefixRule SlashRule() { return {.name = "test.slash", .length = LengthToSlash}; }

RocksDbOptions SmallRocksDb(RocksDbOptions::Mode mode) {
  RocksDbOptions options;
  options.mode = mode;
  options.prefix = SlashRule();
  options.block_cache_bytes = std::size_t{1} << 20;
  options.write_buffer_bytes = std::size_t{4} << 20;
  options.max_wal_bytes = std::size_t{8} << 20;
  return options;
}

std::vector<EngineKind> AllEngineKinds() {
  return {{"memory", OpenMemory}, {"rocksdb", OpenRocksDb}, {"encrypted", OpenEncrypted}};
}

std::string NameOfKind(const ::testing::TestParamInfo<EngineKind>& info) { return info.param.name; }

EngineFixture::EngineFixture() : engine_(GetParam().open(directory_.path(), /*create=*/true)) {
  EXPECT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"main", "other"}));
  FindKeyspaces();
}

EngineFixture::~EngineFixture() { EXPECT_OK(engine_->Close()); }

void EngineFixture::Reopen() {
  ASSERT_OK(engine_->Close());
  engine_ = nullptr;
  engine_ = GetParam().open(directory_.path(), /*create=*/false);
  FindKeyspaces();
}

void EngineFixture::FindKeyspaces() {
  main_ = engine_->FindKeyspace("main").value();
  other_ = engine_->FindKeyspace("other").value();
}

void EngineFixture::PutIn(KeyspaceId keyspace, std::string_view key, std::string_view value) {
  const auto batch = engine_->NewBatch();
  batch->Put(keyspace, key, value);
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
}

void EngineFixture::Delete(std::string_view key) {
  const auto batch = engine_->NewBatch();
  batch->Delete(main_, key);
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
}

void EngineFixture::DeleteRange(std::string_view begin, std::string_view end) {
  const auto batch = engine_->NewBatch();
  batch->DeleteRange(main_, begin, end);
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
}

std::optional<std::string> EngineFixture::GetIn(KeyspaceId keyspace, std::string_view key, const Snapshot* at) {
  const auto value = engine_->Get(keyspace, key, at);
  EXPECT_OK(value);
  if (!value.has_value() || *value == nullptr) return std::nullopt;
  return std::string((*value)->view());
}

Rows EngineFixture::Forward(const CursorOptions& options) {
  Rows rows;
  const auto cursor = engine_->NewCursor(main_, options);
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) rows.emplace_back(cursor->key(), cursor->value());
  EXPECT_OK(cursor->status());
  return rows;
}

Rows EngineFixture::Backward(const CursorOptions& options) {
  Rows rows;
  const auto cursor = engine_->NewCursor(main_, options);
  for (cursor->SeekToLast(); cursor->valid(); cursor->Prev()) rows.emplace_back(cursor->key(), cursor->value());
  EXPECT_OK(cursor->status());
  return rows;
}

}  // namespace rookery::engine
