// What the contract suites run over: an engine of each kind, and a fixture with one-word verbs.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/key_ring.h"
#include "engine/engine.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "tests/support/temp_dir.h"

namespace rookery::engine {

using Row = std::pair<std::string, std::string>;
using Rows = std::vector<Row>;

/// The tests' prefix rule: up to and with the first slash.
PrefixRule SlashRule();

/// Options for small tests: they open what is there.
RocksDbOptions SmallRocksDb(RocksDbOptions::Mode mode = RocksDbOptions::Mode::kOpen);

/// Keys of one repeated byte each, the newest first.
std::shared_ptr<const crypto::KeyRing> KeysOf(const std::vector<char>& bytes);

/// A kind of engine and how to open it.
struct EngineKind {
  const char* name;
  std::unique_ptr<Engine> (*open)(const std::filesystem::path& directory, bool create);
};

std::vector<EngineKind> AllEngineKinds();
std::string NameOfKind(const ::testing::TestParamInfo<EngineKind>& info);

/// Instantiates a contract suite for every kind of engine.
#define ROOKERY_INSTANTIATE_FOR_ALL_ENGINES(suite) \
  INSTANTIATE_TEST_SUITE_P(Engines, suite, ::testing::ValuesIn(AllEngineKinds()), NameOfKind)

/// An engine with the keyspaces "main" and "other".
class EngineFixture : public ::testing::TestWithParam<EngineKind> {
 protected:
  EngineFixture();
  ~EngineFixture() override;

  /// Closes the engine and opens it again. REQUIRES: it is durable.
  void Reopen();
  bool durable() const { return engine_->capabilities().durable; }

  void Put(std::string_view key, std::string_view value) { PutIn(main_, key, value); }
  void PutIn(KeyspaceId keyspace, std::string_view key, std::string_view value);
  void Delete(std::string_view key);
  void DeleteRange(std::string_view begin, std::string_view end);
  std::optional<std::string> Get(std::string_view key, const Snapshot* at = nullptr) { return GetIn(main_, key, at); }
  std::optional<std::string> GetIn(KeyspaceId keyspace, std::string_view key, const Snapshot* at = nullptr);
  /// All rows within the bounds, forwards or backwards.
  Rows Forward(const CursorOptions& options = {.access = Access::kScan});
  Rows Backward(const CursorOptions& options = {.access = Access::kScan});

  testing::TempDir directory_;
  std::unique_ptr<Engine> engine_;
  KeyspaceId main_;
  KeyspaceId other_;

 private:
  void FindKeyspaces();
};

}  // namespace rookery::engine
