// Ids of different things do not compare.
// EXPECT: no match for|invalid operands
#include "rookery/types.h"

bool Case(rookery::MessageId id, rookery::ShardId shard) {
#ifdef WRONG
  return id == shard;
#else
  return id == rookery::MessageId{shard.value};
#endif
}
