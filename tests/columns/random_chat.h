// Random messages, predicates and queries that are hard on what narrows, merges and bounds: few names that begin alike,
// ids that many channels share, fields that are mostly absent, literals at the edges.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "columns/message_query.h"
#include "columns/predicate.h"
#include "rookery/store.h"
#include "tests/columns/columns_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::columns {

struct StoredRow {
  RowKey key;
  Message message;
};

/// Owned by one thread.
class RandomChat {
 public:
  explicit RandomChat(testing::SeededRandom* random) : random_(*random) {}

  /// Posts about so many messages, and says what the store then holds.
  std::vector<StoredRow> Fill(Store* store, int messages);
  Predicate MakePredicate(int depth);
  /// For ids and channels.
  MessageQuery MakeQuery();

  std::string Channel();
  /// One that a message may have.
  std::uint64_t Id();
  /// At and beyond the edges too.
  std::int64_t IdLiteral();

 private:
  Predicate MakeComparison();
  Literal LiteralFor(const Column& column);
  template <typename Value>
  Value OneOf(std::initializer_list<Value> values) {
    return *(values.begin() + random_.Below(values.size()));
  }

  testing::SeededRandom& random_;
};

/// Of a failure: what was asked.
std::string Describe(const MessageQuery& query);

}  // namespace rookery::columns
