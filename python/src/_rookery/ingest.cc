// An ingestor works on threads of its own, on which no Python runs: an answer is waited for by whoever wants it.
//
// Unlike other things of a store it is used without keeping the store open: closing the store ends it, after it has
// answered what it had accepted.
#include "ingest.h"

#include <nanobind/stl/unique_ptr.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "new_messages.h"
#include "option_reader.h"

namespace rookery::python {
namespace {

using Clock = std::chrono::steady_clock;

/// Seconds, whole or not; the longest time for None.
Clock::time_point DeadlineArgument(nb::handle timeout) {
  if (timeout.is_none()) return Clock::time_point::max();
  nb::dict dict;
  dict["timeout"] = timeout;
  std::chrono::milliseconds wait{0};
  OptionReader(dict, "").Read("timeout", &wait);
  return Clock::now() + wait;
}

class AnswerObject {
 public:
  AnswerObject(std::shared_ptr<StoreCore> core, std::future<Result<Posted>> answer)
      : core_(std::move(core)), answer_(answer.share()) {}

  bool Done() const { return answer_.wait_for(std::chrono::seconds{0}) == std::future_status::ready; }

  std::uint64_t Get(nb::handle timeout) const {
    LongCall call(*core_, nb::none());
    const Clock::time_point deadline = DeadlineArgument(timeout);
    Status waited;
    {
      const ReleasedGil released;
      waited = Wait(deadline, &call);
    }
    call.Check(waited);
    const Result<Posted>& posted = answer_.get();
    Check(posted.status());
    return posted->id.value;
  }

 private:
  Status Wait(Clock::time_point deadline, LongCall* call) const {
    constexpr std::chrono::milliseconds kBetweenLooks{50};
    while (answer_.wait_until(std::min(deadline, Clock::now() + kBetweenLooks)) != std::future_status::ready) {
      if (core_->forked()) return core_->WhyUnusable();  // the threads that would answer are the parent's
      if (Clock::now() >= deadline) return {StatusCode::kBusy, "the post is not answered yet; wait longer"};
      // A store that is being closed still answers.
      if (!call->Look() && !core_->closing()) return {StatusCode::kInterrupted, "the wait was stopped"};
    }
    return {};
  }

  const std::shared_ptr<StoreCore> core_;
  const std::shared_future<Result<Posted>> answer_;
};

class IngestorObject {
 public:
  IngestorObject(std::shared_ptr<StoreCore> core, Ingestor ingestor)
      : core_(std::move(core)), ingestor_(std::make_unique<Ingestor>(std::move(ingestor))) {}
  ~IngestorObject() {
    if (core_->forked()) {
      static_cast<void>(ingestor_.release());
      return;
    }
    std::optional<ReleasedGil> released;
    if (HoldsGil()) released.emplace();
    const StoreCore::Use use = core_->Enter();
    if (!use) static_cast<void>(core_->Close());
    ingestor_.reset();
  }
  IngestorObject(const IngestorObject&) = delete;
  IngestorObject& operator=(const IngestorObject&) = delete;

  std::unique_ptr<AnswerObject> Post(nb::handle dict) {
    const NewMessages parsed = NewMessages::FromDicts(nb::make_tuple(dict));
    std::future<Result<Posted>> answer;
    {
      const ReleasedGil released;
      if (!core_->closing()) answer = ingestor_->Post(parsed.messages().front());
    }
    if (!answer.valid()) Raise(core_->WhyUnusable());
    return std::make_unique<AnswerObject>(core_, std::move(answer));
  }

  void Flush(nb::handle timeout) {
    nb::dict dict;
    dict["timeout"] = timeout;
    std::chrono::milliseconds wait{0};
    OptionReader(dict, "").Read("timeout", &wait);
    CheckWithoutGil([&] { return ingestor_->Flush(wait); });
  }

  void Stop() {
    CheckWithoutGil([&] { return ingestor_->Stop(); });
  }

  nb::dict Stats() const {
    if (core_->forked()) Raise(core_->WhyUnusable());
    const IngestCounters total = [&] {
      const ReleasedGil released;
      return ingestor_->Stats().total;
    }();
    nb::dict counters;
    counters["accepted"] = total.accepted;
    counters["answered"] = total.answered;
    counters["failed"] = total.failed;
    counters["refused"] = total.refused;
    counters["retried"] = total.retried;
    counters["batches"] = total.batches;
    counters["batched"] = total.batched;
    counters["waiting_messages"] = total.waiting_messages;
    counters["waiting_bytes"] = total.waiting_bytes;
    return counters;
  }

 private:
  template <typename Work>
  void CheckWithoutGil(Work&& work) {
    Status status = core_->forked() ? core_->WhyUnusable() : Status();
    if (status.ok()) {
      const ReleasedGil released;
      status = work();
    }
    Check(status);
  }

  const std::shared_ptr<StoreCore> core_;
  std::unique_ptr<Ingestor> ingestor_;
};

IngestOptions OptionsFrom(nb::handle dict) {
  OptionReader reader(dict, "");
  IngestOptions options;
  reader.Read("batch_messages", &options.batch.messages);
  reader.Read("batch_bytes", &options.batch.bytes);
  std::chrono::milliseconds age{0};
  reader.Read("batch_age", &age);
  options.batch.age = age;
  reader.Read("mailbox_messages", &options.mailbox.messages);
  reader.Read("mailbox_bytes", &options.mailbox.bytes);
  reader.Read("when_full", {{"wait", WhenFull::kWait}, {"busy", WhenFull::kBusy}}, &options.mailbox.when_full);
  reader.Read("timeout", &options.timeout);
  if (const nb::handle given = reader.Take("durability"); given.is_valid()) {
    options.durability = OptionalDurability(given);
  }
  reader.Read("workers", &options.workers);
  reader.Finish();
  return options;
}

}  // namespace

void BindIngestors(nb::module_& module, StoreClass& store) {
  nb::class_<AnswerObject>(module, "Answer", nb::is_final(), "What becomes of a post that an ingestor took.")
      .def("done", &AnswerObject::Done, nb::sig("def done(self) -> bool"), "True if result() does not wait.")
      .def("result", &AnswerObject::Get, nb::arg("timeout") = nb::none(),
           nb::sig("def result(self, timeout: float | None = None) -> int"),
           "The message's id, once it is stored, or the error of Store.post. Waits, if need be for `timeout` seconds; "
           "then BusyError, and it can be asked again.");
  nb::class_<IngestorObject>(module, "IngestorCore", nb::is_final(), "Takes posts; forgotten, it stops.")
      .def("post", &IngestorObject::Post, nb::arg("message"),
           nb::sig("def post(self, message: dict[str, typing.Any]) -> Answer"))
      .def("flush", &IngestorObject::Flush, nb::arg("timeout"), nb::sig("def flush(self, timeout: float) -> None"))
      .def("stop", &IngestorObject::Stop, nb::sig("def stop(self) -> None"))
      .def("stats", &IngestorObject::Stats, nb::sig("def stats(self) -> dict[str, int]"));
  store.def(
      "_ingestor",
      [](const StoreObject& self, nb::handle dict) {
        const IngestOptions options = OptionsFrom(dict);
        return std::make_unique<IngestorObject>(
            self.core,
            Unwrap(WithoutGil(*self.core, [&](rookery::Store& opened) { return opened.Ingestor(options); })));
      },
      nb::arg("options") = nb::dict(), nb::sig("def _ingestor(self, options: dict[str, object] = {}) -> IngestorCore"));
}

}  // namespace rookery::python
