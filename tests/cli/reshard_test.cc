// reshard: what each action takes, does and shows, from a plan to a job that is done, kept, paused or reverted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/cli/cli_fixture.h"
#include "tools/rookery/reshard_proof.h"
#include "tools/rookery/reshard_run.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class ReshardTest : public CliTest {
 protected:
  void SetUp() override {
    WriteFile("many.jsonl", ManyMessages(300));
    Out({"init", "s", "--routing", "range", "--splits", "m"});
    Out({"import", "s", "many.jsonl"});
  }

  static Arguments Reshard(const std::string& action, const Arguments& more = {}) {
    Arguments arguments{"reshard", action, "s"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  void Refused(const std::string& action, const Arguments& more, const std::string& why) const {
    const Outcome outcome = Rookery(Reshard(action, more));
    EXPECT_EQ(outcome.exit_code, 2) << action;
    EXPECT_THAT(outcome.error, HasSubstr(why));
  }
  void Refused(const Arguments& more, const std::string& why) const { Refused("plan", more, why); }

  /// Moves about half of the only shard that holds something to a new one.
  Json Split(const Arguments& more = {}) const {
    Arguments arguments = Reshard("apply", {"--split", "0", "--yes", "--share", "100"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return OutJson(arguments);
  }
  Json JobNow() const { return OutJson(Reshard("status")); }
  Json Proof() const { return OutJson(Reshard("verify")); }
  std::string Export() const { return Out({"export", "s"}); }
  void Sound() const { EXPECT_EQ(OutJson({"verify", "s"})["ok"], true); }
};

TEST_F(ReshardTest, ShowsWhatMovesAndChangesNothing) {
  const std::size_t channels = OutJsonLines({"channels", "s"}).size();
  const Outcome outcome = Rookery({"reshard", "plan", "s", "--strategy", "hash", "--shards", "1"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr("range over 2 shards -> hash over 1 shard"));
  EXPECT_THAT(outcome.error, HasSubstr("; epoch 1\n"));
  std::uint64_t stays = 0;
  for (const Json& shard : OutJsonLines({"shards", "s"})) {
    if (shard["shard"] == 0) stays = shard["channels"];
  }
  std::uint64_t moved = 0;
  for (const Json& transfer : OutJsonLines({"reshard", "plan", "s", "--strategy", "hash", "--shards", "1"})) {
    EXPECT_EQ(transfer["to"], 0);
    moved += transfer["channels"].get<std::uint64_t>();
  }
  EXPECT_EQ(moved + stays, channels);
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 2);
}

TEST_F(ReshardTest, APlanTellsTheEpochThatApplyTakes) {
  const std::vector<Json> transfers = OutJsonLines(Reshard("plan", {"--split", "0"}));
  ASSERT_EQ(transfers.size(), 1U);
  const std::string epoch = transfers[0]["epoch"].dump();
  EXPECT_EQ(Split({"--epoch", epoch})["phase"], "done");
  const Outcome outcome = Rookery(Reshard("apply", {"--split", "0", "--yes", "--epoch", epoch}));
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.error, HasSubstr("plan again"));
  EXPECT_THAT(outcome.error, HasSubstr("hint: see what it would move now"));
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 3);
}

TEST_F(ReshardTest, EveryChangeCanBePlanned) {
  for (const Arguments& change : {Arguments{"--shards", "1"},
                                  {"--split", "0", "--at", "c"},
                                  {"--merge", "1", "--into", "0"},
                                  {"--move", "b", "--into", "1"},
                                  {"--range", "a", "--end", "b", "--into", "1"},
                                  {"--rebalance", "messages"},
                                  {"--spread", "channel-1", "--shards", "2"},
                                  {"--strategy", "directory", "--shards", "4"}}) {
    Out(Reshard("plan", change));
  }
  Out({"init", "h", "--routing", "hash", "--shards", "2"});
  Out({"reshard", "plan", "h", "--slots", "0-63", "--into", "1"});
  Out({"reshard", "plan", "h", "--strategy", "range", "--splits", "g,p"});
}

TEST_F(ReshardTest, AChannelIsSpreadAndBroughtBack) {
  const std::string before = Out({"history", "s", "channel-1", "--limit", "100"});
  const Outcome refused = Rookery({"spread", "s", "channel-1", "--shards", "2"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.error, HasSubstr("nothing is changed without --yes"));
  EXPECT_EQ(OutJson({"spread", "s", "channel-1", "--shards", "2", "--yes", "--share", "100"})["phase"], "done");
  EXPECT_THAT(Out({"route", "s", "channel-1"}), HasSubstr("spread"));
  EXPECT_EQ(Out({"history", "s", "channel-1", "--limit", "100"}), before);
  Out({"verify", "s"});
  EXPECT_EQ(OutJson({"spread", "s", "channel-1", "--shards", "1", "--yes", "--share", "100"})["phase"], "done");
  EXPECT_THAT(Out({"route", "s", "channel-1"}), ::testing::Not(HasSubstr("spread")));
  EXPECT_EQ(Out({"history", "s", "channel-1", "--limit", "100"}), before);
}

TEST_F(ReshardTest, WhatDoesNotFitIsRefused) {
  Refused({}, "one change");
  Refused({"--shards", "3", "--split", "0"}, "one change");
  Refused({"--merge", "1"}, "--into is missing");
  Refused({"--spread", "b"}, "--spread needs --shards");
  Refused({"--spread", "channel-1", "--shards", "3"}, "shards: 3 is not in 1..2");
  Refused({"--split", "0", "--into", "1"}, "--into needs");
  Refused({"--shards", "3", "--at", "a"}, "--at needs --split");
  Refused({"--shards", "3", "--end", "a"}, "--end needs --range");
  Refused({"--strategy", "range"}, "needs --splits");
  Refused({"--strategy", "directory"}, "--strategy directory needs --shards");
  Refused({"--shards", "3", "--splits", "a"}, "--splits needs");
  Refused({"--slots", "a-b", "--into", "1"}, "is not slots such as");
  Refused({"--slots", "1-2", "--into", "1"}, "no slots");
  Refused({"--merge", "7", "--into", "0"}, "shard 7");
  Refused("apply", {"--yes"}, "one change");
}

TEST_F(ReshardTest, AnOptionOfAnotherActionIsRefused) {
  Refused({"--shards", "3", "--keep", "1h"}, "plan does not take --keep; it is for apply");
  Refused({"--shards", "3", "--yes"}, "plan does not take --yes");
  Refused("status", {"--shards", "3"}, "status does not take --shards; it is for plan and apply");
  for (const std::string action : {"pause", "resume", "revert", "verify"}) {
    Refused(action, {"--share", "50"}, action + " does not take --share");
    Refused(action, {"--max-rate", "1MiB"}, action + " does not take --max-rate");
    Refused(action, {"--epoch", "1"}, action + " does not take --epoch");
  }
  Refused("apply", {"--shards", "3", "--yes", "--share", "0"}, "is not a percentage");
  Refused("apply", {"--shards", "3", "--yes", "--share", "101"}, "is not a percentage");
  Refused("apply", {"--shards", "3", "--yes", "--keep", "400d"}, "365 days");
}

TEST_F(ReshardTest, WithoutYesThePlanIsShownAndNothingHappens) {
  const Arguments split{"--split", "0"};
  const Outcome outcome = Rookery(Reshard("apply", split));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.out, Out(Reshard("plan", split)));
  EXPECT_THAT(outcome.error, HasSubstr("nothing is changed without --yes; for just this plan: --yes --epoch 1"));
  EXPECT_EQ(OutJson({"info", "s"})["shard_map_epoch"], 1);
  EXPECT_EQ(JobNow()["phase"], "none");
}

TEST_F(ReshardTest, WhereThereIsNothingToChangeApplySaysSo) {
  for (const Arguments& more : {Arguments{"--shards", "2"}, {"--shards", "2", "--yes"}}) {
    const Outcome outcome = Rookery(Reshard("apply", more));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr("as it is asked to be already"));
    EXPECT_EQ(outcome.out, "phase\tnone\n");
  }
  EXPECT_EQ(JobNow()["phase"], "none");
}

