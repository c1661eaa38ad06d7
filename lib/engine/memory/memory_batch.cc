#include "engine/memory/memory_batch.h"

#include <utility>

namespace rookery::engine {

void MemoryBatch::Put(KeyspaceId keyspace, std::string_view key, std::string_view value) {
  Add({MemoryWrite::Kind::kPut, keyspace, std::string(key), std::string(value)});
}

void MemoryBatch::Delete(KeyspaceId keyspace, std::string_view key) {
  Add({MemoryWrite::Kind::kDelete, keyspace, std::string(key), {}});
}

void MemoryBatch::DeleteRange(KeyspaceId keyspace, std::string_view begin, std::string_view end) {
  if (begin >= end) return;
  Add({MemoryWrite::Kind::kDeleteRange, keyspace, std::string(begin), std::string(end)});
}

void MemoryBatch::Visit(BatchVisitor* visitor) const {
  for (const MemoryWrite& write : writes_) {
    switch (write.kind) {
      case MemoryWrite::Kind::kPut:
        visitor->Put(write.keyspace, write.key, write.value);
        break;
      case MemoryWrite::Kind::kDelete:
        visitor->Delete(write.keyspace, write.key);
        break;
      case MemoryWrite::Kind::kDeleteRange:
        visitor->DeleteRange(write.keyspace, write.key, write.value);
        break;
    }
  }
}

void MemoryBatch::Clear() {
  writes_.clear();
  byte_size_ = 0;
}

void MemoryBatch::Add(MemoryWrite write) {
  byte_size_ += write.key.size() + write.value.size();
  writes_.push_back(std::move(write));
}

}  // namespace rookery::engine
