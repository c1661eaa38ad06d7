#include "assembly/cell_opener.h"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "assembly/replace_file.h"
#include "base/macros.h"

namespace rookery::assembly {
namespace {

cells::OpenedCell ToCell(OpenedStore opened) {
  auto lock = opened.lock ? std::make_shared<LockFile>(*std::move(opened.lock)) : nullptr;
  return {.lock = std::move(lock), .impl = std::move(opened.impl)};
}

}  // namespace

StoreOpener::StoreOpener(StoreOptions options, const store::StoreImpl& main)
    : options_(std::move(options)), main_(main.info()), admission_(main.context().admission) {}

StoreOptions StoreOpener::OptionsOf(const codec::CellRow& cell) const {
  StoreOptions options = options_;
  options.mode = options_.mode == OpenMode::kReadOnly ? OpenMode::kReadOnly : OpenMode::kOpen;
  options.routing.reset();
  options.serve_readers.reset();
  options.ids.epoch = main_.epoch;
  options.bucket_width = std::chrono::duration_cast<std::chrono::minutes>(main_.bucket_width);
  options.memory = cell.memory;
  options.tuning.block_cache_bytes.reset();
  options.tuning.write_buffer_bytes.reset();
  options.tuning.overrides = cell.overrides;
  // None stays none.
  if (options.cache.capacity != std::size_t{0}) options.cache.capacity.reset();
  options.stats_interval = std::chrono::milliseconds{0};
  return options;
}

CellOf StoreOpener::MarkOf(const codec::CellRow& cell) const {
  return {.mark = {.name = cell.name, .store_id = main_.store_id},
          .store_id = cell.store_id,
          .admission = admission_,
          .quota_bytes = cell.quota_bytes};
}

Result<cells::OpenedCell> StoreOpener::Open(const codec::CellRow& cell, const std::string& directory) const {
  const CellOf mark = MarkOf(cell);
  Result<OpenedStore> opened = OpenStore(directory, OptionsOf(cell), &mark);
  if (opened) return ToCell(*std::move(opened));
  std::error_code error;
  const bool is_gone = !std::filesystem::exists(directory, error) || std::filesystem::is_empty(directory, error);
  if (opened.error().code() != StatusCode::kNotAStore || !is_gone) return std::move(opened).error();
  return Status(StatusCode::kNotAStore,
                "there is no store at " + directory + " any more; bring the directory back, or mount its disk");
}

Result<cells::OpenedCell> StoreOpener::Create(const CellOptions& options, const std::string& directory,
                                              codec::CellRow* cell) const {
  const CellOf mark = MarkOf(*cell);
  StoreOptions wanted = OptionsOf(*cell);
  wanted.routing = options.routing;
  if (wanted.engine != EngineKind::kMemory && options.directory.empty()) {
    const std::filesystem::path above = std::filesystem::path(directory).parent_path();
    RK_TRY(MakeDirectory(above));
  }
  wanted.mode = OpenMode::kCreate;
  Result<OpenedStore> opened = OpenStore(directory, wanted, &mark);
  if (!opened && opened.error().code() == StatusCode::kAlreadyExists) {
    // Adding it was cut short after this was made: it is the same cell, unless its mark says otherwise.
    wanted.mode = OpenMode::kOpen;
    opened = OpenStore(directory, wanted, &mark);
  }
  if (!opened) return opened.error();
  cell->store_id = opened->impl->info().store_id;
  return ToCell(*std::move(opened));
}

}  // namespace rookery::assembly
