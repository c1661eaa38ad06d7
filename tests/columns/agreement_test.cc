// Random queries over random messages: whatever threads, batches, orders and limits a query has, it gives what a plain
// filter over all messages gives, as batches, as messages and as a count.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "columns/batch_stream.h"
#include "columns/message_stream.h"
#include "tests/columns/columns_fixture.h"
#include "tests/columns/random_chat.h"
#include "tests/support/seeded_random.h"

namespace rookery::columns {
namespace {

constexpr int kRounds = 150;

bool Fits(const StoredRow& row, const MessageQuery& query) {
  const auto& [key, message] = row;
  const RowRange& range = query.range;
  if (!key.channel.starts_with(range.prefix)) return false;
  if (range.channels && std::count(range.channels->begin(), range.channels->end(), key.channel) == 0) return false;
  if (range.after && key.id <= range.after->value) return false;
  if (range.before && key.id >= range.before->value) return false;
  const Timestamp time = message.id().time(IdOptions().epoch);
  if (query.since && time < *query.since) return false;
  if (query.until && time >= *query.until) return false;
  return !query.where || query.where->Wants({.channel = key.channel, .message = message});
}

bool InOrder(const RowKey& a, const RowKey& b, Order order) {
  if (a.id != b.id) return order == Order::kNewestFirst ? a.id > b.id : a.id < b.id;
  return a.channel < b.channel;
}

/// All rows of the query, but for its limit; in its order, or in that of names.
RowKeys Filter(const std::vector<StoredRow>& rows, const MessageQuery& query) {
  RowKeys keys;
  for (const StoredRow& row : rows) {
    if (Fits(row, query)) keys.push_back(row.key);
  }
  std::sort(keys.begin(), keys.end());
  if (query.order) {
    std::sort(keys.begin(), keys.end(), [&](const auto& a, const auto& b) { return InOrder(a, b, *query.order); });
  }
  return keys;
}

/// Without an order, a limit leaves some of the rows, whichever.
void ExpectAnswer(const MessageQuery& query, const RowKeys& filtered, RowKeys rows) {
  const std::size_t expected = std::min<std::uint64_t>(filtered.size(), query.limit.value_or(filtered.size()));
  ASSERT_EQ(rows.size(), expected);
  if (query.order) {
    ASSERT_TRUE(std::equal(rows.begin(), rows.end(), filtered.begin()));
    return;
  }
  std::sort(rows.begin(), rows.end());
  ASSERT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end()) << "each row once";
  ASSERT_TRUE(std::includes(filtered.begin(), filtered.end(), rows.begin(), rows.end()));
}

class AgreementTest : public ColumnsEngineTest {
 protected:
  RowKeys RowsOfMessages(const MessageQuery& query) {
    auto stream = MessageStream::New(store_, query);
    EXPECT_OK(stream);
    RowKeys rows;
    for (;;) {
      const auto runs = (*stream)->Next(Always);
      EXPECT_OK(runs);
      if (!runs || runs->empty()) return rows;
      for (const MessageRun& run : *runs) {
        for (const Message& message : run.messages) rows.push_back({run.channel, message.id().value});
      }
    }
  }
  /// Random queries over about so many messages; calls check(query, what a filter gives) for each.
  template <typename Check>
  void ForRandomQueries(std::uint64_t seed, Check check) {
    testing::SeededRandom random(seed);
    SCOPED_TRACE(random.trace());
    RandomChat chat(&random);
    const std::vector<StoredRow> rows = chat.Fill(&store(), 250);
    std::size_t found = 0;
    for (int round = 0; round < kRounds && !HasFatalFailure(); ++round) {
      const MessageQuery query = chat.MakeQuery();
      SCOPED_TRACE(Describe(query));
      const RowKeys filtered = Filter(rows, query);
      check(query, filtered);
      found += filtered.size();
    }
    EXPECT_GT(found, 1000U) << "or little was tested";
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AgreementTest, ::testing::Values(EngineKind::kMemory, EngineKind::kRocksDb),
                         EngineName);

TEST_P(AgreementTest, BatchesGiveWhatAFilterGives) {
  ForRandomQueries(81, [&](const MessageQuery& query, const RowKeys& filtered) {
    RowKeys rows;
    for (const RowKeys& batch : Batches(Stream(query).get())) {
      ASSERT_LE(batch.size(), std::max<std::size_t>(query.batch_rows, 1));
      rows.insert(rows.end(), batch.begin(), batch.end());
    }
    ExpectAnswer(query, filtered, std::move(rows));
  });
}

TEST_P(AgreementTest, MessagesGiveWhatAFilterGives) {
  ForRandomQueries(82, [&](const MessageQuery& query, const RowKeys& filtered) {
    ExpectAnswer(query, filtered, RowsOfMessages(query));
  });
}

TEST_P(AgreementTest, CountsAreThoseOfAFilter) {
  ForRandomQueries(83, [&](const MessageQuery& query, const RowKeys& filtered) {
    ASSERT_OK_AND_ASSIGN(const std::uint64_t count, Count(store_, query, Always));
    ASSERT_EQ(count, std::min<std::uint64_t>(filtered.size(), query.limit.value_or(filtered.size())));
  });
}

/// The way to visit shards and the size of a batch change nothing but the order.
TEST_P(AgreementTest, EveryWayToReadGivesTheSameRows) {
  ForRandomQueries(84, [&](MessageQuery query, const RowKeys&) {
    query.limit = {};
    std::vector<RowKeys> answers;
    for (const std::optional<Order> order :
         {std::optional<Order>(), std::optional(Order::kNewestFirst), std::optional(Order::kOldestFirst)}) {
      query.order = order;
      for (const std::size_t batch_rows : {1, 5, 8192}) {
        query.batch_rows = batch_rows;
        RowKeys rows = Rows(query);
        std::sort(rows.begin(), rows.end());
        answers.push_back(std::move(rows));
      }
    }
    for (const RowKeys& answer : answers) ASSERT_EQ(answer, answers[0]);
  });
}

}  // namespace
}  // namespace rookery::columns
