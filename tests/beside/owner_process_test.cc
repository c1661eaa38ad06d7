// Owners and readers as processes of their own, and what a reader sees while the owner writes as fast as it can.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/beside/batches.h"
#include "tests/beside/beside_fixture.h"
#include "tests/support/process.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;

struct Told {
  std::size_t batches = 0;
  std::string print;
  std::int64_t age_ms = 0;
  std::string source;
};

class OwnerProcessTest : public ::testing::Test {
 protected:
  std::string path() const { return (dir_ / "store").string(); }
  Process Owner() const { return Process({.arguments = {ROOKERY_BESIDE_HELPER, "own", path()}}); }
  /// What a reader process tells of `times` views.
  std::vector<Told> Read(int times) const {
    Process reader({.arguments = {ROOKERY_BESIDE_HELPER, "read", path(), std::to_string(times)}});
    const Outcome outcome = reader.Wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.error;
    std::vector<Told> told;
    std::istringstream lines(outcome.out);
    for (Told one; lines >> one.batches >> one.print >> one.age_ms >> one.source;) told.push_back(one);
    EXPECT_EQ(told.size(), static_cast<std::size_t>(times));
    return told;
  }

  TempDir dir_;
};

TEST_F(OwnerProcessTest, EveryViewIsABeginningOfWhatTheOwnerWrote) {
  ASSERT_OK_AND_ASSIGN(Store owner, Store::Open(path(), {.serve_readers = AtOnce()}));
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> acknowledged{0};
  std::thread writer([&] {
    for (std::size_t number = 1; !stop; ++number) {
      ASSERT_OK(PostNumbered(&owner, number));
      acknowledged = number;
    }
  });
  while (acknowledged < 100) std::this_thread::yield();
  const std::size_t before = acknowledged;
  const std::vector<Told> views = Read(12);
  const std::size_t after = acknowledged;
  stop = true;
  writer.join();

  std::size_t last = before;
  for (const Told& view : views) {
    EXPECT_EQ(view.source, "checkpoint");
    EXPECT_GE(view.batches, last) << "a view is older than the one before it";
    last = view.batches;
    EXPECT_GE(view.age_ms, 0);
    // The very same messages as the owner has.
    const Seen owners = SeenBy(owner, view.batches);
    EXPECT_EQ(owners.problem, "");
    EXPECT_EQ(owners.print, view.print);
  }
  EXPECT_LE(last, after + 1);
  EXPECT_GT(last, before) << "nothing was written meanwhile";
}

TEST_F(OwnerProcessTest, AnOwnerThatHangsIsReadFromItsLastCheckpoint) {
  Process owner = Owner();
  ASSERT_EQ(owner.ReadLine(), "100");
  const std::size_t batches = Read(1).at(0).batches;
  owner.Signal(SIGSTOP);
  const auto view = ReadBeside(path(), {.beside = {.timeout = std::chrono::milliseconds{100}}});
  ASSERT_OK(view.status());
  EXPECT_EQ(view->View()->source, ViewSource::kCheckpoint);
  EXPECT_EQ(SeenBy(*view).batches, batches);
  const auto newer = ReadBeside(
      path(), {.beside = {.max_age = std::chrono::milliseconds{0}, .timeout = std::chrono::milliseconds{100}}});
  EXPECT_CODE(newer, StatusCode::kBusy);
}

TEST_F(OwnerProcessTest, AfterAnOwnerWasKilledTheStoreItselfIsRead) {
  Process owner = Owner();
  ASSERT_EQ(owner.ReadLine(), "100");
  const std::size_t batches = Read(1).at(0).batches;
  ASSERT_EQ(owner.ReadLine(), "200");
  owner.Signal(SIGKILL);
  owner.Wait();
  const Told view = Read(1).at(0);
  EXPECT_EQ(view.source, "live");
  EXPECT_EQ(view.age_ms, 0);
  EXPECT_GE(view.batches, std::max<std::size_t>(batches, 200));
}

TEST_F(OwnerProcessTest, TheLastCheckpointOfOneThatWasKilledIsReadBesideTheNext) {
  std::size_t batches = 0;
  {
    Process owner = Owner();
    ASSERT_EQ(owner.ReadLine(), "100");
    batches = Read(1).at(0).batches;
    owner.Signal(SIGKILL);
    owner.Wait();
  }
  EXPECT_TRUE(fs::is_socket(fs::path(path()) / "readers" / "socket"));
  ASSERT_OK_AND_ASSIGN(const Store next, Store::Open(path()));
  const Told view = Read(1).at(0);
  EXPECT_EQ(view.source, "checkpoint");
  EXPECT_EQ(view.batches, batches);
}

}  // namespace
}  // namespace rookery::testing
