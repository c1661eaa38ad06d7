#include "query.h"

#include <nanobind/stl/unique_ptr.h>

#include <memory>
#include <mutex>
#include <utility>

#include "arrow_capsule.h"
#include "arrow_stream.h"
#include "columns/batch.h"
#include "columns/message_stream.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "message.h"
#include "query_source.h"
#include "query_spec.h"

namespace rookery::python {
namespace {

/// Rows in the memory of Arrow; any number of consumers may have it.
struct BatchObject {
  std::shared_ptr<const ArrowArray> array;
  std::shared_ptr<const columns::TypeNode> type;
};

std::shared_ptr<const ArrowArray> ShareBatch(columns::Batch batch) {
  const auto release = [](ArrowArray* array) {
    columns::Release(array);
    delete array;
  };
  return {new ArrowArray(batch.Take()), release};
}

nb::tuple ArrayOf(const BatchObject& batch, nb::handle) {
  return nb::make_tuple(SchemaCapsule(*batch.type), ArrayCapsule(batch.array));
}

/// A stream that one thread reads at a time; a second one waits. The pointer to it is changed with the GIL held.
class BatchStreamObject {
 public:
  BatchStreamObject(std::shared_ptr<StoreCore> core, const columns::MessageQuery& query)
      : core_(std::move(core)),
        type_(std::make_shared<columns::TypeNode>(columns::TableType(query.columns, query.text))) {
    Result<std::unique_ptr<QueryStream>> stream = [&] {
      const ReleasedGil released;
      return QueryStream::New(core_, query);
    }();
    stream_ = Unwrap(std::move(stream));
  }
  ~BatchStreamObject() { Close(); }
  BatchStreamObject(const BatchStreamObject&) = delete;
  BatchStreamObject& operator=(const BatchStreamObject&) = delete;

  nb::object Next() {
    const std::shared_ptr<QueryStream> stream = stream_;
    if (stream == nullptr) return nb::none();
    LongCall call(*core_, nb::none());
    Result<std::optional<columns::Batch>> batch = [&] {
      const ReleasedGil released;
      return stream->Next([&call] { return call.Look(); });
    }();
    call.Check(batch.status());
    if (!*batch) return nb::none();
    return nb::cast(BatchObject{ShareBatch(**std::move(batch)), type_});
  }

  nb::object NextOrStop() {
    nb::object batch = Next();
    if (batch.is_none()) throw nb::stop_iteration();
    return batch;
  }

  /// A call of Next that waits in another thread ends with InterruptedError, and the stream's threads with it.
  void Close() {
    std::shared_ptr<QueryStream> stream = std::exchange(stream_, nullptr);
    if (stream == nullptr) return;
    const ReleasedGil released;
    stream->Stop();
    stream.reset();
  }

 private:
  const std::shared_ptr<StoreCore> core_;
  const std::shared_ptr<const columns::TypeNode> type_;
  std::shared_ptr<QueryStream> stream_;  // null: closed
};

/// Messages in chunks.
class MessageStreamObject {
 public:
  MessageStreamObject(std::shared_ptr<StoreCore> core, columns::MessageQuery query) : core_(std::move(core)) {
    Result<std::unique_ptr<columns::MessageStream>> stream = [&] {
      const ReleasedGil released;
      return columns::MessageStream::New(SourceOf(core_), std::move(query));
    }();
    stream_ = Unwrap(std::move(stream));
  }
  ~MessageStreamObject() {
    const ReleasedGil released;
    core_->forked() ? static_cast<void>(stream_.release()) : stream_.reset();
  }
  MessageStreamObject(const MessageStreamObject&) = delete;
  MessageStreamObject& operator=(const MessageStreamObject&) = delete;

  nb::list Next() {
    LongCall call(*core_, nb::none());
    Result<std::vector<columns::MessageRun>> runs = [&]() -> Result<std::vector<columns::MessageRun>> {
      const ReleasedGil released;
      if (core_->forked()) return core_->WhyUnusable();
      const std::lock_guard lock(mutex_);
      return stream_->Next([&call] { return call.Look(); });
    }();
    call.Check(runs.status());
    nb::list messages;
    for (columns::MessageRun& run : *runs) {
      const nb::object channel = ToStr(run.channel);
      for (Message& message : run.messages) messages.append(MakeMessage(channel, std::move(message)));
    }
    return messages;
  }

