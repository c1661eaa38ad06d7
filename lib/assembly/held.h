// What a handle other than the store's own holds of an open store: something that Close can take away.
#pragma once

#include <memory>
#include <utility>

#include "store/store_impl.h"

namespace rookery::assembly {

/// What a snapshot, a scan or an attachment holds of its store, until the store is closed.
struct Held {
  Held(std::shared_ptr<store::StoreImpl> store, std::shared_ptr<store::StoreImpl::Slot> held)
      : impl(std::move(store)), slot(std::move(held)) {}
  ~Held() { impl->Release(slot); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  std::shared_ptr<store::StoreImpl> impl;
  std::shared_ptr<store::StoreImpl::Slot> slot;
};

}  // namespace rookery::assembly
