#include "tests/store/fault_disk_fixture.h"

#include "codec/key_format.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {

FaultDiskTest::~FaultDiskTest() {
  faults_.Heal();
  store_.reset();
}

void FaultDiskTest::Open(engine::RocksDbOptions::Mode mode) {
  engine::RocksDbOptions options;
  options.mode = mode;
  options.prefix = {codec::kPrefixRuleName, codec::ChannelPrefixLength};
  options.block_cache_bytes = options.write_buffer_bytes = std::size_t{4} << 20;
  options.env = faults_.env();
  options.overrides = overrides_;
  auto engine = engine::OpenRocksDbEngine(directory(), options);
  ASSERT_OK(engine);
  const std::string store_id(32, 'a');
  if (mode == engine::RocksDbOptions::Mode::kCreate) {
    ASSERT_OK(store::InitializeStore(engine->get(), {1, store_id}, options_));
  }
  StoreInfo info;
  info.store_id = store_id;
  info.epoch = options_.ids.epoch;
  ASSERT_OK_AND_ASSIGN(store_, store::StoreImpl::Open({*std::move(engine), options_, info, clock_}));
}

void FaultDiskTest::Reopen() {
  faults_.Heal();
  static_cast<void>(store_->Close());  // may well say that not everything could be flushed
  store_.reset();
  Open(engine::RocksDbOptions::Mode::kOpen);
}

VerifyReport FaultDiskTest::Verify() {
  auto report = store_->Verify({});
  EXPECT_OK(report);
  if (!report) return {};
  for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.where << ": " << problem.what;
  return *std::move(report);
}

}  // namespace rookery::testing
