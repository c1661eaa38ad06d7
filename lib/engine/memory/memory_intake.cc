#include "engine/memory/memory_intake.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/failed_cursor.h"

namespace rookery::engine {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{1000};

class MemoryScratchFile final : public ScratchFile {
 public:
  Status Append(std::string_view bytes) override {
    bytes_.append(bytes);
    return {};
  }
  Status Seal() override { return {}; }
  Result<std::string_view> Read(std::uint64_t offset, std::span<char> buffer) const override {
    return std::string_view(bytes_).substr(std::min<std::uint64_t>(offset, bytes_.size()), buffer.size());
  }

 private:
  std::string bytes_;
};

class MemoryTable final : public SortedTable {
 public:
  explicit MemoryTable(KeyspaceId keyspace) : keyspace_(keyspace) {}

  Status Add(std::string_view key, std::string_view value) override {
    if (!rows_.empty() && rows_.rbegin()->first >= key) {
      return {StatusCode::kInvalidArgument, "the keys of a sorted table must be added in ascending order"};
    }
    byte_size_ += key.size() + value.size();
    rows_.emplace_hint(rows_.end(), key, value);
    return {};
  }
  Status Finish() override { return {}; }
  std::uint64_t byte_size() const override { return byte_size_; }
  Result<bool> Contains(std::string_view key) override { return rows_.find(key) != rows_.end(); }

  void AddTo(Batch* batch) const {
    for (const auto& [key, value] : rows_) batch->Put(keyspace_, key, value);
  }

 private:
  const KeyspaceId keyspace_;
  std::map<std::string, std::string, std::less<>> rows_;
  std::uint64_t byte_size_ = 0;
};

class MemoryIntake final : public Intake {
 public:
  MemoryIntake(Engine* engine, std::atomic<bool>* open) : engine_(*engine), open_(*open) {}
  ~MemoryIntake() override { open_.store(false); }

  Result<std::unique_ptr<ScratchFile>> NewScratchFile() override {
    return std::unique_ptr<ScratchFile>(std::make_unique<MemoryScratchFile>());
  }
  Result<std::unique_ptr<SortedTable>> NewTable(KeyspaceId keyspace, Packing /*packing*/) override {
    return std::unique_ptr<SortedTable>(std::make_unique<MemoryTable>(keyspace));
  }
  Status Ingest(std::span<const std::unique_ptr<SortedTable>> tables) override {
    const auto batch = engine_.NewBatch();
    for (const auto& table : tables) static_cast<const MemoryTable&>(*table).AddTo(batch.get());
    return engine_.Write(*batch, /*sync=*/true);
  }

 private:
  Engine& engine_;
  std::atomic<bool>& open_;
};

}  // namespace

Result<std::unique_ptr<Intake>> OpenMemoryIntake(Engine* engine, std::atomic<bool>* open) {
  if (open->exchange(true)) {
    return Status(StatusCode::kBusy, "a bulk load is under way; finish or cancel it first").WithRetryAfter(kRetryAfter);
  }
  return std::unique_ptr<Intake>(std::make_unique<MemoryIntake>(engine, open));
}

}  // namespace rookery::engine
