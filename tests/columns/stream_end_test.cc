// How streams end before their end: stopped, interrupted, their store closed, or nobody wanting them any more.
//
// A use of the store is where a test can hold a stream up; what asks "go on?" only now and then is waited for by its
// own measure of time, so that nothing here depends on how fast the machine is.
#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "columns/batch_stream.h"
#include "columns/message_stream.h"
#include "columns/pace.h"
#include "columns/thread_stream.h"
#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

bool Never() { return false; }

/// Returns when whoever has a Pace that was made before will find that it is time.
void AwaitBeat() {
  Pace pace;
  while (!pace.Beat()) std::this_thread::yield();
}

MessageQuery SideBySide() {
  MessageQuery query = KeyQuery();
  query.batch_rows = 1;
  return query;
}
MessageQuery InTurn() {
  MessageQuery query = SideBySide();
  query.limit = 1'000'000;
  return query;
}
MessageQuery Merged() {
  MessageQuery query = SideBySide();
  query.order = Order::kOldestFirst;
  return query;
}

/// By whose threads the batches are built.
class StreamEndTest : public ColumnsTest, public ::testing::WithParamInterface<MessageQuery (*)()> {
 protected:
  StreamEndTest() { PostMany({"a", "b", "c", "d"}, 20); }

  MessageQuery query() const { return GetParam()(); }
};
std::string VisitsName(const ::testing::TestParamInfo<MessageQuery (*)()>& info) {
  constexpr std::array kNames = {"SideBySide", "InTurn", "Merged"};
  return kNames.at(info.index);
}
INSTANTIATE_TEST_SUITE_P(Visits, StreamEndTest, ::testing::Values(SideBySide, InTurn, Merged), VisitsName);

/// No batch comes after the end, whatever it was.
void ExpectEnded(BatchStream* stream) {
  for (int i = 0; i < 3; ++i) {
    const auto batch = stream->Next(Always);
    EXPECT_FALSE(batch && *batch);
  }
}

TEST_P(StreamEndTest, StoppedItAnswersInterrupted) {
  const auto stream = Stream(query());
  ASSERT_OK(stream->Next(Always));
  stream->Stop();
  for (int i = 0; i < 3; ++i) EXPECT_CODE(stream->Next(Always), StatusCode::kInterrupted);
}

TEST_P(StreamEndTest, StopMayBeCalledAtAnyTime) {
  for (int i = 0; i < 20; ++i) {
    const auto stream = Stream(query());
    std::jthread stopper([&] { stream->Stop(); });
    for (;;) {
      const auto batch = stream->Next(Always);
      if (!batch) EXPECT_CODE(batch, StatusCode::kInterrupted);
      if (!batch || !*batch) break;
    }
  }
}

TEST_P(StreamEndTest, InterruptedItHasEnded) {
  std::atomic<bool> slow{false};
  store_->BeforeUses([&](int) {
    if (slow) AwaitBeat();
  });
  const auto stream = Stream(query());
  slow = true;
  Status status;
  for (int i = 0; i < 80 && status.ok(); ++i) status = stream->Next(Never).status();
  EXPECT_CODE(status, StatusCode::kInterrupted);
  ExpectEnded(stream.get());
}

TEST_P(StreamEndTest, ToldThatTheStoreIsClosedItAnswersClosedOnce) {
  store_->BeforeUses([&](int use) {
    if (use == 2) store_->Refuse();
  });
  const auto stream = Stream(query());
  Status status;
  for (int batches = 0; status.ok(); ++batches) {
    const auto batch = stream->Next(Always);
    ASSERT_TRUE(!batch || *batch) << "it must not end as if all had been read";
    ASSERT_LT(batches, 80);
    status = batch.status();
  }
  EXPECT_CODE(status, StatusCode::kClosed);
  ASSERT_OK_AND_ASSIGN(const auto after, stream->Next(Always));
  EXPECT_FALSE(after);
}

TEST_P(StreamEndTest, OfAClosedStoreThereIsNone) {
  store_->Refuse();
  EXPECT_CODE(BatchStream::New(store_, query()), StatusCode::kClosed);
  EXPECT_CODE(MessageStream::New(store_, query()), StatusCode::kClosed);
  EXPECT_CODE(Count(store_, query(), Always), StatusCode::kClosed);
}

TEST_P(StreamEndTest, ItMayOutliveTheClosingOfItsStore) {
  const auto stream = Stream(query());
  ASSERT_OK(stream->Next(Always));
  store_->Refuse();
  // As Close does it: nobody is in the store any more when it is closed. A use that is under way ends first.
  stream->Stop();
  ExpectEnded(stream.get());
}

TEST_P(StreamEndTest, NobodyNeedsToReadItToItsEnd) {
  for (int batches = 0; batches < 4; ++batches) {
    const auto stream = Stream(query());
    for (int i = 0; i < batches; ++i) ASSERT_OK(stream->Next(Always));
  }
}

TEST_P(StreamEndTest, ItKeepsItsStore) {
  const auto stream = Stream(query());
  store_.reset();
  std::size_t rows = 0;
  for (const RowKeys& batch : Batches(stream.get())) rows += batch.size();
  EXPECT_EQ(rows, 80U);
}

class ThreadStreamTest : public ColumnsTest {
 protected:
  ThreadStreamTest() { PostMany({"a", "b", "c", "d"}, 20); }

  /// With so many threads, however many processors there are.
  std::unique_ptr<ThreadStream> Threads(std::size_t threads) {
    return std::make_unique<ThreadStream>(SharedScan::New(store_, SideBySide()).value(), threads);
  }
};

