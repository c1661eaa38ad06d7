// The model test's operation on shards: what it does changes no answer.

#include <string>
#include <vector>

#include "tests/store/model_fixture.h"

namespace rookery::testing {

ReshardRequest ModelTest::AnyReshard() {
  const auto info = store().Info();
  EXPECT_OK(info);
  const std::uint32_t shards = info ? info->shards : 1;
  const ShardId one{static_cast<std::uint32_t>(Below(shards))};
  const ShardId other{static_cast<std::uint32_t>(Below(shards))};
  switch (Below(12)) {
    case 0:
    case 1:
      return ResizeShards{static_cast<std::uint32_t>(1 + Below(10))};
    case 2:
      return SplitShard{one};
    case 3:
      return MergeShards{one, other};
    case 4:
      return RebalanceShards{Below(2) == 0 ? ShardWeight::kBytes : ShardWeight::kMessages};
    case 5:
      return MoveChannel{AnyChannel(), other};
    case 6:
      return MoveSlots{static_cast<std::uint32_t>(Below(2000)), static_cast<std::uint32_t>(2000 + Below(2000)), other};
    case 7:
      return MoveRange{AnyChannel(), "", other};
    case 8:
      return ChangeStrategy{HashRouting{.shards = static_cast<std::uint32_t>(1 + Below(6))}};
    case 9:
    case 10:
      return SpreadChannel{AnyChannel(), static_cast<std::uint32_t>(1 + Below(shards))};
    default:
      break;
  }
  if (Below(2) == 0) return ChangeStrategy{RangeRouting{.splits = {"a", "guild/3", "x"}}};
  return ChangeStrategy{DirectoryRouting{.shards = static_cast<std::uint32_t>(1 + Below(6)),
                                         .placement = Below(2) == 0 ? Placement::kHash : Placement::kLeastLoaded}};
}

void ModelTest::DoReshard() {
  ASSERT_OK_AND_ASSIGN(const auto job, store().Reshard());
  EXPECT_TRUE(!job || job->paused_reason.empty()) << job->paused_reason;
  EXPECT_TRUE(!job || job->reads_differing == 0);
  const bool active = job && job->phase != ReshardPhase::kDone && job->phase != ReshardPhase::kReverted;
  Status status;
  if (!active) {
    // What does not fit the store as it is now is refused, and changes nothing.
    const auto keep = std::chrono::minutes{Below(3) == 0 ? 3 : 0};
    status = store().StartReshard(AnyReshard(), {.keep = keep, .share = 1}).status();
  } else if (job->paused || Below(3) > 0) {
    status = store().ResumeReshard();
    if (status.ok()) status = store().AwaitReshard(std::chrono::minutes{1});
  } else {
    status = Below(3) == 0 ? store().PauseReshard() : store().RevertReshard();
  }
  const bool expected =
      status.ok() || status.code() == StatusCode::kInvalidArgument || status.code() == StatusCode::kNotFound;
  EXPECT_TRUE(expected) << status.ToString();
}

}  // namespace rookery::testing
