// A number becomes a shard id only when it is said so.
// EXPECT: cannot convert|could not convert|conversion from|no viable|no matching
#include "rookery/routing.h"

std::size_t Case() {
#ifdef WRONG
  const rookery::DirectoryRouting routing{.shards = 4, .entries = {{"general", 3}}};
#else
  const rookery::DirectoryRouting routing{.shards = 4, .entries = {{"general", rookery::ShardId{3}}}};
#endif
  return routing.entries.size();
}
