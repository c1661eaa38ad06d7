// The table of contenders: a new one is a file and a line here.
#include <array>

#include "bench/contender.h"

namespace rookery::bench {
namespace {

constexpr std::array kContenders = {
    ContenderKind{"rookery", "this library, by its public API, without its read cache", OpenRookery},
    ContenderKind{"rookery-cached", "the same with the read cache", OpenRookeryCached},
    ContenderKind{"rocksdb", "RocksDB with the same options; keys, values and shards are ready before the clock starts",
                  OpenRocksDb},
    ContenderKind{"rocksdb-codec", "the same, but it routes, encodes and decodes as an application has to",
                  OpenRocksDbCodec},
    ContenderKind{"lmdb", "LMDB with the same ready keys and values, MDB_NOSYNC", OpenLmdb},
    ContenderKind{"sqlite", "SQLite, a table clustered by (channel, id), WAL, synchronous=NORMAL", OpenSqlite},
};

}  // namespace

std::span<const ContenderKind> AllContenders() { return kContenders; }

}  // namespace rookery::bench
