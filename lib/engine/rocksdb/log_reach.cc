#include "engine/rocksdb/log_reach.h"

#include <algorithm>

#include "engine/rocksdb/batch.h"

namespace rookery::engine {

rocksdb::WalFilter::WalProcessingOption LogReach::LogRecordFound(unsigned long long /*log_number*/,
                                                                 const std::string& /*log_file_name*/,
                                                                 const rocksdb::WriteBatch& batch,
                                                                 rocksdb::WriteBatch* /*new_batch*/,
                                                                 bool* /*batch_changed*/) {
  position_ = std::max(position_, PositionOf(batch));
  return WalProcessingOption::kIgnoreCurrentRecord;
}

}  // namespace rookery::engine
