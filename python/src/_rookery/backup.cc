#include "backup.h"

#include <chrono>
#include <exception>
#include <optional>
#include <string>

#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "options.h"
#include "rookery/backup.h"
#include "times.h"

namespace rookery::python {
namespace {

std::optional<std::uint64_t> TotalOf(const BackupProgress& now) {
  return now.total_bytes > 0 ? std::optional(now.total_bytes) : std::nullopt;
}

/// Long work on a set, without a store: looks for signals and tells the progress function. The library asks ten times
/// a second. Used by one thread, which holds the GIL when it makes this and calls Check().
class SetCall {
 public:
  explicit SetCall(nb::handle progress) : progress_(progress) {
    if (!progress.is_none() && PyCallable_Check(progress.ptr()) == 0) {
      RaiseWrongType("progress", "a callable(done, total) or None", progress);
    }
  }
  SetCall(const SetCall&) = delete;
  SetCall& operator=(const SetCall&) = delete;

  BackupProgressFunction Telling() {
    return [this](const BackupProgress& now) { return Look(now); };
  }
  /// Calls work() without the GIL, and returns its value or raises.
  template <typename Work>
  auto Run(Work&& work) {
    auto result = [&] {
      const ReleasedGil released;
      return work();
    }();
    if (raised_ != nullptr) std::rethrow_exception(raised_);
    return Unwrap(std::move(result));
  }

 private:
  bool Look(const BackupProgress& now) noexcept {
    if (raised_ != nullptr) return false;
    const HeldGil held;
    try {
      if (PyErr_CheckSignals() != 0) throw nb::python_error();
      if (!progress_.is_none()) {
        const auto total = TotalOf(now);
        progress_(now.done_bytes, total ? nb::object(nb::int_(*total)) : nb::none());
      }
    } catch (...) {
      raised_ = std::current_exception();
    }
    return raised_ == nullptr;
  }

  const nb::handle progress_;  // held by the caller's arguments
  std::exception_ptr raised_;
};

std::string NameArgument(nb::handle name) { return std::string(OptionalText(name, "backup").view()); }

nb::list Texts(const std::vector<std::string>& texts) {
  nb::list list;
  for (const std::string& text : texts) list.append(ToStr(text));
  return list;
}

nb::dict CountsDict(const BackupCounts& counts) {
  nb::dict dict;
  dict["messages"] = counts.messages;
  dict["records"] = counts.records;
  dict["attachments"] = counts.attachments;
  return dict;
}

nb::dict BackupDict(const BackupInfo& backup) {
  nb::dict dict = CountsDict(backup.counts);
  nb::list cells;
  for (const BackupCell& cell : backup.cells) cells.append(ToStr(cell.name));
  const bool known = backup.damage.empty();
  dict["name"] = ToStr(backup.name);
  dict["store_id"] = ToStr(backup.store_id);
  dict["created_at"] = known ? ToDatetime(backup.created_at) : nb::none();
  dict["verified_at"] = ToDatetime(backup.verified_at);
  dict["made_by"] = ToStr(backup.made_by);
  dict["cells"] = cells;
  dict["left_out"] = Texts(backup.left_out);
  dict["key_ids"] = Texts(backup.key_ids);
  dict["files"] = backup.files;
  dict["bytes"] = backup.bytes;
  dict["damage"] = ToStr(backup.damage);
  return dict;
}

nb::dict CreateBackup(const StoreObject& self, nb::handle set, bool link, nb::handle rate, nb::handle missing_cells,
                      nb::handle progress) {
  const std::filesystem::path path = PathArgument(set, "set");
  LongCall call(*self.core, progress);
  std::uint64_t done = 0;
  const BackupOptions options{.tables = link ? BackupTables::kLink : BackupTables::kCopy,
                              .max_bytes_per_second = NumberArgument<std::uint64_t>(rate, "rate"),
                              .missing_cells = MissingCellsArgument(missing_cells),
                              .progress = [&](const BackupProgress& now) {
                                done = now.done_bytes;
                                return call.Look(now.done_bytes, TotalOf(now));
                              }};
  const Result<BackupReport> report =
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.CreateBackup(path, options); });
  call.Check(report.status());
  call.Finish(done, done);
  nb::dict dict;
  dict["backup"] = BackupDict(report->backup);
  dict["files_copied"] = report->files_copied;
  dict["bytes_copied"] = report->bytes_copied;
  dict["files_shared"] = report->files_shared;
  return dict;
}

nb::dict RestoreChannel(const StoreObject& self, nb::handle set, nb::handle channel, nb::handle channel_as,
                        nb::handle backup, nb::handle keys, nb::handle progress) {
  const std::filesystem::path path = PathArgument(set, "set");
  const TextArgument channel_text(channel, "channel");
  LongCall call(*self.core, progress);
  const ChannelRestoreOptions options{
      .backup = NameArgument(backup),
      .channel_as = std::string(OptionalText(channel_as, "channel_as").view()),
      .encryption = KeysFrom(keys),
      .progress = [&](const BackupProgress& now) { return call.Look(now.done_bytes, TotalOf(now)); }};
  const Result<BackupCounts> counts =
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.RestoreChannel(path, channel_text, options); });
  call.Check(counts.status());
  return CountsDict(*counts);
}

