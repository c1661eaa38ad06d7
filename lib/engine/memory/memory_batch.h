// A batch of the memory engine: the list of its writes, in order.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"

namespace rookery::engine {

struct MemoryWrite {
  enum class Kind { kPut, kDelete, kDeleteRange };
  Kind kind;
  KeyspaceId keyspace;
  std::string key;    // kDeleteRange: begin
  std::string value;  // kDeleteRange: end
};

class MemoryBatch final : public Batch {
 public:
  void Put(KeyspaceId keyspace, std::string_view key, std::string_view value) override;
  void Delete(KeyspaceId keyspace, std::string_view key) override;
  void DeleteRange(KeyspaceId keyspace, std::string_view begin, std::string_view end) override;
  void Visit(BatchVisitor* visitor) const override;
  void Clear() override;
  std::size_t count() const override { return writes_.size(); }
  std::size_t byte_size() const override { return byte_size_; }

  const std::vector<MemoryWrite>& writes() const { return writes_; }

 private:
  void Add(MemoryWrite write);

  std::vector<MemoryWrite> writes_;
  std::size_t byte_size_ = 0;
};

}  // namespace rookery::engine
