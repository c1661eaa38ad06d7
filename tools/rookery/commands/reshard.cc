// reshard: what a change of the shards would move, and the job that carries it out.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "action_options.h"
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "reshard_apply.h"
#include "reshard_proof.h"
#include "reshard_request.h"
#include "reshard_run.h"
#include "signals.h"

namespace rookery::cli {
namespace {

class ReshardCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "reshard",
            .summary = "Plan, carry out and prove a change of the shards",
            .details =
                "plan and apply take one of --shards, --split, --merge, --move, --slots, --range, --rebalance,\n"
                "--spread and --strategy. plan changes nothing; columns in a pipe: from, to, channels, messages, "
                "bytes, epoch.\n"
                "apply copies what moves, compares both places, switches to the new one and removes the old one. It\n"
                "goes on until that is done, or until the old place is kept; stopped before, resume goes on with it.\n"
                "Between these commands no other command works on the job, but applications that open the store do.\n"
                "verify prints rows, bytes and a fingerprint of each shard and of all, which a job leaves as it is,\n"
                "and compares both places while there are two: exit code 12 if they differ. In a pipe it ends with\n"
                "lines: shard, number, rows, bytes, fingerprint; and move, from, to, rows, fingerprint, copy_rows,\n"
                "copy_fingerprint, equal.",
            .examples = {"rookery reshard plan chat.rook --shards 9", "rookery reshard plan chat.rook --split 3 --json",
                         "rookery reshard apply chat.rook --shards 9 --epoch 1 --keep 7d --yes",
                         "rookery reshard apply chat.rook --merge 8 --into 2 --share 100 --yes",
                         "rookery reshard status chat.rook --json", "rookery reshard revert chat.rook",
                         "rookery reshard verify chat.rook"}};
  }

  void Define(CLI::App& app) override {
    AddChoice(app, {"ACTION", "NAME", "what to do"}, {"plan", "apply", "status", "pause", "resume", "revert", "verify"},
              &action_)
        ->required();
    AddStore(app, &store_);
    change_.Define(app, &by_action_);
    AddText(app, {"--cell", "NAME", "whose shards; default the main cell's"}, &cell_);
    apply_.Define(app, "apply: ", [this](CLI::Option* option) { by_action_.Only({"apply"}, option); });
  }

  Result<ExitCode> Run(Context& context) override {
    if (Status fits = by_action_.Check(action_); !fits.ok()) return fits;
    if (action_ == "plan" || action_ == "apply") return Change(context);
    if (action_ == "status") return ShowStatus(context);
    if (action_ == "pause") return Pause(context);
    if (action_ == "resume") return Follow(context, &Store::ResumeReshard);
    if (action_ == "revert") return Follow(context, &Store::RevertReshard);
    return Verify(context);
  }

 private:
  Result<ExitCode> Change(Context& context) const {
    const Result<ReshardRequest> request = change_.Request();
    if (!request) return request.error();
    const Result<std::string> cell = change_.CellOr(cell_);
    if (!cell) return cell.error();
    return action_ == "plan" ? ReshardApply::Plan(context, store_, *request, *cell)
                             : apply_.Apply(context, store_, *request, *cell);
  }

  Result<ExitCode> ShowStatus(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<std::optional<ReshardStatus>> status = store->Reshard(Cell());
    if (!status) return status.error();
    PrintReshard(context, *status);
    if (!*status) context.Note("no reshard job");
    return ExitCode::kOk;
  }

  Result<ExitCode> Pause(Context& context) const {
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    if (Status paused = store->PauseReshard(Cell()); !paused.ok()) return paused;
    const Result<ReshardStatus> job = JobOf(*store, Cell());
    if (!job) return job.error();
    if (Status closed = store->Close(); !closed.ok()) return closed;
    PrintReshard(context, *job);
    context.Note("the job is paused, also for applications; rookery reshard resume goes on with it");
    return ExitCode::kOk;
  }

  Result<ExitCode> Follow(Context& context, Status (Store::*begin)(std::string_view)) const {
    const CatchInterrupts catch_interrupts;
    Result<Store> store = OpenForWriting(context, store_);
    if (!store) return store.error();
    if (Status begun = (*store.*begin)(Cell()); !begun.ok()) return begun;
    return FollowReshard(context, &*store, Cell());
  }

  Result<ExitCode> Verify(Context& context) const {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<ReshardProof> proof = ProveReshard(context, *store, Cell());
    if (!proof) return proof.error();
    PrintProof(context, *proof);
    if (!cell_ && HasMoreCells(*store)) {
      context.Note("these are the shards of the main cell; --cell NAME proves another one's");
    }
    return AllEqual(*proof) ? ExitCode::kOk : ExitCode::kDamage;
  }

  static bool HasMoreCells(const Store& store) {
    const Result<std::vector<CellInfo>> cells = store.Cells();
    return cells && cells->size() > 1;
  }

  std::string Cell() const { return cell_.value_or(std::string(kMainCell)); }

  ActionOptions by_action_;
  std::string action_;
  std::string store_;
  std::optional<std::string> cell_;
  ReshardChange change_;
  ReshardApply apply_;
};

}  // namespace

std::unique_ptr<Command> MakeReshardCommand() { return std::make_unique<ReshardCommand>(); }

}  // namespace rookery::cli
