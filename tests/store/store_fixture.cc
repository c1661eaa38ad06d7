#include "tests/store/store_fixture.h"

namespace rookery::testing {

std::vector<StoreKind> AllStoreKinds() {
  const RangeRouting ranges{.splits = {"d", "general", "m\xff", std::string("x\0y", 3)}};
  const auto directory = [](Placement placement) {
    return DirectoryRouting{.shards = 4,
                            .placement = placement,
                            .weights = placement == Placement::kWeighted ? std::vector<std::uint32_t>{1, 2, 3, 4}
                                                                         : std::vector<std::uint32_t>{}};
  };
  return {{"MemoryHash", EngineKind::kMemory, HashRouting{.shards = 4}},
          {"MemoryRange", EngineKind::kMemory, ranges},
          {"MemoryDirectory", EngineKind::kMemory, directory(Placement::kRoundRobin)},
          {"RocksDbHash", EngineKind::kRocksDb, HashRouting{.shards = 4}},
          {"RocksDbRange", EngineKind::kRocksDb, ranges},
          {"RocksDbDirectory", EngineKind::kRocksDb, directory(Placement::kLeastLoaded)},
          {"RocksDbWeighted", EngineKind::kRocksDb, directory(Placement::kWeighted)}};
}

std::string KindName(const ::testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

std::vector<std::string> Contents(const Page& page) {
  std::vector<std::string> contents;
  for (const MessageView& message : page) contents.emplace_back(message.content());
  return contents;
}

void StoreTest::Open() {
  auto store = Store::Open(path(), options_);
  ASSERT_OK(store.status());
  store_.emplace(*std::move(store));
}

void StoreTest::Reopen() {
  Close();
  store_.reset();
  Open();
}

void StoreTest::TearDown() {
  if (!store_ || !verify_at_end_) return;
  const auto report = store_->Verify();
  if (report.status().code() == StatusCode::kClosed) return;
  ASSERT_OK(report.status());
  EXPECT_TRUE(report->ok());
  for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.where << ": " << problem.what;
  EXPECT_OK(store_->Close());
}

}  // namespace rookery::testing
