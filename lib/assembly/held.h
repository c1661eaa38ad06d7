// What a handle other than the store's own holds of an open store: something that closing it can take away.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "cells/cell_set.h"
#include "store/store_impl.h"

namespace rookery::assembly {

/// What a snapshot, a scan or an attachment holds of a cell, until that is closed.
struct Held {
  using Slot = store::StoreImpl::Slot;

  Held(cells::CellPointer its_cell, cells::ImplPointer store, std::shared_ptr<Slot> held)
      : cell(std::move(its_cell)), impl(std::move(store)), slot(std::move(held)) {}
  ~Held() { impl->Release(slot); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  /// Answers call(store), or why the cell is not to be read; kClosed: it was closed since.
  template <typename Call>
  auto Read(Call&& call) const -> std::invoke_result_t<Call, store::StoreImpl&> {
    return cell->RunIn(impl.get(), cells::Access::kRead, [&](const cells::ImplPointer& open) { return call(*open); });
  }

  cells::CellPointer cell;
  cells::ImplPointer impl;
  std::shared_ptr<Slot> slot;
};

}  // namespace rookery::assembly
