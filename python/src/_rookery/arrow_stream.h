// A query as an ArrowArrayStream, which any library may read, on any thread, with the GIL or without.
//
// Batches are made without the GIL. Ctrl-C is seen where Python sees signals, on the main thread: the stream ends with
// an error, and the KeyboardInterrupt follows once the consumer returns to Python.
#pragma once

#include <memory>

#include "columns/arrow_abi.h"
#include "columns/message_query.h"
#include "core.h"

namespace rookery::python {

void ExportStream(std::shared_ptr<StoreCore> core, columns::MessageQuery query, ArrowArrayStream* out);

/// Remembers the thread that calls it as the main one. Call it once, when the module is loaded.
void RememberMainThread();

}  // namespace rookery::python
