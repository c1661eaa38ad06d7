#include "tests/store/any_reshard.h"

namespace rookery::testing {

ReshardRequest AnyReshardRequest(std::uint64_t any, const std::string& channel, std::uint32_t shards) {
  const std::uint64_t parts = any / 16;
  const ShardId one{static_cast<std::uint32_t>(parts % shards)};
  const ShardId other{static_cast<std::uint32_t>(parts / 16 % shards)};
  switch (any % 16) {
    case 0:
    case 1:
      return ResizeShards{static_cast<std::uint32_t>(1 + parts % 6)};
    case 2:
    case 3:
      return SplitShard{one};
    case 4:
    case 5:
      return MergeShards{one, other};
    case 6:
      return RebalanceShards{parts % 2 == 0 ? ShardWeight::kBytes : ShardWeight::kMessages};
    case 7:
      return MoveChannel{channel, other};
    case 8:
      return MoveSlots{static_cast<std::uint32_t>(parts % 2000), static_cast<std::uint32_t>(2000 + parts % 2000),
                       other};
    case 9:
      return MoveRange{channel, "", other};
    case 10:
    case 11:
    case 12:
      return SpreadChannel{channel, static_cast<std::uint32_t>(1 + parts % shards)};
    case 13:
      return ChangeStrategy{HashRouting{.shards = static_cast<std::uint32_t>(1 + parts % 5)}};
    case 14:
      return ChangeStrategy{RangeRouting{.splits = {channel, channel + "\xff"}}};
    default:
      return ChangeStrategy{DirectoryRouting{.shards = static_cast<std::uint32_t>(1 + parts % 5)}};
  }
}

}  // namespace rookery::testing
