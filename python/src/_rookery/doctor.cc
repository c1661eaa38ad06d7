#include "doctor.h"

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "convert.h"
#include "errors.h"
#include "gil.h"
#include "options.h"
#include "process.h"
#include "rookery/doctor.h"

namespace rookery::python {
namespace {

/// Work without a store that Python can follow and stop: looks for signals and tells the caller ten times a second.
class WatchedCall {
 public:
  explicit WatchedCall(nb::handle progress) : progress_(progress) {
    LoadErrors();
    if (!progress.is_none() && PyCallable_Check(progress.ptr()) == 0) {
      RaiseWrongType("progress", "a callable(done, total) or None", progress);
    }
  }

  /// False if the work is to end. REQUIRES: the thread does not hold the GIL.
  bool Look(std::uint64_t done, std::optional<std::uint64_t> total) noexcept {
    constexpr std::chrono::milliseconds kInterval{100};
    const auto now = std::chrono::steady_clock::now();
    if (raised_ != nullptr) return false;
    if (now - last_look_ < kInterval) return true;
    last_look_ = now;
    const HeldGil held;
    try {
      if (PyErr_CheckSignals() != 0) throw nb::python_error();
      if (!progress_.is_none()) progress_(done, total ? nb::object(nb::int_(*total)) : nb::none());
    } catch (...) {
      raised_ = std::current_exception();
    }
    return raised_ == nullptr;
  }

  /// Raises what Python raised meanwhile, or what `status` says.
  void Check(const Status& status) const {
    if (raised_ != nullptr) std::rethrow_exception(raised_);
    python::Check(status);
  }

 private:
  const nb::handle progress_;
  std::chrono::steady_clock::time_point last_look_{};
  std::exception_ptr raised_;
};

nb::object IdOrNone(MessageId id) { return id.valid() ? nb::object(nb::int_(id.value)) : nb::none(); }

nb::dict DiagnosisDict(const Diagnosis& diagnosis) {
  nb::list findings;
  for (const Finding& finding : diagnosis.findings) {
    nb::dict row;
    row["severity"] = ToStr(SeverityName(finding.severity));
    row["code"] = ToStr(finding.code);
    row["where"] = ToStr(finding.where);
    row["text"] = ToStr(finding.text);
    row["remedy"] = ToStr(finding.remedy);
    row["mendable"] = finding.mendable;
    findings.append(row);
  }
  nb::list done;
  for (const std::string& text : diagnosis.done) done.append(ToStr(text));
  nb::dict dict;
  dict["complete"] = diagnosis.complete;
  dict["findings"] = findings;
  dict["done"] = done;
  return dict;
}

nb::dict Doctor(nb::handle path, bool deep, bool fix, nb::handle keys, nb::handle progress) {
  WatchedCall call(progress);
  const std::filesystem::path store = PathArgument(path, "path");
  const DoctorOptions options{.deep = deep,
                              .encryption = KeysFrom(keys),
                              .progress = [&](std::string_view /*what*/, std::uint64_t done, std::uint64_t total) {
                                return call.Look(done, total > 0 ? std::optional(total) : std::nullopt);
                              }};
  NoteEngineStart();
  const auto examine = [&] {
    const ReleasedGil released;
    return fix ? Mend(store, options) : Diagnose(store, options);
  };
  const Result<Diagnosis> diagnosis = examine();
  call.Check(diagnosis.status());
  return DiagnosisDict(*diagnosis);
}

nb::list Ranges(const SalvageReport& report) {
  nb::list ranges;
  for (const LostRange& range : report.ranges) {
    nb::dict row;
    row["cell"] = ToStr(range.cell);
    row["shard"] = range.shard.value;
    row["cause"] = ToStr(range.cause);
    row["first_channel"] = range.first_channel.empty() ? nb::none() : ToStr(range.first_channel);
    row["first"] = IdOrNone(range.first);
    row["last_channel"] = range.last_channel.empty() ? nb::none() : ToStr(range.last_channel);
    row["last"] = IdOrNone(range.last);
    row["messages"] = range.messages;
    row["stale"] = range.stale;
    ranges.append(row);
  }
  return ranges;
}

nb::list Runs(const SalvageReport& report) {
  constexpr const char* kKinds[] = {"", "messages", "deletions", "records"};
  nb::list runs;
  for (const LostRun& run : report.runs) {
    nb::dict row;
    row["kind"] = nb::str(kKinds[static_cast<int>(run.kind)]);
    row["shard"] = run.shard.value;
    row["channel"] = ToStr(run.channel);
    row["first"] = IdOrNone(run.first);
    row["last"] = IdOrNone(run.last);
    row["count"] = run.count;
    runs.append(row);
  }
  return runs;
}

nb::list ShortChannels(const SalvageReport& report) {
  nb::list channels;
  for (const ShortChannel& channel : report.channels) {
    nb::dict row;
    row["cell"] = ToStr(channel.cell);
    row["shard"] = channel.shard.value;
    row["channel"] = ToStr(channel.channel);
    row["counted"] = channel.counted;
    row["copied"] = channel.copied;
    channels.append(row);
  }
  return channels;
}

nb::dict SalvageInto(nb::handle source, nb::handle destination, nb::handle keys, nb::handle new_keys, bool in_clear,
                     nb::handle progress) {
  WatchedCall call(progress);
  const std::filesystem::path from = PathArgument(source, "source");
  const std::filesystem::path to = PathArgument(destination, "destination");
  const SalvageOptions options{.encryption = KeysFrom(keys),
                               .new_encryption = KeysFrom(new_keys),
                               .in_clear = in_clear,
                               .progress = [&](std::uint64_t rows) { return call.Look(rows, std::nullopt); }};
  NoteEngineStart();
  const auto salvage = [&] {
    const ReleasedGil released;
    return Salvage(from, to, options);
  };
  const Result<SalvageReport> report = salvage();
  call.Check(report.status());
  nb::list notes;
  for (const std::string& note : report->notes) notes.append(ToStr(note));
  nb::dict dict;
  dict["messages"] = report->messages;
  dict["records"] = report->records;
  dict["attachments"] = report->attachments;
  dict["ranges"] = Ranges(*report);
  dict["runs"] = Runs(*report);
  dict["channels"] = ShortChannels(*report);
  dict["notes"] = notes;
  return dict;
}

}  // namespace

void BindDoctor(nb::module_& module) {
  module.def("_doctor", Doctor, nb::arg("path"), nb::arg("deep"), nb::arg("fix"), nb::arg("keys"),
             nb::arg("progress") = nb::none(),
             nb::sig("def _doctor(path: str | bytes | os.PathLike[str], deep: bool, fix: bool, "
                     "keys: dict[str, object], "
                     "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                     "-> dict[str, typing.Any]"));
  module.def("_salvage", SalvageInto, nb::arg("source"), nb::arg("destination"), nb::arg("keys"), nb::arg("new_keys"),
             nb::arg("in_clear"), nb::arg("progress") = nb::none(),
             nb::sig("def _salvage(source: str | bytes | os.PathLike[str], "
                     "destination: str | bytes | os.PathLike[str], "
                     "keys: dict[str, object], new_keys: dict[str, object], in_clear: bool, "
                     "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                     "-> dict[str, typing.Any]"));
}

}  // namespace rookery::python