TEST_F(ReshardTest, ApplyMovesAndTheStoreHoldsTheSame) {
  const std::string before = Export();
  const Json proof = Proof();
  const Json job = Split();
  EXPECT_EQ(job["schema"], "rookery.reshard.v1");
  EXPECT_EQ(job["phase"], "done");
  EXPECT_EQ(job["shards_after"], 3);
  EXPECT_GT(job["rows_copied"], 0);
  EXPECT_EQ(Export(), before);
  EXPECT_EQ(Proof()["fingerprint"], proof["fingerprint"]);
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 3);
  Sound();
}

TEST_F(ReshardTest, EveryChangeOfARangeStoreCanBeApplied) {
  const std::string before = Export();
  for (const Arguments& change : {Arguments{"--split", "0", "--at", "channel-3"},
                                  {"--range", "channel-1", "--end", "channel-2", "--into", "1"},
                                  {"--move", "channel-5", "--into", "1"},
                                  {"--merge", "2", "--into", "0"},
                                  {"--rebalance", "messages"},
                                  {"--strategy", "directory", "--shards", "4"},
                                  {"--strategy", "hash", "--shards", "3"},
                                  {"--slots", "0-2047", "--into", "1"},
                                  {"--shards", "2"}}) {
    Arguments arguments = Reshard("apply", change);
    arguments.insert(arguments.end(), {"--yes", "--share", "100"});
    EXPECT_THAT(OutJson(arguments)["phase"], ::testing::AnyOf("done", "none")) << change.front();
    EXPECT_EQ(Export(), before) << change.front();
    Sound();
  }
}

