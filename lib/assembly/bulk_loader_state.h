// What a BulkLoader holds of its store.
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "rookery/bulk_loader.h"
#include "store/bulk/bulk_load.h"
#include "store/store_impl.h"

namespace rookery {

struct BulkLoader::State {
  Status CheckOpen() const;
  Status Add(std::span<const NewMessage> messages, const BulkMessageOptions& options);
  store::bulk::BulkLoad& load() const { return static_cast<store::bulk::BulkLoad&>(*slot->work); }

  std::shared_ptr<store::StoreImpl> impl;
  std::shared_ptr<store::StoreImpl::Slot> slot;  // its work is the load, until that has ended
  IdCollision id_collision;
  Status failure;  // that ended the load
};

}  // namespace rookery
