// A store over a memory engine that a test can make fail, look into, and open again as after a crash.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/store_impl.h"
#include "tests/support/faulty_engine.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {

class EngineStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { Create(DirectoryRouting{.shards = 2}); }

  /// A new store in place of the one there was.
  void Create(const Routing& routing);
  /// Opens what is in the engine. Durable rows are those that were written.
  void Open();
  /// As when the process dies now: nothing more is written.
  void CrashAndReopen();
  void CloseAndReopen();

  Result<MessageId> Post(const NewMessage& message) { return store_->posts().Post(message, {}); }
  std::optional<Message> Get(std::string_view channel, MessageId id) {
    auto message = store_->reads().Get(channel, id, nullptr);
    EXPECT_OK(message);
    return message ? *message : std::nullopt;
  }
  /// The catalog's row, nullopt if there is none.
  std::optional<std::string> CatalogRow(std::string_view key) const;
  /// An id that the store itself would make at this time, if nobody else had it.
  MessageId IdAt(Timestamp time) const {
    return MessageId{static_cast<std::uint64_t>((time - options_.ids.epoch).count()) << MessageId::kTimeShift};
  }

  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  StoreOptions options_;
  std::shared_ptr<engine::Engine> rows_;
  FaultyEngine* engine_ = nullptr;  // the open store's
  std::unique_ptr<store::StoreImpl> store_;
};

}  // namespace rookery::testing
