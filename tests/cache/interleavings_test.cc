// All interleavings of a few readers and writers of one key, played through the real cache step by step.
//
// A reader is four steps: look, take a lease, read the store, offer. A writer is five: announce, drop, commit, put what
// it wrote if it writes through, end. An interleaving is wrong if a reader gets a value that is older than a write that
// was acknowledged, or than what another reader had got, when it began. The protocol passes; with its steps in another
// order, the same search finds the interleaving that goes wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/cache/cache_fixture.h"

namespace rookery::cache {
namespace {

enum class Protocol {
  kAnnounceCommitEnd,  // what the store does
  kEndBeforeCommit,    // all of the write's steps before the commit
  kCommitFirst,        // announced after the commit: until then old and new are served by turns
  kNoLease,            // readers put what they read, whatever was written
};

/// Versions of the one key in the store; the version of a write is its commit's number.
class World {
 public:
  World(CacheUnderTest* shared_cache, Protocol order, bool through)
      : cache(*shared_cache), protocol(order), write_through(through) {
    cache.core().Clear();
  }

  CacheUnderTest& cache;
  const Protocol protocol;
  const bool write_through;
  int stored = 0;
  /// The newest version that a writer was told of or a reader was given: later readers must not get an older one.
  int known = 0;
};

class Reader {
 public:
  static constexpr int kSteps = 4;
  /// False if it got a value that is too old.
  bool Step(World* world) {
    switch (step_++) {
      case 0:
        oldest_allowed_ = world->known;
        if (const auto value = world->cache.Get("key")) hit_ = std::stoi(*value);
        return !hit_ || Got(*hit_, world);
      case 1:
        lease_ = world->cache.LeaseOf("key");
        return true;
      case 2:
        read_ = world->stored;
        return true;
      default:
        if (hit_) return true;
        if (world->protocol == Protocol::kNoLease) lease_ = world->cache.LeaseOf("key");
        world->cache.Put("key", std::to_string(read_), lease_);
        return Got(read_, world);
    }
  }

 private:
  bool Got(int version, World* world) const {
    world->known = std::max(world->known, version);
    return version >= oldest_allowed_;
  }

  int step_ = 0;
  int oldest_allowed_ = 0;
  Lease lease_;
  std::optional<int> hit_;
  int read_ = 0;
};

class Writer {
 public:
  static constexpr int kSteps = 5;
  bool Step(World* world) {
    Do(kOrders[static_cast<std::size_t>(world->protocol)][static_cast<std::size_t>(step_++)], world);
    if (step_ == kSteps) world->known = std::max(world->known, version_);
    return true;
  }

 private:
  enum Action { kAnnounce, kDrop, kCommit, kPutWritten, kEnd };
  // By Protocol.
  static constexpr std::array<std::array<Action, kSteps>, 4> kOrders = {{
      {kAnnounce, kDrop, kCommit, kPutWritten, kEnd},
      {kAnnounce, kDrop, kEnd, kCommit, kPutWritten},
      {kCommit, kAnnounce, kPutWritten, kDrop, kEnd},
      {kAnnounce, kDrop, kCommit, kPutWritten, kEnd},
  }};

  void Do(Action action, World* world) {
    switch (action) {
      case kAnnounce:
        ticket_ = world->cache.Announce("key");
        break;
      case kDrop:
        world->cache.Drop("key");
        break;
      case kCommit:
        version_ = ++world->stored;
        break;
      case kPutWritten:
        if (world->write_through) world->cache.PutWritten("key", ticket_, std::to_string(version_));
        break;
      case kEnd:
        world->cache.End("key");
        break;
    }
  }

  int step_ = 0;
  int version_ = 0;
  WriteTicket ticket_;
};

/// How many interleavings there are and how many of them go wrong. Afterwards one more reader looks.
struct Verdict {
  int interleavings = 0;
  int wrong = 0;
};

bool Plays(CacheUnderTest* cache, const std::vector<int>& schedule, int readers, Protocol protocol,
           bool write_through) {
  World world(cache, protocol, write_through);
  std::vector<Reader> reading(static_cast<std::size_t>(readers));
  std::vector<Writer> writing(schedule.size());
  for (const int who : schedule) {
    const bool ok = who < readers ? reading[static_cast<std::size_t>(who)].Step(&world)
                                  : writing[static_cast<std::size_t>(who - readers)].Step(&world);
    if (!ok) return false;
  }
  Reader last;
  for (int i = 0; i < Reader::kSteps; ++i) {
    if (!last.Step(&world)) return false;
  }
  return true;
}

Verdict PlayAll(int readers, int writers, Protocol protocol, bool write_through) {
  std::vector<int> schedule;
  for (int i = 0; i < readers; ++i) schedule.insert(schedule.end(), Reader::kSteps, i);
  for (int i = 0; i < writers; ++i) schedule.insert(schedule.end(), Writer::kSteps, readers + i);
  CacheUnderTest cache(1 << 16);
  Verdict verdict;
  do {
    ++verdict.interleavings;
    if (!Plays(&cache, schedule, readers, protocol, write_through)) ++verdict.wrong;
  } while (std::next_permutation(schedule.begin(), schedule.end()));
  return verdict;
}

TEST(Interleavings, NoneIsWrong) {
  for (const bool write_through : {false, true}) {
    for (const auto& [readers, writers] : {std::pair(1, 1), std::pair(2, 1), std::pair(1, 2)}) {
      const Verdict verdict = PlayAll(readers, writers, Protocol::kAnnounceCommitEnd, write_through);
      EXPECT_GT(verdict.interleavings, 100);
      EXPECT_EQ(verdict.wrong, 0) << readers << " readers, " << writers << " writers, through " << write_through;
    }
  }
}

TEST(Interleavings, DroppingAndEndingBeforeTheCommitIsWrong) {
  EXPECT_GT(PlayAll(2, 1, Protocol::kEndBeforeCommit, false).wrong, 0);
}

TEST(Interleavings, AnnouncingAfterTheCommitIsWrong) {
  // The slow reader has read the old value; the commit; the quick reader gets the new one; the slow one puts the old
  // one into the cache, where the last one finds it.
  const int slow = 0;
  const int quick = 1;
  const int last = 2;
  const int writer = 3;
  CacheUnderTest cache(1 << 16);
  EXPECT_FALSE(Plays(&cache, {slow, slow, slow, quick, quick, writer, quick, slow, quick, last}, 3,
                     Protocol::kCommitFirst, false));
}

TEST(Interleavings, FillingWithoutALeaseIsWrong) { EXPECT_GT(PlayAll(2, 1, Protocol::kNoLease, false).wrong, 0); }

}  // namespace
}  // namespace rookery::cache
