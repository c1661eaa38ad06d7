// A store that a test fills, reads as tables, holds up while it is read, and closes under its readers.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "columns/batch_stream.h"
#include "columns/message_query.h"
#include "columns/open_store.h"
#include "rookery/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::columns {

/// Names a row of an answer.
struct RowKey {
  std::string channel;
  std::uint64_t id = 0;

  // NOLINTNEXTLINE(modernize-use-nullptr): not a null
  friend auto operator<=>(const RowKey&, const RowKey&) = default;
  friend std::ostream& operator<<(std::ostream& out, const RowKey& key) { return out << key.channel << '/' << key.id; }
};
using RowKeys = std::vector<RowKey>;

class TestStore final : public OpenStore {
 public:
  explicit TestStore(Store store) : store_(std::move(store)) {}

  Store& store() { return store_; }
  /// Called before every use from now on, on the thread that uses the store, with the number of uses before. The first
  /// use of a stream is that which makes it. REQUIRES: no use is under way.
  void BeforeUses(std::function<void(int use)> action) {
    uses_ = 0;
    before_use_ = std::move(action);
  }
  /// From now on uses are told that it is closed, as those are that come after somebody has closed it.
  void Refuse() { refused_ = true; }

  Status With(const std::function<Status(const Store&)>& work) const override;

 private:
  Store store_;
  std::function<void(int use)> before_use_;
  mutable std::atomic<int> uses_{0};
  std::atomic<bool> refused_{false};
};

Column ColumnOf(std::string_view name);
Predicate Where(Comparison comparison, std::string_view column, Literal literal);

/// A query for ids and channels: what RowKeysOf reads.
MessageQuery KeyQuery();
RowKeys RowKeysOf(Batch batch);
bool Always();

/// Of a store in memory, unless a test says otherwise.
class ColumnsTest : public ::testing::Test {
 protected:
  ColumnsTest() { Open({.engine = EngineKind::kMemory, .routing = HashRouting{.shards = 4}}); }

  void Open(const StoreOptions& options);
  Store& store() { return store_->store(); }
  std::filesystem::path path() const { return directory_ / "store"; }

  /// What was posted, as the store gives it back.
  Message Post(const NewMessage& message);
  /// So many messages with the ids 1, 2, ... in each of the channels.
  void PostMany(const std::vector<std::string>& channels, std::uint64_t messages);

  std::unique_ptr<BatchStream> Stream(MessageQuery query);
  /// All rows that the stream gives, one batch after another. An error fails the test.
  static std::vector<RowKeys> Batches(BatchStream* stream);
  RowKeys Rows(MessageQuery query);

  testing::TempDir directory_;
  std::shared_ptr<TestStore> store_;
};

/// The same over each engine.
class ColumnsEngineTest : public ColumnsTest, public ::testing::WithParamInterface<EngineKind> {
 protected:
  ColumnsEngineTest() { Open({.engine = GetParam(), .routing = HashRouting{.shards = 4}}); }
};

std::string EngineName(const ::testing::TestParamInfo<EngineKind>& info);

}  // namespace rookery::columns
