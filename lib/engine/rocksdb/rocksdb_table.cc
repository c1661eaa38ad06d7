#include "engine/rocksdb/rocksdb_table.h"

#include <rocksdb/env.h>

#include <utility>

#include "base/macros.h"
#include "engine/rocksdb/slice.h"
#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {
namespace {

constexpr std::string_view kWrite = "write bulk-loaded files in";

}  // namespace

RocksTable::RocksTable(Parts parts)
    : parts_(std::move(parts)),
      writer_(std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(parts_.options), parts_.options,
                                                       parts_.family, /*invalidate_page_cache=*/false)) {}

RocksTable::~RocksTable() {
  CloseReader();
  writer_ = nullptr;
  // Once it was taken in there is no file of this name any more.
  parts_.options.env->DeleteFile(parts_.path).PermitUncheckedError();
}

Result<std::unique_ptr<SortedTable>> RocksTable::Create(Parts parts) {
  auto table = std::make_unique<RocksTable>(std::move(parts));
  RK_TRY(Translate(table->writer_->Open(table->parts_.path), kWrite, table->parts_.directory));
  return std::unique_ptr<SortedTable>(std::move(table));
}

Status RocksTable::Add(std::string_view key, std::string_view value) {
  const rocksdb::Status status = writer_->Put(ToSlice(key), ToSlice(value));
  return status.ok() ? Status() : Translate(status, kWrite, parts_.directory);
}

Status RocksTable::Finish() {
  const rocksdb::Status status = writer_->Finish();
  writer_ = nullptr;
  return Translate(status, kWrite, parts_.directory);
}

std::uint64_t RocksTable::byte_size() const { return writer_ == nullptr ? 0 : writer_->FileSize(); }

Result<bool> RocksTable::Contains(std::string_view key) {
  if (reader_ == nullptr) {
    reader_ = std::make_unique<rocksdb::SstFileReader>(parts_.options);
    RK_TRY(Translate(reader_->Open(parts_.path), "read bulk-loaded files in", parts_.directory));
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    iterator_.reset(reader_->NewIterator(options));
  }
  iterator_->Seek(ToSlice(key));
  RK_TRY(Translate(iterator_->status(), "read bulk-loaded files in", parts_.directory));
  return iterator_->Valid() && iterator_->key() == ToSlice(key);
}

void RocksTable::CloseReader() {
  iterator_ = nullptr;
  reader_ = nullptr;
}

}  // namespace rookery::engine