TEST_F(ThreadStreamTest, StopWakesAReaderThatWaits) {
  std::latch open{1};
  store_->BeforeUses([&](int use) {
    if (use > 0) open.wait();
  });
  const auto stream = Threads(2);
  std::promise<void> waits;
  std::atomic<bool> told{false};
  std::jthread stopper([&] {
    waits.get_future().wait();
    stream->Stop();
  });
  const auto batch = stream->Next([&] {
    if (!told.exchange(true)) waits.set_value();
    return true;
  });
  EXPECT_CODE(batch, StatusCode::kInterrupted);
  open.count_down();
}

TEST_F(ThreadStreamTest, AReaderThatWaitsIsAskedWhetherToGoOn) {
  std::latch open{1};
  store_->BeforeUses([&](int use) {
    if (use > 0) open.wait();
  });
  const auto stream = Threads(2);
  int asked = 0;
  EXPECT_CODE(stream->Next([&] { return ++asked < 3; }), StatusCode::kInterrupted);
  EXPECT_EQ(asked, 3);
  open.count_down();
  EXPECT_CODE(stream->Next(Always), StatusCode::kInterrupted);
}

TEST_F(ThreadStreamTest, AReaderThatNeverWaitsIsAskedToo) {
  const auto stream = Threads(2);
  ASSERT_OK(stream->Next(Always));
  AwaitBeat();
  EXPECT_CODE(stream->Next(Never), StatusCode::kInterrupted);
}

TEST_F(ThreadStreamTest, ItEndsWhileNobodyTakesItsBatches) {
  std::latch read{2};
  store_->BeforeUses([&](int use) {
    if (use == 1 || use == 2) read.count_down();
  });
  const auto stream = Threads(2);
  read.wait();
}

TEST_F(ThreadStreamTest, AThreadReadsOnWhenItsBatchWasTaken) {
  Open({.engine = EngineKind::kMemory, .routing = HashRouting{.shards = 1}});
  PostMany({"a"}, 20);
  std::atomic<int> asked{0};
  std::atomic<int> too_early{0};
  store_->BeforeUses([&](int use) {
    if (use - 1 > asked) ++too_early;
  });
  const auto stream = Threads(1);
  for (bool more = true; more;) {
    ++asked;
    const auto batch = stream->Next(Always);
    ASSERT_OK(batch);
    more = batch->has_value();
  }
  EXPECT_EQ(asked, 21);
  EXPECT_EQ(too_early, 0);
}

TEST_F(ThreadStreamTest, AThreadThatFailsEndsTheOthers) {
  std::atomic<int> uses{0};
  store_->BeforeUses([&](int use) {
    uses = use;
    if (use == 3) store_->Refuse();
  });
  const auto stream = Threads(2);
  Status status;
  while (status.ok()) status = stream->Next(Always).status();
  EXPECT_CODE(status, StatusCode::kClosed);
  EXPECT_LT(uses.load(), 80);
}

TEST_F(ThreadStreamTest, ShardsAreReadSideBySide) {
  std::latch two{2};
  store_->BeforeUses([&](int use) {
    if (use == 1 || use == 2) two.arrive_and_wait();  // comes back only if another thread comes too
  });
  std::size_t rows = 0;
  for (const RowKeys& batch : Batches(Threads(2).get())) rows += batch.size();
  EXPECT_EQ(rows, 80U);
}

TEST_F(ThreadStreamTest, ThereAreNoMoreThreadsThanProcessorsAreAllowed) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int i = 0; CPU_COUNT(&one) == 0; ++i) {
    if (CPU_ISSET(i, &before)) CPU_SET(i, &one);
  }
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(ThreadStream::ThreadsFor(16), 1U);
  ASSERT_EQ(::sched_setaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(ThreadStream::ThreadsFor(16), std::min(CPU_COUNT(&before), 4));
  EXPECT_EQ(ThreadStream::ThreadsFor(1), 1U);
}

TEST_F(ThreadStreamTest, AnyNumberOfThreadsGivesEachRowOnce) {
  for (const std::size_t threads : {1, 2, 3, 4, 9}) {
    RowKeys rows;
    for (const RowKeys& batch : Batches(Threads(threads).get())) rows.insert(rows.end(), batch.begin(), batch.end());
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(rows.size(), 80U);
    EXPECT_EQ(std::unique(rows.begin(), rows.end()), rows.end());
  }
}

class MessageStreamEndTest : public ColumnsTest {
 protected:
  MessageStreamEndTest() { PostMany({"a", "b", "c", "d"}, 20); }

  std::unique_ptr<MessageStream> Messages(MessageQuery query) {
    auto stream = MessageStream::New(store_, std::move(query));
    EXPECT_OK(stream);
    return std::move(stream).value();
  }
};

TEST_F(MessageStreamEndTest, InterruptedItHasEnded) {
  for (const auto& query : {SideBySide(), InTurn(), Merged()}) {
    store_->BeforeUses({});
    const auto stream = Messages(query);
    store_->BeforeUses([](int) { AwaitBeat(); });
    Status status;
    for (int i = 0; i < 80 && status.ok(); ++i) status = stream->Next(Never).status();
    EXPECT_CODE(status, StatusCode::kInterrupted);
    ASSERT_OK_AND_ASSIGN(const auto after, stream->Next(Always));
    EXPECT_TRUE(after.empty());
  }
}

TEST_F(MessageStreamEndTest, ToldThatTheStoreIsClosedItAnswersClosedOnce) {
  const auto stream = Messages(InTurn());
  ASSERT_OK(stream->Next(Always));
  store_->Refuse();
  EXPECT_CODE(stream->Next(Always), StatusCode::kClosed);
  ASSERT_OK_AND_ASSIGN(const auto after, stream->Next(Always));
  EXPECT_TRUE(after.empty());
}

}  // namespace
}  // namespace rookery::columns