nb::list ListThem(nb::handle set) {
  LoadErrors();
  const std::filesystem::path path = PathArgument(set, "set");
  SetCall call{nb::none()};
  nb::list list;
  for (const BackupInfo& backup : call.Run([&] { return ListBackups(path); })) list.append(BackupDict(backup));
  return list;
}

nb::dict Verify(nb::handle set, nb::handle backup, bool quick, nb::handle keys, nb::handle scratch,
                nb::handle progress) {
  LoadErrors();
  const std::filesystem::path path = PathArgument(set, "set");
  SetCall call(progress);
  VerifyBackupOptions options{
      .backup = NameArgument(backup), .files_only = quick, .encryption = KeysFrom(keys), .progress = call.Telling()};
  if (!scratch.is_none()) options.scratch = PathArgument(scratch, "scratch");
  const BackupProof proof = call.Run([&] { return VerifyBackup(path, options); });
  nb::dict dict;
  dict["backup"] = BackupDict(proof.backup);
  dict["opened"] = proof.opened;
  dict["not_remembered"] = ToStr(proof.not_remembered);
  return dict;
}

nb::dict Restore(nb::handle set, nb::handle destination, nb::handle backup, nb::handle channel, nb::handle channel_as,
                 nb::handle keys, nb::handle progress) {
  LoadErrors();
  const std::filesystem::path path = PathArgument(set, "set");
  const std::filesystem::path target = PathArgument(destination, "destination");
  SetCall call(progress);
  RestoreOptions options{.backup = NameArgument(backup),
                         .channel = {},
                         .channel_as = std::string(OptionalText(channel_as, "channel_as").view()),
                         .encryption = KeysFrom(keys),
                         .progress = call.Telling()};
  if (!channel.is_none()) options.channel = std::string(TextArgument(channel, "channel").view());
  const RestoreReport report = call.Run([&] { return RestoreBackup(path, target, options); });
  nb::dict dict = CountsDict(report.counts);
  dict["left_out"] = Texts(options.channel ? std::vector<std::string>() : report.backup.left_out);
  return dict;
}

nb::dict Prune(nb::handle set, nb::handle keep, nb::handle keep_days, bool dry_run) {
  LoadErrors();
  constexpr std::int64_t kMostDays = 36'500;
  const std::filesystem::path path = PathArgument(set, "set");
  PruneOptions options{.dry_run = dry_run};
  options.keep = Optional(keep, [](nb::handle number) { return NumberArgument<std::uint64_t>(number, "keep", 1); });
  options.keep_for = Optional(keep_days, [](nb::handle days) {
    return std::chrono::hours{24 * IntegerArgument(days, "keep_days", 0, kMostDays)};
  });
  SetCall call{nb::none()};
  const PruneReport report = call.Run([&] { return PruneBackups(path, options); });
  nb::dict dict;
  dict["removed"] = Texts(report.removed);
  dict["kept"] = Texts(report.kept);
  dict["unknown"] = Texts(report.unknown);
  dict["files_removed"] = report.files_removed;
  dict["bytes_removed"] = report.bytes_removed;
  return dict;
}

}  // namespace

void BindBackups(nb::module_& module, StoreClass& store) {
  using nb::arg;
  store
      .def("_create_backup", CreateBackup, arg("set"), arg("link"), arg("rate"), arg("missing_cells"),
           arg("progress") = nb::none(),
           nb::sig("def _create_backup(self, set: str | os.PathLike[str], link: bool, rate: int, missing_cells: str, "
                   "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                   "-> dict[str, typing.Any]"))
      .def("_restore_channel", RestoreChannel, arg("set"), arg("channel"), arg("channel_as").none(),
           arg("backup").none(), arg("keys"), arg("progress") = nb::none(),
           nb::sig("def _restore_channel(self, set: str | os.PathLike[str], channel: str | bytes, "
                   "channel_as: str | bytes | None, backup: str | None, keys: dict[str, object], "
                   "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                   "-> dict[str, typing.Any]"));
  module.def("_list_backups", ListThem, arg("set"),
             nb::sig("def _list_backups(set: str | os.PathLike[str]) -> list[dict[str, typing.Any]]"));
  module.def("_verify_backup", Verify, arg("set"), arg("backup").none(), arg("quick"), arg("keys"),
             arg("scratch").none(), arg("progress") = nb::none(),
             nb::sig("def _verify_backup(set: str | os.PathLike[str], backup: str | None, quick: bool, "
                     "keys: dict[str, object], scratch: str | os.PathLike[str] | None, "
                     "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                     "-> dict[str, typing.Any]"));
  module.def("_restore_backup", Restore, arg("set"), arg("destination"), arg("backup").none(), arg("channel").none(),
             arg("channel_as").none(), arg("keys"), arg("progress") = nb::none(),
             nb::sig("def _restore_backup(set: str | os.PathLike[str], destination: str | os.PathLike[str], "
                     "backup: str | None, channel: str | bytes | None, channel_as: str | bytes | None, "
                     "keys: dict[str, object], "
                     "progress: collections.abc.Callable[[int, int | None], object] | None = None) "
                     "-> dict[str, typing.Any]"));
  module.def("_prune_backups", Prune, arg("set"), arg("keep").none(), arg("keep_days").none(), arg("dry_run"),
             nb::sig("def _prune_backups(set: str | os.PathLike[str], keep: int | None, keep_days: int | None, "
                     "dry_run: bool) -> dict[str, typing.Any]"));
}

}  // namespace rookery::python