TEST_F(ReshardTest, ASummarySaysWhatWasCopied) {
  const Outcome outcome = Rookery(Reshard("apply", {"--split", "0", "--yes", "--max-rate", "1GiB"}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr("split shard-0000: done; "));
  EXPECT_THAT(outcome.error, HasSubstr("were copied"));
  EXPECT_THAT(outcome.out, HasSubstr("phase\tdone\n"));
}

TEST_F(ReshardTest, AKeptPlaceCanBeRevertedUntilATime) {
  const std::string before = Export();
  const Outcome applied = Rookery(Reshard("apply", {"--split", "0", "--yes", "--keep", "1h"}));
  EXPECT_EQ(applied.exit_code, 0) << applied.error;
  EXPECT_THAT(applied.error, HasSubstr("rookery reshard revert goes back till then"));
  EXPECT_THAT(applied.error, HasSubstr("rookery reshard resume, or any application that opens the store, drops it"));
  EXPECT_EQ(JobNow()["phase"], "switched");
  EXPECT_TRUE(JobNow().contains("drop_at"));
  const Outcome another = Rookery(Reshard("apply", {"--shards", "1", "--yes"}));
  EXPECT_EQ(another.exit_code, 1);
  EXPECT_THAT(another.error, HasSubstr("hint: see how far the job is: rookery reshard status STORE"));
  EXPECT_THAT(Rookery(Reshard("plan", {"--shards", "1"})).error,
              HasSubstr("a reshard job is under way, in phase switched"));
  Post("channel-1", "since then", {"--nonce", "n"});
  EXPECT_EQ(OutJson(Reshard("revert"))["phase"], "reverted");
  EXPECT_EQ(OutJson({"info", "s"})["shards"], 2);
  EXPECT_EQ(Lines(Export()).size(), Lines(before).size() + 1);
  Sound();
}

TEST_F(ReshardTest, ResumeDropsTheOldPlaceWhenItsTimeIsOver) {
  Split({"--keep", "1s"});
  Json job = JobNow();
  while (job["phase"] == "switched") job = OutJson(Reshard("resume"));
  EXPECT_EQ(job["phase"], "done");
  EXPECT_TRUE(job.contains("finished_at"));
  Sound();
}

TEST_F(ReshardTest, OtherCommandsLeaveTheJobWhereItIs) {
  Split({"--keep", "1s"});
  const Json kept = JobNow();
  while (OutJson({"put", "s", "channel-1", "k", "v"})["schema"] == "rookery.put.v1") {
    if (kept["drop_at"].get<std::string>() < OutJson({"get", "s", "channel-1", "--record", "k"})["updated_at"]) break;
  }
  EXPECT_EQ(JobNow()["phase"], "switched");
  EXPECT_EQ(OutJson(Reshard("resume"))["phase"], "done");
}

TEST_F(ReshardTest, APausedJobWaitsForResume) {
  Split({"--keep", "1h"});
  const Json paused = OutJson(Reshard("pause"));
  EXPECT_EQ(paused["paused"], true);
  EXPECT_FALSE(paused.contains("paused_reason"));
  EXPECT_EQ(JobNow()["paused"], true);
  const Json resumed = OutJson(Reshard("resume"));
  EXPECT_EQ(resumed["paused"], false);
  EXPECT_EQ(resumed["phase"], "switched");
}

TEST_F(ReshardTest, WithoutAJobThereIsNothingToPauseResumeOrRevert) {
  for (const std::string action : {"pause", "resume", "revert"}) {
    const Outcome outcome = Rookery(Reshard(action));
    EXPECT_EQ(outcome.exit_code, 4) << action;
    EXPECT_THAT(outcome.error, HasSubstr("no reshard job is under way"));
  }
  const Outcome status = Rookery(Reshard("status"));
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_EQ(status.out, "phase\tnone\n");
  EXPECT_THAT(status.error, HasSubstr("no reshard job"));
  EXPECT_EQ(Split()["phase"], "done");
  EXPECT_EQ(Rookery(Reshard("revert")).exit_code, 4);
}

TEST_F(ReshardTest, StatusTellsAllOfAJob) {
  Split({"--keep", "1h"});
  const Json job = JobNow();
  for (const char* key :
       {"schema", "phase", "paused", "request", "epoch", "strategy_before", "strategy_after", "shards_before",
        "shards_after", "bytes_total", "bytes_copied", "rows_copied", "bytes_per_second", "reads_compared",
        "reads_differing", "started_at", "switched_at", "drop_at"}) {
    EXPECT_TRUE(job.contains(key)) << key;
  }
  EXPECT_EQ(job["request"], "split shard-0000");
  EXPECT_EQ(job["epoch"], 2);
  EXPECT_FALSE(job.contains("finished_at"));
}

TEST_F(ReshardTest, VerifyPrintsEachShardAndTheirSum) {
  const Json proof = Proof();
  EXPECT_EQ(proof["schema"], "rookery.reshard_verify.v1");
  EXPECT_EQ(proof["equal"], true);
  EXPECT_EQ(proof["rows"], 300);
  EXPECT_EQ(proof["fingerprint"].get<std::string>().size(), 32U);
  ASSERT_EQ(proof["shards"].size(), 2U);
  EXPECT_EQ(proof["shards"][0]["fingerprint"], proof["fingerprint"]) << "the other one is empty";
  EXPECT_EQ(proof["shards"][1]["fingerprint"], std::string(32, '0'));
  EXPECT_TRUE(proof["moves"].empty());
  EXPECT_THAT(Out(Reshard("verify")), HasSubstr("\nshard\t1\t0\t0\t00000000000000000000000000000000\n"));
}

TEST_F(ReshardTest, VerifyComparesBothPlacesWhileThereAreTwo) {
  const Json before = Proof();
  Split({"--keep", "1h"});
  const Json proof = Proof();
  EXPECT_EQ(proof["equal"], true);
  EXPECT_EQ(proof["fingerprint"], before["fingerprint"]);
  ASSERT_EQ(proof["moves"].size(), 1U);
  const Json& move = proof["moves"][0];
  EXPECT_EQ(move["from"], 0);
  EXPECT_EQ(move["to"], 2);
  EXPECT_GT(move["rows"], 0);
  EXPECT_EQ(move["rows"], move["copy_rows"]);
  EXPECT_EQ(move["fingerprint"], move["copy_fingerprint"]);
  EXPECT_EQ(move["equal"], true);
  EXPECT_THAT(Out(Reshard("verify")), HasSubstr("\nmove\t0\t2\t"));
  EXPECT_EQ(JobNow()["phase"], "switched") << "to look changes nothing";
}

TEST_F(ReshardTest, APersonSeesTablesOfShardsAndMoves) {
  Split({"--keep", "1h"});
  const Outcome outcome = Rookery({.arguments = Reshard("verify", {"--color", "never"}), .terminal_out = true});
  EXPECT_THAT(outcome.out, HasSubstr("SHARD  ROWS"));
  EXPECT_THAT(outcome.out, HasSubstr("FROM  TO  ROWS  FINGERPRINT"));
}

TEST_F(ReshardTest, AFailureOfTheDiskPausesTheJobAndTheReasonIsTold) {
  WriteFile("large.jsonl", ManyMessages(90'000));
  Out({"import", "s", "large.jsonl"});
  const std::string before = Export();
  const Outcome failed =
      Shell("trap '' XFSZ; ulimit -f 2200; \"$ROOKERY\" reshard apply s --split 0 --share 100 --yes");
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.error, HasSubstr("the job is paused in phase backfill: NO_SPACE: "));
  EXPECT_THAT(failed.error, HasSubstr("when the cause is mended: rookery reshard resume STORE"));
  EXPECT_EQ(OutJson(Reshard("resume"))["phase"], "done");
  EXPECT_EQ(Export(), before);
  Sound();
}

class InterruptedReshardTest : public ReshardTest {
 protected:
  /// A job that cannot get far in a test's time, stopped while it copies.
  Outcome Stopped(int signal) const {
    Arguments arguments = Reshard("apply", {"--split", "0", "--yes", "--max-rate", "1", "--json"});
    arguments.insert(arguments.begin(), kRookery);
    arguments.insert(arguments.end(), {"--progress", "json"});
    Process apply({.arguments = arguments, .directory = directory()});
    EXPECT_TRUE(apply.WaitForError(R"("phase":"backfill")"));
    apply.Signal(signal);
    return apply.Wait();
  }
};

TEST_F(InterruptedReshardTest, AnInterruptedJobStaysWhereItIs) {
  const std::string before = Export();
  const Outcome stopped = Stopped(SIGINT);
  EXPECT_EQ(stopped.exit_code, 130) << stopped.error;
  EXPECT_EQ(Json::parse(stopped.out)["phase"], "backfill");
  EXPECT_THAT(stopped.error, HasSubstr("rookery reshard resume goes on with it"));
  EXPECT_EQ(JobNow()["phase"], "backfill");
  EXPECT_EQ(JobNow()["paused"], false);
  EXPECT_EQ(Export(), before);
  EXPECT_EQ(OutJson(Reshard("revert"))["phase"], "reverted");
  EXPECT_EQ(Export(), before);
  Sound();
}

TEST_F(InterruptedReshardTest, SigtermIsExitCode143) { EXPECT_EQ(Stopped(SIGTERM).exit_code, 143); }

ReshardStatus JobIn(ReshardPhase phase) {
  ReshardStatus job;
  job.phase = phase;
  return job;
}

TEST(ReshardOutcomeTest, AJobPausedByAFailureTellsItsReason) {
  ReshardStatus job = JobIn(ReshardPhase::kBackfill);
  job.paused = true;
  job.paused_reason = "NO_SPACE: full";
  const Status outcome = cli::OutcomeOf(job, true);
  EXPECT_EQ(StatusCodeExitCode(outcome.code()), 1);
  EXPECT_THAT(outcome.message(), HasSubstr("paused in phase backfill: NO_SPACE: full"));
}

TEST(ReshardOutcomeTest, AJobThatHasEndedWasNotInterrupted) {
  EXPECT_TRUE(cli::OutcomeOf(JobIn(ReshardPhase::kDone), true).ok());
  EXPECT_TRUE(cli::OutcomeOf(JobIn(ReshardPhase::kReverted), true).ok());
  EXPECT_TRUE(cli::OutcomeOf(JobIn(ReshardPhase::kSwitched), false).ok());
  EXPECT_EQ(cli::OutcomeOf(JobIn(ReshardPhase::kSwitched), true).code(), StatusCode::kInterrupted);
}

TEST(ReshardOutcomeTest, OnlyCopyingIsCounted) {
  for (const auto& [phase, counted] : {std::pair(ReshardPhase::kBackfill, 4U), std::pair(ReshardPhase::kDrop, 0U)}) {
    ReshardStatus job = JobIn(phase);
    job.bytes_total = 4;
    EXPECT_EQ(cli::SampleOf(job).total_bytes, counted);
  }
}

TEST(ReshardProofTest, PlacesThatDifferAreNotEqual) {
  ReshardProof proof;
  proof.moves.resize(2);
  EXPECT_TRUE(cli::AllEqual(proof));
  proof.moves.back().copy.rows = 1;
  EXPECT_FALSE(cli::AllEqual(proof));
}

}  // namespace
}  // namespace rookery::testing