 private:
  const std::shared_ptr<StoreCore> core_;
  std::mutex mutex_;
  std::unique_ptr<columns::MessageStream> stream_;
};

// --- Methods of Store ---------------------------------------------------------------------------------------------

/// Small enough that the first message is there at once, large enough to let go of the GIL seldom.
constexpr std::size_t kMessagesPerChunk = 1024;

std::unique_ptr<MessageStreamObject> Messages(const StoreObject& self, const nb::dict& spec) {
  columns::MessageQuery query = QueryFrom(spec);
  query.batch_rows = std::min(query.batch_rows, kMessagesPerChunk);
  return std::make_unique<MessageStreamObject>(self.core, std::move(query));
}

std::uint64_t Count(const StoreObject& self, const nb::dict& spec) {
  columns::MessageQuery query = QueryFrom(spec);
  LongCall call(*self.core, nb::none());
  const Result<std::uint64_t> count = [&] {
    const ReleasedGil released;
    return columns::Count(SourceOf(self.core), std::move(query), [&call] { return call.Look(); });
  }();
  call.Check(count.status());
  return *count;
}

nb::object IdOrNone(std::optional<MessageId> id) { return id ? nb::object(nb::int_(id->value)) : nb::none(); }

nb::object ChannelsOf(const columns::RowRange& range) {
  if (!range.channels) return nb::str(range.prefix.empty() ? "all" : "by prefix");
  nb::list names;
  for (const std::string& name : *range.channels) names.append(ToStr(name));
  return names;
}

nb::dict Plan(const StoreObject& self, const nb::dict& spec) {
  const columns::MessageQuery query = QueryFrom(spec);
  const StoreInfo info = Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.Info(); }));
  const columns::QueryPlan plan = columns::PlanOf(query, info.epoch);
  nb::list names;
  for (const columns::Column& column : query.columns) names.append(ToStr(column.name));
  nb::dict dict;
  dict["channels"] = ChannelsOf(plan.range);
  dict["prefix"] = plan.range.prefix.empty() ? nb::none() : ToStr(plan.range.prefix);
  dict["after_id"] = IdOrNone(plan.range.after);
  dict["before_id"] = IdOrNone(plan.range.before);
  dict["shards"] = info.shards;
  dict["visits"] = plan.empty ? nb::str("nothing") : ToStr(columns::NameOf(plan.visits));
  dict["within_a_channel"] = plan.order == Order::kNewestFirst ? "newest first" : "oldest first";
  dict["columns"] = names;
  return dict;
}

void BindResults(nb::module_& module) {
  nb::class_<BatchObject>(
      module, "Batch", nb::is_final(),
      "Rows of a query in the memory layout of Arrow: pyarrow.record_batch(batch) and the like take it.")
      .def_prop_ro(
          "num_rows", [](const BatchObject& batch) { return batch.array->length; }, "The number of rows.")
      .def_prop_ro(
          "num_columns", [](const BatchObject& batch) { return batch.array->n_children; }, "The number of columns.")
      .def("__len__", [](const BatchObject& batch) { return batch.array->length; })
      .def(
          "__repr__",
          [](const BatchObject& batch) {
            return nb::steal(PyUnicode_FromFormat("<Batch of %lld rows and %lld columns>",
                                                  static_cast<long long>(batch.array->length),
                                                  static_cast<long long>(batch.array->n_children)));
          },
          nb::sig("def __repr__(self) -> str"))
      .def("__arrow_c_array__", ArrayOf, nb::arg("requested_schema") = nb::none(),
           nb::sig("def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]"),
           "Capsules of the schema and of the array; any number of times.")
      .def(
          "__arrow_c_schema__", [](const BatchObject& batch) { return SchemaCapsule(*batch.type); },
          nb::sig("def __arrow_c_schema__(self) -> object"), "A capsule of the schema.");
  nb::class_<BatchStreamObject>(module, "BatchStream", nb::is_final(), "The batches of a query, one after another.")
      .def("next", &BatchStreamObject::Next, nb::sig("def next(self) -> Batch | None"),
           "The next batch, or None after the last. ClosedError once the store is closed.")
      .def(
          "__iter__", [](nb::handle self) { return nb::borrow(self); }, nb::sig("def __iter__(self) -> BatchStream"))
      .def("__next__", &BatchStreamObject::NextOrStop, nb::sig("def __next__(self) -> Batch"))
      .def("close", &BatchStreamObject::Close, "Ends its threads. Idempotent.");
  nb::class_<MessageStreamObject>(module, "MessageStream", nb::is_final(), "The messages of a query, in chunks.")
      .def("next", &MessageStreamObject::Next, nb::sig("def next(self) -> list[Message]"),
           "Some more messages; an empty list after the last. ClosedError once the store is closed.");
}

}  // namespace

void BindQueries(nb::module_& module, StoreClass& store) {
  RememberMainThread();
  BindResults(module);
  store
      .def(
          "_stream",
          [](const StoreObject& self, const nb::dict& spec) {
            return std::make_unique<BatchStreamObject>(self.core, QueryFrom(spec));
          },
          nb::arg("spec"), nb::sig("def _stream(self, spec: dict[str, object]) -> BatchStream"))
      .def(
          "_stream_capsule",
          [](const StoreObject& self, const nb::dict& spec) {
            if (self.core->closing()) Raise(self.core->WhyUnusable());
            return StreamCapsule(self.core, QueryFrom(spec));
          },
          nb::arg("spec"), nb::sig("def _stream_capsule(self, spec: dict[str, object]) -> object"))
      .def(
          "_schema_capsule",
          [](const StoreObject&, const nb::dict& spec) {
            const columns::MessageQuery query = QueryFrom(spec);
            return SchemaCapsule(columns::TableType(query.columns, query.text));
          },
          nb::arg("spec"), nb::sig("def _schema_capsule(self, spec: dict[str, object]) -> object"))
      .def("_messages", Messages, nb::arg("spec"),
           nb::sig("def _messages(self, spec: dict[str, object]) -> MessageStream"))
      .def("_count", Count, nb::arg("spec"), nb::sig("def _count(self, spec: dict[str, object]) -> int"))
      .def("_plan", Plan, nb::arg("spec"),
           nb::sig("def _plan(self, spec: dict[str, object]) -> dict[str, typing.Any]"));
  BindWriteArrow(store);
}

}  // namespace rookery::python
