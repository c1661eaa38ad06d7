// backup: copies of a store that are proved: creates, lists, verifies, restores and prunes them.
#include "rookery/backup.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "action_options.h"
#include "commands.h"
#include "leave_out_cells.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "progress.h"
#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

/// Days, as hours.
Result<std::chrono::hours> ParseDays(std::string_view text) {
  constexpr std::uint64_t kMost = 36'500;
  const auto days = ParseCount(text);
  if (!days) return days.error();
  if (*days > kMost) return Status(StatusCode::kInvalidArgument, "must be at most 36500 days");
  return std::chrono::hours{24 * static_cast<std::int64_t>(*days)};
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

class BackupCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "backup",
            .summary = "Make copies of a store that are proved, and bring them back",
            .details =
                "create copies the store PATH into the backup set TARGET, a directory with all its backups in which\n"
                "files that never change are once; interrupted, it goes on when it is called again. list shows the\n"
                "backups of the set PATH. verify opens one of them, reads it whole and compares its counts and\n"
                "fingerprints with those of the store; with --quick it only looks at the files, and proves nothing.\n"
                "restore makes a store at TARGET, which must be missing or empty; with --channel of one channel, or\n"
                "adds the channel to the store TARGET. prune removes backups that no rule keeps; of each cell the\n"
                "newest backup with it, and the newest of these that was verified, always stay. A backup of an\n"
                "encrypted store is encrypted: verify and restore need the keys that list names. Columns of list in\n"
                "a pipe: name, created_at, verified_at, messages, records, attachments, bytes, cells, left_out,\n"
                "damage, keys.",
            .examples = {"rookery backup create chat.rook /backup/chat", "rookery backup verify /backup/chat",
                         "rookery backup restore /backup/chat chat-again.rook",
                         "rookery backup restore /backup/chat chat.rook --channel general --into live --as old",
                         "rookery backup prune /backup/chat --keep 7 --keep-days 30 --dry-run"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"ACTION", "NAME", "what to do"}, {"create", "list", "verify", "restore", "prune"}, &action_)
        ->required();
    AddText(app, {"PATH", "DIRECTORY", "create: the store; else the backup set"}, &path_)->required();
    AddText(app, {"TARGET", "DIRECTORY", "create: the backup set; restore: where the store is, or is to be"}, &target_);
    const auto only = [this](std::initializer_list<std::string_view> actions, CLI::Option* option) {
      return by_action_.Only(actions, option);
    };
    only({"create"}, app.add_flag("--link", link_, "create: link tables, where the disk can, and do not copy them"));
    only({"create"}, AddParsed(app, {"--rate", "SIZE", "create: copy and read at most so much in a second"},
                               &create_.max_bytes_per_second, ParseSize));
    only({"create"}, leave_out_cells_.Define(app));
    only({"verify", "restore"},
         AddText(app, {"--backup", "NAME", "verify, restore: this one; default the newest"}, &backup_));
    only({"verify"}, app.add_flag("--quick", quick_, "verify: look at the files only, which proves nothing"));
    only({"verify"},
         AddText(app, {"--scratch", "DIRECTORY", "verify: open it there; default the set, if it can be written"},
                 &scratch_));
    only({"restore"}, AddText(app, {"--channel", "NAME", "restore: only this channel"}, &channel_));
    only({"restore"},
         AddChoice(app, {"--into", "KIND", "restore: a channel into a new store, the default, or a live one"},
                   {"new", "live"}, &into_));
    only({"restore"}, AddText(app, {"--as", "NAME", "restore: give the channel this name"}, &as_));
    only({"prune"}, AddParsed(app, {"--keep", "N", "prune: keep the newest N"}, &prune_.keep, ParsePositive));
    only({"prune"},
         AddParsed(app, {"--keep-days", "N", "prune: keep those that are not older"}, &prune_.keep_for, ParseDays));
    only({"prune"}, app.add_flag("--dry-run", prune_.dry_run, "prune: say what would be removed"));
  }

  Result<ExitCode> Run(Context& context) override {
    if (Status fits = by_action_.Check(action_); !fits.ok()) return fits;
    if (Status fits = CheckPlaces(); !fits.ok()) return fits;
    if (action_ == "create") return Create(context);
    if (action_ == "list") return List(context);
    if (action_ == "verify") return Verify(context);
    return action_ == "restore" ? Restore(context) : Prune(context);
  }

 private:
  static Status Wrong(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }

  Status CheckPlaces() const {
    const bool needs_target = action_ == "create" || action_ == "restore";
    if (needs_target && !target_) {
      return Wrong(action_ == "create" ? "create needs a store and a backup set: rookery backup create STORE SET"
                                       : "restore needs a backup set and a path: rookery backup restore SET STORE");
    }
    if (!needs_target && target_) return Wrong(fmt::format("{} takes one path, that of the backup set", action_));
    if (!channel_ && into_) return Wrong("--into is for one channel; name it with --channel");
    if (as_ && as_->empty()) return Wrong("--as needs a name; without it the channel has the one it had");
    if (!channel_ && as_) return Wrong("--as is for one channel; name it with --channel");
    return Status::Ok();
  }

  static BackupProgressFunction Telling(Progress* progress) {
    return [progress](const BackupProgress& now) {
      return progress->Update(
          {.items = now.done_bytes, .bytes = now.done_bytes, .total_bytes = now.total_bytes, .phase = now.phase});
    };
  }

  static Document& AddCounts(const BackupCounts& counts, Document* document) {
    return document->Add("messages", Value::Count(counts.messages))
        .Add("records", Value::Count(counts.records))
        .Add("attachments", Value::Count(counts.attachments));
  }

  /// As GivenKeys of a store.
  Result<std::optional<EncryptionOptions>> KeysOfBackup(const Context& context) const {
    if (context.settings().keys.empty()) {
      const auto backups = ListBackups(path_);
      for (std::size_t i = backups ? backups->size() : 0; i > 0; --i) {
        const BackupInfo& backup = (*backups)[i - 1];
        if (!backup_.empty() && backup.name != backup_) continue;
        if (backup.damage.empty() && backup.key_ids.empty()) return std::optional<EncryptionOptions>();
        break;
      }
    }
    return GivenKeys(context);
  }

  static Value LeftOut(const BackupInfo& backup) {
    return backup.left_out.empty() ? Value::None() : Value::Text(Joined(backup.left_out));
  }

  /// Who proves or restores a backup is to know what is not in it.
  static void TellLeftOut(Context& context, const BackupInfo& backup) {
    for (const std::string& cell : backup.left_out) {
      context.Warn(fmt::format("cell {} is not in backup {}: it was quarantined when that was made", cell, backup.name),
                   {{"left_out", {{"cell", cell}, {"backup", backup.name}}}});
    }
  }

  Result<ExitCode> Create(Context& context) {
    const CatchInterrupts catch_interrupts;
    Result<Store> store = OpenForWriting(context, path_);
    if (!store) return store.error();
    create_.tables = link_ ? BackupTables::kLink : BackupTables::kCopy;
    create_.missing_cells = leave_out_cells_.missing_cells();
    Result<BackupReport> report = [&] {
      Progress progress(context, "backup create", "bytes");
      create_.progress = Telling(&progress);
      return store->CreateBackup(*target_, create_);
    }();
    if (!report) return report.error();
    if (Status told = leave_out_cells_.Tell(context, *store); !told.ok()) return told;
    if (Status closed = store->Close(); !closed.ok()) return closed;
    Document document(context, "rookery.backup_create.v1");
    document.Add("backup", Value::Text(report->backup.name))
        .Add("cells", Value::Count(report->backup.cells.size()))
        .Add("left_out", LeftOut(report->backup));
    AddCounts(report->backup.counts, &document)
        .Add("bytes", Value::Size(report->backup.bytes))
        .Add("bytes_copied", Value::Size(report->bytes_copied))
        .Add("files_copied", Value::Count(report->files_copied))
        .Add("files_shared", Value::Count(report->files_shared))
        .Print();
    return ExitCode::kOk;
  }

  Result<ExitCode> List(Context& context) const {
    const auto backups = ListBackups(path_);
    if (!backups) return backups.error();
    Table table(context, {"name", "created_at", "verified_at", "messages", "records", "attachments", "bytes", "cells",
                          "left_out", "damage", "keys"});
    for (const BackupInfo& backup : *backups) {
      const bool known = backup.damage.empty();
      const auto count = [known](std::uint64_t number) { return known ? Value::Count(number) : Value::None(); };
      const std::string keys = Joined(backup.key_ids);
      table.Row({Value::Text(backup.name), known ? Value::Time(backup.created_at) : Value::None(),
                 backup.verified_at ? Value::Time(*backup.verified_at) : Value::None(), count(backup.counts.messages),
                 count(backup.counts.records), count(backup.counts.attachments),
                 known ? Value::Size(backup.bytes) : Value::None(), count(backup.cells.size()), LeftOut(backup),
                 known ? Value::None() : Value::Text(backup.damage), keys.empty() ? Value::None() : Value::Text(keys)});
    }
    table.Finish();
    return ExitCode::kOk;
  }

  Result<ExitCode> Verify(Context& context) const {
    const CatchInterrupts catch_interrupts;
    const Result<std::optional<EncryptionOptions>> keys = KeysOfBackup(context);
    if (!keys) return keys.error();
    const Result<BackupProof> proof = [&] {
      Progress progress(context, "backup verify", "bytes");
      return VerifyBackup(path_, {.backup = backup_,
                                  .files_only = quick_,
                                  .encryption = *keys,
                                  .scratch = scratch_,
                                  .progress = Telling(&progress)});
    }();
    if (!proof) return proof.error();
    TellLeftOut(context, proof->backup);
    if (!proof->not_remembered.empty()) {
      context.Warn("the set does not remember that this backup was proved: " + TerminalText(proof->not_remembered),
                   {{"not_remembered", proof->not_remembered}});
    }
    Document document(context, "rookery.backup_verify.v1");
    document.Add("backup", Value::Text(proof->backup.name))
        .Add("result", Value::Text(proof->opened ? "verified" : "files only, not opened"))
        .Add("verified", Value::Flag(proof->opened))
        .Add("left_out", LeftOut(proof->backup))
        .Add("files", Value::Count(proof->backup.files))
        .Add("bytes", Value::Size(proof->backup.bytes));
    AddCounts(proof->backup.counts, &document).Print();
    return ExitCode::kOk;
  }

  Result<ExitCode> Restore(Context& context) const {
    const CatchInterrupts catch_interrupts;
    std::string name = backup_;
    std::optional<BackupInfo> whole;
    const Result<BackupCounts> counts = [&]() -> Result<BackupCounts> {
      Progress progress(context, "backup restore", "bytes");
      if (into_ == "live") return Add(context, Telling(&progress));
      const Result<std::optional<EncryptionOptions>> keys = KeysOfBackup(context);
      if (!keys) return keys.error();
      Result<RestoreReport> report = RestoreBackup(path_, *target_,
                                                   {.backup = backup_,
                                                    .channel = channel_,
                                                    .channel_as = as_.value_or(""),
                                                    .encryption = *keys,
                                                    .progress = Telling(&progress)});
      if (!report) return report.error();
      name = report->backup.name;
      if (!channel_) whole = report->backup;
      return report->counts;
    }();
    if (!counts) return counts.error();
    if (whole) TellLeftOut(context, *whole);
    Document document(context, "rookery.backup_restore.v1");
    if (!name.empty()) document.Add("backup", Value::Text(name));
    document.Add("store", Value::Text(*target_));
    if (channel_) document.Add("channel", Value::Text(as_.value_or(*channel_)));
    if (whole) document.Add("left_out", LeftOut(*whole));
    AddCounts(*counts, &document).Print();
    return ExitCode::kOk;
  }

  /// Adds the channel to a store that is there.
  Result<BackupCounts> Add(Context& context, BackupProgressFunction progress) const {
    Result<Store> store = OpenForWriting(context, *target_);
    if (!store) return store.error();
    Result<BackupCounts> counts = store->RestoreChannel(
        path_, *channel_, {.backup = backup_, .channel_as = as_.value_or(""), .progress = std::move(progress)});
    if (!counts) return counts;
    if (Status closed = store->Close(); !closed.ok()) return closed;
    return counts;
  }

  Result<ExitCode> Prune(Context& context) const {
    if (!prune_.keep && !prune_.keep_for) return Wrong("prune needs --keep N or --keep-days N, or both");
    const Result<PruneReport> report = PruneBackups(path_, prune_);
    if (!report) return report.error();
    for (const std::string& name : report->unknown) {
      context.Warn(
          fmt::format("{} in backups/ is not rookery's, and may need any table: none was removed because of it; "
                      "move it out of the set",
                      TerminalText(name)),
          {{"unknown", name}});
    }
    Document(context, "rookery.backup_prune.v1")
        .Add("dry_run", Value::Flag(prune_.dry_run))
        .Add("removed", Value::Count(report->removed.size()))
        .Add("kept", Value::Count(report->kept.size()))
        .Add("files_removed", Value::Count(report->files_removed))
        .Add("bytes_removed", Value::Size(report->bytes_removed))
        .AddJson("removed_names", report->removed)
        .AddJson("unknown_names", report->unknown)
        .Print();
    if (context.layout() == Layout::kJson) return ExitCode::kOk;
    for (const std::string& name : report->removed) {
      context.out() << (prune_.dry_run ? "would_remove\t" : "removed\t") << name << '\n';
    }
    return ExitCode::kOk;
  }

  ActionOptions by_action_;
  std::string action_;
  std::string path_;
  std::optional<std::string> target_;
  BackupOptions create_;
  bool link_ = false;
  LeaveOutCells leave_out_cells_;
  std::string backup_;
  bool quick_ = false;
  std::string scratch_;
  std::optional<std::string> channel_;
  std::optional<std::string> into_;
  std::optional<std::string> as_;
  PruneOptions prune_;
};

}  // namespace

std::unique_ptr<Command> MakeBackupCommand() { return std::make_unique<BackupCommand>(); }

}  // namespace rookery::cli
