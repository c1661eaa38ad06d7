// What the handles of attachments hold.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "assembly/held.h"
#include "rookery/attachment.h"
#include "store/store_impl.h"
#include "store/upload.h"

namespace rookery {

struct AttachmentWriter::State {
  std::shared_ptr<store::StoreImpl> impl;
  std::unique_ptr<store::Upload> upload;
};

struct AttachmentReader::State : assembly::Held {
  State(std::shared_ptr<store::StoreImpl> store, std::shared_ptr<store::StoreImpl::Slot> held)
      : Held(std::move(store), std::move(held)), info(slot->chunks->info()) {}

  // Copies, for when the store is closed.
  AttachmentInfo info;
  std::uint64_t offset = 0;
};

}  // namespace rookery
