// Opening: the one place that knows every concrete engine.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "assembly/lock_file.h"
#include "assembly/stats_publisher.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/store_impl.h"

namespace rookery::assembly {

/// An open store and the lock that keeps others out. The lock is let go after the store is closed.
struct OpenedStore {
  std::optional<LockFile> lock;               // absent: nothing on disk
  std::shared_ptr<store::StoreImpl> impl;     // shared with snapshots
  std::unique_ptr<StatsPublisher> publisher;  // null: nothing is published; stop it before closing
};

Result<OpenedStore> OpenStore(const std::filesystem::path& path, const StoreOptions& options);

}  // namespace rookery::assembly
