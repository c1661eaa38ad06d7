// What operators do with a Store, in parts that BindAdmin (store.h) puts together.
#pragma once

#include "store.h"

namespace rookery::python {

void BindVerify(StoreClass& store);
void BindImport(StoreClass& store);
void BindExport(StoreClass& store);
void BindRepair(StoreClass& store);
void BindRetention(StoreClass& store);
void BindCells(StoreClass& store);
void BindReshard(StoreClass& store);
void BindAutopilot(StoreClass& store);
void BindReshardProof(StoreClass& store);

}  // namespace rookery::python
