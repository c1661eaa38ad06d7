#include "engine/rocksdb/cursor.h"

#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {

Status RocksCursor::status() const { return Translate(iterator_->status(), "read", directory_); }

}  // namespace rookery::engine
