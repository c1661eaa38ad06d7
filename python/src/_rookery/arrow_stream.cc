#include "arrow_stream.h"

#include <cerrno>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "columns/batch.h"
#include "columns/batch_stream.h"
#include "gil.h"
#include "query_source.h"

namespace rookery::python {
namespace {

std::thread::id main_thread;

/// Looks for signals, where Python would. False: there was one.
bool LookForSignals() {
  if (std::this_thread::get_id() != main_thread) return true;
  const HeldGil held;
  if (PyErr_CheckSignals() == 0) return true;
  // What the handler raised cannot pass through the consumer. It sees an error first; then Python sees the signal
  // again.
  const bool is_interrupt = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) != 0;
  if (is_interrupt) {
    PyErr_Clear();
    PyErr_SetInterrupt();
  } else {
    PyErr_WriteUnraisable(nullptr);
  }
  return false;
}

/// What an exported stream keeps.
struct Exported {
  std::shared_ptr<StoreCore> core;
  columns::MessageQuery query;
  std::unique_ptr<QueryStream> stream = nullptr;  // null: not begun
  std::string error = {};
  int failed = 0;  // what it failed with: a stream that failed does not end well
};

Exported& In(ArrowArrayStream* stream) { return *static_cast<Exported*>(stream->private_data); }

int Fail(Exported* exported, const Status& status) {
  exported->error = status.message();
  exported->failed = status.code() == StatusCode::kInterrupted ? EINTR : EIO;
  return exported->failed;
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
  const columns::MessageQuery& query = In(stream).query;
  columns::ExportSchema(columns::TableType(query.columns, query.text), out);
  return 0;
}

int NextBatch(Exported* exported, ArrowArray* out) {
  if (exported->failed != 0) return exported->failed;
  if (exported->stream == nullptr) {
    auto begun = QueryStream::New(exported->core, exported->query);
    if (!begun) return Fail(exported, begun.error());
    exported->stream = *std::move(begun);
  }
  auto batch = exported->stream->Next(LookForSignals);
  if (!batch) return Fail(exported, batch.error());
  *out = *batch ? (*batch)->Take() : ArrowArray{};
  return 0;
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
  std::optional<ReleasedGil> released;
  if (HoldsGil()) released.emplace();
  return NextBatch(&In(stream), out);
}

const char* GetLastError(ArrowArrayStream* stream) {
  const std::string& error = In(stream).error;
  return error.empty() ? nullptr : error.c_str();
}

void ReleaseStream(ArrowArrayStream* stream) {
  // Ending its threads takes a moment, and closing the store longer.
  std::optional<ReleasedGil> released;
  if (HoldsGil()) released.emplace();
  delete &In(stream);
  stream->release = nullptr;
}

}  // namespace

void ExportStream(std::shared_ptr<StoreCore> core, columns::MessageQuery query, ArrowArrayStream* out) {
  *out = {.get_schema = GetSchema,
          .get_next = GetNext,
          .get_last_error = GetLastError,
          .release = ReleaseStream,
          .private_data = new Exported{std::move(core), std::move(query)}};
}

void RememberMainThread() { main_thread = std::this_thread::get_id(); }

}  // namespace rookery::python
