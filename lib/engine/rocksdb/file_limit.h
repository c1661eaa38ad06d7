// How many files this process may have open, and what the engine does with them.
//
// Idea: half of them are for tables, the rest is left to the application. RocksDB also holds a directory open for each
// family that it has made, until the database is opened again; whoever makes many at once has to have room for them.
#pragma once

#include <cstddef>

#include "rookery/status.h"

namespace rookery::engine {

/// RocksDB's max_open_files.
int MaxOpenTables();

/// kInvalidArgument, naming the limit, if making so many families would leave the process without files to open.
Status CheckRoomForFamilies(std::size_t count);

}  // namespace rookery::engine
