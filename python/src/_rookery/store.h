// The Python class Store, which the package's own Store extends. Its methods are bound by area, one file each.
//
// Every call into the engine runs without the GIL (WithoutGil in core.h), so threads read and write side by side.
#pragma once

#include <memory>

#include "binding.h"
#include "core.h"

namespace rookery::python {

/// What a Python Store holds.
struct StoreObject {
  std::shared_ptr<StoreCore> core;
};

using StoreClass = nb::class_<StoreObject>;

/// The class with its constructor, close() and properties.
StoreClass BindStore(nb::module_& module);
/// post, post_batch, get, get_many, history, edit, delete.
void BindMessages(StoreClass& store);
/// Records, and the listing of channels.
void BindRecords(StoreClass& store);
/// explain, info, metrics, verify_, import_, export_, sync, compact, set_cache_capacity, repair, retention and
/// changes of the shards.
void BindAdmin(StoreClass& store);

}  // namespace rookery::python
