// Backups: what is done with sets of them, and what a Store does for them.
#pragma once

#include "store.h"

namespace rookery::python {

/// _list_backups, _verify_backup, _restore_backup, _prune_backups; and Store._create_backup and _restore_channel.
void BindBackups(nb::module_& module, StoreClass& store);

}  // namespace rookery::python
