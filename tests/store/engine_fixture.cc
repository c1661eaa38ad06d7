#include "tests/store/engine_fixture.h"

#include <utility>

#include "codec/catalog_format.h"
#include "engine/memory/memory_engine.h"

namespace rookery::testing {
namespace {

const std::string kStoreId(32, 'a');

}  // namespace

void EngineStoreTest::Create(const Routing& routing) {
  store_.reset();
  rows_ = engine::NewMemoryEngine();
  options_.routing = routing;
  ASSERT_OK(store::InitializeStore(rows_.get(), {1, kStoreId}, options_));
  Open();
}

void EngineStoreTest::Open() {
  auto engine = std::make_unique<FaultyEngine>(rows_);
  engine_ = engine.get();
  StoreInfo info;
  info.store_id = kStoreId;
  info.epoch = options_.ids.epoch;
  ASSERT_OK_AND_ASSIGN(store_, store::StoreImpl::Open({std::move(engine), options_, info, clock_}));
}

void EngineStoreTest::CrashAndReopen() {
  engine_->FailWrites({StatusCode::kIoError, "the process is gone"});
  store_.reset();
  Open();
}

void EngineStoreTest::CloseAndReopen() {
  ASSERT_OK(store_->Close());
  Open();
}

std::optional<std::string> EngineStoreTest::CatalogRow(std::string_view key) const {
  auto row = rows_->Get(*rows_->FindKeyspace(codec::kCatalogKeyspace), key);
  EXPECT_OK(row);
  if (!row || *row == nullptr) return std::nullopt;
  return std::string((*row)->view());
}

}  // namespace rookery::testing
