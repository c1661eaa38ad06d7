// The contract of keyspaces: made in bulk or not at all, found by name, dropped, and there again after reopening.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/engine/engine_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::ElementsAre;

using EngineKeyspaceContract = EngineFixture;
ROOKERY_INSTANTIATE_FOR_ALL_ENGINES(EngineKeyspaceContract);

using Names = std::vector<std::string>;

TEST_P(EngineKeyspaceContract, ListsNamesInOrder) {
  ASSERT_OK(engine_->CreateKeyspaces(Names{"zebra", "ant"}));
  EXPECT_THAT(engine_->ListKeyspaces(), ElementsAre("ant", "main", "other", "zebra"));
}

TEST_P(EngineKeyspaceContract, FindsByName) {
  EXPECT_EQ(engine_->FindKeyspace("main"), main_);
  EXPECT_EQ(engine_->FindKeyspace("default"), std::nullopt);
  EXPECT_EQ(engine_->FindKeyspace(""), std::nullopt);
}

TEST_P(EngineKeyspaceContract, CreatesAllOrNone) {
  EXPECT_CODE(engine_->CreateKeyspaces(Names{"new", "main"}), StatusCode::kAlreadyExists);
  EXPECT_CODE(engine_->CreateKeyspaces(Names{"new", "new"}), StatusCode::kAlreadyExists);
  EXPECT_CODE(engine_->CreateKeyspaces(Names{"new", ""}), StatusCode::kInvalidArgument);
  EXPECT_THAT(engine_->ListKeyspaces(), ElementsAre("main", "other"));
}

TEST_P(EngineKeyspaceContract, CreatesHundredsAtOnce) {
  Names names;
  for (int i = 0; i < 256; ++i) names.push_back("shard-" + std::to_string(i));
  ASSERT_OK(engine_->CreateKeyspaces(names));
  for (const std::string& name : names) PutIn(engine_->FindKeyspace(name).value(), "key", name);
  if (durable()) Reopen();
  for (const std::string& name : names) EXPECT_EQ(GetIn(engine_->FindKeyspace(name).value(), "key"), name);
  EXPECT_EQ(engine_->ListKeyspaces().size(), names.size() + 2);
}

TEST_P(EngineKeyspaceContract, DroppedKeyspaceIsGoneAndItsIdNamesNothing) {
  PutIn(other_, "key", "value");
  ASSERT_OK(engine_->DropKeyspace(other_));
  EXPECT_THAT(engine_->ListKeyspaces(), ElementsAre("main"));
  EXPECT_CODE(engine_->Get(other_, "key"), StatusCode::kNotFound);
  EXPECT_CODE(engine_->DropKeyspace(other_), StatusCode::kNotFound);
}

TEST_P(EngineKeyspaceContract, NameOfADroppedKeyspaceCanBeUsedAgain) {
  PutIn(other_, "key", "old");
  ASSERT_OK(engine_->DropKeyspace(other_));
  ASSERT_OK(engine_->CreateKeyspaces(Names{"other"}));
  const KeyspaceId again = engine_->FindKeyspace("other").value();
  EXPECT_NE(again, other_);
  EXPECT_EQ(GetIn(again, "key"), std::nullopt);
  if (!durable()) return;
  Reopen();
  EXPECT_EQ(GetIn(other_, "key"), std::nullopt);
}

TEST_P(EngineKeyspaceContract, CanBeMadeWhileOthersAreRead) {
  Put("key", "value");
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done) EXPECT_EQ(Get("key"), "value");
  });
  for (int i = 0; i < 20; ++i) EXPECT_OK(engine_->CreateKeyspaces(Names{"new-" + std::to_string(i)}));
  done = true;
  reader.join();
  EXPECT_EQ(engine_->ListKeyspaces().size(), 22U);
}

}  // namespace
}  // namespace rookery::engine
