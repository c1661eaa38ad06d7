// All interleavings of a few readers and writers of one key, played through the real cache step by step.
//
// A reader is four steps: look, take a lease, read the store, offer. A writer is three: begin, commit, end. An
// interleaving is wrong if a reader gets a value that was already overwritten by an acknowledged write when it began.
// The protocol passes; with its steps in another order, the same search finds the interleaving that goes wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/cache/cache_fixture.h"

namespace rookery::cache {
namespace {

enum class Protocol {
  kBeginCommitEnd,  // what the store does
  kBeginOnly,       // dropped before the commit and not after
  kSwapped,         // ended before the commit, begun after it
  kNoLease,         // readers put what they read, whatever was written
};

/// Versions of the one key in the store; the version of a write is its commit's number.
class World {
 public:
  explicit World(Protocol protocol, bool write_through) : protocol_(protocol), write_through_(write_through) {}

  CacheUnderTest cache{1 << 16};
  int stored = 0;
  int acknowledged = 0;
  Protocol protocol_;
  bool write_through_;
};

class Reader {
 public:
  static constexpr int kSteps = 4;
  /// False if it got a value that is too old.
  bool Step(World* world) {
    switch (step_++) {
      case 0:
        oldest_allowed_ = world->acknowledged;
        if (const auto value = world->cache.Get("key")) got_ = std::stoi(*value);
        return !got_ || *got_ >= oldest_allowed_;
      case 1:
        lease_ = world->cache.LeaseOf("key");
        return true;
      case 2:
        if (!got_) read_ = world->stored;
        return !read_ || *read_ >= oldest_allowed_;
      default:
        if (!read_) return true;
        if (world->protocol_ == Protocol::kNoLease) lease_ = world->cache.LeaseOf("key");
        world->cache.Put("key", std::to_string(*read_), lease_);
        return true;
    }
  }

 private:
  int step_ = 0;
  int oldest_allowed_ = 0;
  Lease lease_;
  std::optional<int> got_;
  std::optional<int> read_;
};

class Writer {
 public:
  static constexpr int kSteps = 3;
  bool Step(World* world) {
    const bool swapped = world->protocol_ == Protocol::kSwapped;
    switch (step_++) {
      case 0:
        ticket_ = world->cache.Begin("key");
        if (swapped || world->protocol_ == Protocol::kBeginOnly) world->cache.End("key", ticket_);
        return true;
      case 1:
        version_ = ++world->stored;
        return true;
      default:
        if (!swapped && world->protocol_ != Protocol::kBeginOnly) {
          const std::string value = std::to_string(version_);
          world->cache.End("key", ticket_,
                           world->write_through_ ? std::optional<std::string_view>(value) : std::nullopt);
        }
        world->acknowledged = std::max(world->acknowledged, version_);
        return true;
    }
  }

 private:
  int step_ = 0;
  int version_ = 0;
  WriteTicket ticket_;
};

/// How many interleavings there are and how many of them go wrong. Afterwards one more reader looks.
struct Verdict {
  int interleavings = 0;
  int wrong = 0;
};

bool Plays(const std::vector<int>& schedule, int readers, Protocol protocol, bool write_through) {
  World world(protocol, write_through);
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
  Verdict verdict;
  do {
    ++verdict.interleavings;
    if (!Plays(schedule, readers, protocol, write_through)) ++verdict.wrong;
  } while (std::next_permutation(schedule.begin(), schedule.end()));
  return verdict;
}

TEST(Interleavings, NoneIsWrong) {
  for (const bool write_through : {false, true}) {
    for (const auto& [readers, writers] : {std::pair(1, 1), std::pair(2, 1), std::pair(1, 2)}) {
      const Verdict verdict = PlayAll(readers, writers, Protocol::kBeginCommitEnd, write_through);
      EXPECT_GT(verdict.interleavings, 30);
      EXPECT_EQ(verdict.wrong, 0) << readers << " readers, " << writers << " writers, through " << write_through;
    }
  }
}

TEST(Interleavings, DroppingOnlyBeforeTheCommitIsWrong) {
  EXPECT_GT(PlayAll(2, 1, Protocol::kBeginOnly, false).wrong, 0);
}

TEST(Interleavings, EndingBeforeTheCommitIsWrong) { EXPECT_GT(PlayAll(2, 1, Protocol::kSwapped, false).wrong, 0); }

TEST(Interleavings, FillingWithoutALeaseIsWrong) { EXPECT_GT(PlayAll(2, 1, Protocol::kNoLease, false).wrong, 0); }

}  // namespace
}  // namespace rookery::cache
