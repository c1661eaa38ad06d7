// What the handles of attachments hold.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "assembly/held.h"
#include "rookery/attachment.h"
#include "store/store_impl.h"
#include "store/upload.h"

namespace rookery {

struct AttachmentWriter::State {
  /// Answers call(upload), or why the cell is not to be written.
  template <typename Call>
  auto Write(Call&& call, cells::Access access = cells::Access::kWrite) const
      -> std::invoke_result_t<Call, store::Upload&> {
    if (impl->closed()) return Status(StatusCode::kClosed, "the store, or its cell, was closed; open it again");
    using Answer = std::invoke_result_t<Call, store::Upload&>;
    const auto write = [&](const cells::ImplPointer& open, const cells::CellPointer&) -> Answer {
      if (open == impl) return call(*upload);
      return Status(StatusCode::kUnavailable,
                    "the channel has left cell " + cell->name() + ", or that was reopened; begin the upload again");
    };
    return set->Write(channel, {}, write, access);
  }

  std::shared_ptr<cells::CellSet> set;
  cells::CellPointer cell;
  cells::ImplPointer impl;
  std::string channel;
  std::unique_ptr<store::Upload> upload;
};

struct AttachmentReader::State : assembly::Held {
  State(cells::CellPointer its_cell, cells::ImplPointer store, std::shared_ptr<Slot> held)
      : Held(std::move(its_cell), std::move(store), std::move(held)), info(slot->chunks->info()) {}

  // Copies, for when the store is closed.
  AttachmentInfo info;
  std::uint64_t offset = 0;
};

}  // namespace rookery
