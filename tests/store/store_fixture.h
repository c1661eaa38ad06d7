// A store in a temporary directory, over every engine and routing. Verified when the test ends.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {

/// An engine and a routing that the same tests must pass on.
struct StoreKind {
  std::string name;
  EngineKind engine = EngineKind::kMemory;
  Routing routing;

  friend std::ostream& operator<<(std::ostream& out, const StoreKind& kind) { return out << kind.name; }
};

std::vector<StoreKind> AllStoreKinds();
std::string KindName(const ::testing::TestParamInfo<StoreKind>& info);

/// The messages' contents, in the page's order.
std::vector<std::string> Contents(const Page& page);

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }
  void TearDown() override;

  /// Opens (or creates) the store with options(); a test may change those first.
  void Open();
  void Close() { ASSERT_OK(store_->Close()); }
  /// Durable engines only.
  void Reopen();

  Store& store() { return *store_; }
  StoreOptions& options() { return options_; }
  ManualClock& clock() { return *clock_; }
  std::string path() const { return (dir_.path() / "store").string(); }

  MessageId Post(std::string_view channel, std::string_view content) {
    auto id = store_->Post({.channel = channel, .author = "ada", .content = content});
    EXPECT_OK(id.status());
    return id ? *id : MessageId{};
  }
  Page History(std::string_view channel, const HistoryQuery& query = {}) {
    auto page = store_->History(channel, query);
    EXPECT_OK(page.status());
    return page ? *page : Page();
  }
  std::optional<Message> Get(std::string_view channel, MessageId id) {
    auto message = store_->Get(channel, id);
    EXPECT_OK(message.status());
    return message ? *message : std::nullopt;
  }

  TempDir dir_;
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  StoreOptions options_ = {.engine = EngineKind::kMemory, .routing = HashRouting{.shards = 4}, .clock = clock_};
  std::optional<Store> store_;
  bool verify_at_end_ = true;
};

/// For TEST_P over AllStoreKinds().
class StoreKindTest : public StoreTest, public ::testing::WithParamInterface<StoreKind> {
 protected:
  void SetUp() override {
    options_.engine = GetParam().engine;
    options_.routing = GetParam().routing;
    Open();
  }
  bool durable() const { return GetParam().engine != EngineKind::kMemory; }
};

/// For tests that need files.
class DiskStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    options_.engine = EngineKind::kRocksDb;
    Open();
  }
};

}  // namespace rookery::testing
