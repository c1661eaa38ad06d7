// The contract of cursors: bounds and directions, the same rows whatever the access, one fixed state.
#include <gmock/gmock.h>

#include "tests/engine/engine_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Rows of three prefixes, half of them flushed, with one key deleted.
class EngineCursorContract : public EngineFixture {
 protected:
  EngineCursorContract() {
    for (const char* key : {"a/1", "b/1", "b/3", "c/1"}) Put(key, key);
    EXPECT_OK(engine_->Flush());
    for (const char* key : {"a/2", "b/2", "b/4", "c/2"}) Put(key, key);
    Delete("b/2");
  }

  std::vector<std::string> Keys(const Rows& rows) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : rows) {
      EXPECT_EQ(key, value);
      keys.push_back(key);
    }
    return keys;
  }
  std::unique_ptr<Cursor> CursorOver(std::string_view lower, std::string_view upper, Access access) {
    return engine_->NewCursor(main_, {.lower = lower, .upper = upper, .access = access});
  }
};
ROOKERY_INSTANTIATE_FOR_ALL_ENGINES(EngineCursorContract);

constexpr Access kAllAccesses[] = {Access::kPage, Access::kScan, Access::kSkip};

std::string At(const Cursor& cursor) {
  EXPECT_OK(cursor.status());
  return cursor.valid() ? std::string(cursor.key()) : "none";
}

TEST_P(EngineCursorContract, ReadsARangeInBothDirections) {
  for (const Access access : kAllAccesses) {
    const CursorOptions options{.lower = "b/", .upper = "b0", .access = access};
    EXPECT_THAT(Keys(Forward(options)), ElementsAre("b/1", "b/3", "b/4"));
    EXPECT_THAT(Keys(Backward(options)), ElementsAre("b/4", "b/3", "b/1"));
  }
}

TEST_P(EngineCursorContract, UpperBoundIsExclusiveAndLowerInclusive) {
  for (const Access access : kAllAccesses) {
    const CursorOptions options{.lower = "b/1", .upper = "b/4", .access = access};
    EXPECT_THAT(Keys(Forward(options)), ElementsAre("b/1", "b/3"));
    EXPECT_THAT(Keys(Backward(options)), ElementsAre("b/3", "b/1"));
  }
}

TEST_P(EngineCursorContract, WithoutBoundsReadsEverything) {
  for (const Access access : kAllAccesses) {
    EXPECT_THAT(Keys(Forward({.access = access})), ElementsAre("a/1", "a/2", "b/1", "b/3", "b/4", "c/1", "c/2"));
    EXPECT_THAT(Keys(Backward({.access = access})), ElementsAre("c/2", "c/1", "b/4", "b/3", "b/1", "a/2", "a/1"));
  }
}

TEST_P(EngineCursorContract, PageOverSeveralPrefixesReadsThemAll) {
  const CursorOptions options{.lower = "a/2", .upper = "c/2", .access = Access::kPage};
  EXPECT_THAT(Keys(Forward(options)), ElementsAre("a/2", "b/1", "b/3", "b/4", "c/1"));
  EXPECT_THAT(Keys(Backward(options)), ElementsAre("c/1", "b/4", "b/3", "b/1", "a/2"));
}

TEST_P(EngineCursorContract, PrefixWithoutRowsIsEmpty) {
  for (const Access access : kAllAccesses) {
    const CursorOptions options{.lower = "bb/", .upper = "bb0", .access = access};
    EXPECT_THAT(Forward(options), IsEmpty());
    EXPECT_THAT(Backward(options), IsEmpty());
  }
}

TEST_P(EngineCursorContract, SeekFindsTheFirstKeyNotBefore) {
  for (const Access access : kAllAccesses) {
    const auto cursor = CursorOver("b/", "b0", access);
    cursor->Seek("b/1");
    EXPECT_EQ(At(*cursor), "b/1");
    cursor->Seek("b/2");
    EXPECT_EQ(At(*cursor), "b/3");
    cursor->Seek("b/5");
    EXPECT_EQ(At(*cursor), "none");
  }
}

TEST_P(EngineCursorContract, SeekForPrevFindsTheLastKeyNotAfter) {
  for (const Access access : kAllAccesses) {
    const auto cursor = CursorOver("b/", "b0", access);
    cursor->SeekForPrev("b/3");
    EXPECT_EQ(At(*cursor), "b/3");
    cursor->SeekForPrev("b/2");
    EXPECT_EQ(At(*cursor), "b/1");
    cursor->SeekForPrev("b/0");
    EXPECT_EQ(At(*cursor), "none");
  }
}

TEST_P(EngineCursorContract, TargetsOutsideTheBoundsStopAtThem) {
  for (const Access access : kAllAccesses) {
    const auto cursor = CursorOver("b/", "b0", access);
    cursor->Seek("a/1");
    EXPECT_EQ(At(*cursor), "b/1");
    cursor->Seek("c/1");
    EXPECT_EQ(At(*cursor), "none");
    cursor->SeekForPrev("c/1");
    EXPECT_EQ(At(*cursor), "b/4");
    cursor->SeekForPrev("a/2");
    EXPECT_EQ(At(*cursor), "none");
  }
}

TEST_P(EngineCursorContract, TurnsRound) {
  for (const Access access : kAllAccesses) {
    const auto cursor = CursorOver("b/", "b0", access);
    cursor->Seek("b/3");
    cursor->Prev();
    EXPECT_EQ(At(*cursor), "b/1");
    cursor->Next();
    EXPECT_EQ(At(*cursor), "b/3");
    cursor->Next();
    EXPECT_EQ(At(*cursor), "b/4");
    cursor->Prev();
    EXPECT_EQ(At(*cursor), "b/3");
  }
}

TEST_P(EngineCursorContract, CanBeUsedAgainAfterItsEnd) {
  const auto cursor = CursorOver("b/", "b0", Access::kPage);
  cursor->SeekForPrev("b/4");
  cursor->Next();
  EXPECT_EQ(At(*cursor), "none");
  cursor->SeekToFirst();
  EXPECT_EQ(At(*cursor), "b/1");
  cursor->Prev();
  EXPECT_EQ(At(*cursor), "none");
  cursor->SeekToLast();
  EXPECT_EQ(At(*cursor), "b/4");
}

/// Keeps the keys it is given, and refuses the row with the key `refused`.
class KeySink final : public RowSink {
 public:
  explicit KeySink(std::string_view refused = "") : refused_(refused) {}
  bool Take(std::string_view key, std::string_view value) override {
    EXPECT_EQ(key, value);
    if (key == refused_) return false;
    keys.emplace_back(key);
    return true;
  }
  std::vector<std::string> keys;

 private:
  std::string_view refused_;
};

TEST_P(EngineCursorContract, RunStopsOnTheRowAfterTheLast) {
  const auto cursor = CursorOver("b/", "b0", Access::kPage);
  cursor->SeekToFirst();
  KeySink forward;
  cursor->Run(2, Direction::kForward, &forward);
  EXPECT_THAT(forward.keys, ElementsAre("b/1", "b/3"));
  EXPECT_EQ(At(*cursor), "b/4");
  KeySink backward;
  cursor->Run(2, Direction::kBackward, &backward);
  EXPECT_THAT(backward.keys, ElementsAre("b/4", "b/3"));
  EXPECT_EQ(At(*cursor), "b/1");
}

TEST_P(EngineCursorContract, RunEndsWithTheRange) {
  const auto cursor = CursorOver("b/", "b0", Access::kPage);
  cursor->SeekToLast();
  KeySink sink;
  cursor->Run(100, Direction::kBackward, &sink);
  EXPECT_THAT(sink.keys, ElementsAre("b/4", "b/3", "b/1"));
  EXPECT_EQ(At(*cursor), "none");
  cursor->Run(100, Direction::kForward, &sink);
  EXPECT_THAT(sink.keys, SizeIs(3));
}

TEST_P(EngineCursorContract, RunStaysOnTheRowThatIsRefused) {
  const auto cursor = CursorOver("b/", "b0", Access::kPage);
  cursor->SeekToFirst();
  KeySink sink("b/3");
  cursor->Run(100, Direction::kForward, &sink);
  EXPECT_THAT(sink.keys, ElementsAre("b/1"));
  EXPECT_EQ(At(*cursor), "b/3");
}

TEST_P(EngineCursorContract, SeesTheStateOfItsBirth) {
  for (const Access access : kAllAccesses) {
    const CursorOptions options{.lower = "b/", .upper = "b0", .access = access};
    const auto cursor = engine_->NewCursor(main_, options);
    Put("b/0", "b/0");
    Delete("b/3");
    DeleteRange("b/4", "b/5");
    ASSERT_OK(engine_->Flush());
    ASSERT_OK(engine_->Compact());
    std::vector<std::string> keys;
    for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) keys.emplace_back(cursor->key());
    EXPECT_THAT(keys, ElementsAre("b/1", "b/3", "b/4"));
    EXPECT_THAT(Keys(Forward(options)), ElementsAre("b/0", "b/1"));
    Delete("b/0");
    Put("b/3", "b/3");
    Put("b/4", "b/4");
  }
}

TEST_P(EngineCursorContract, RowUnderTheCursorStaysReadable) {
  const auto cursor = CursorOver("b/", "b0", Access::kPage);
  cursor->SeekToFirst();
  const std::string_view key = cursor->key();
  const std::string_view value = cursor->value();
  for (int i = 0; i < 100; ++i) Put("b/1", std::to_string(i));
  Delete("b/1");
  EXPECT_EQ(key, "b/1");
  EXPECT_EQ(value, "b/1");
}

TEST_P(EngineCursorContract, EmptyKeyspaceHasNoFirstAndNoLast) {
  const auto cursor = engine_->NewCursor(other_, {.access = Access::kScan});
  cursor->SeekToFirst();
  EXPECT_EQ(At(*cursor), "none");
  cursor->SeekToLast();
  EXPECT_EQ(At(*cursor), "none");
}

}  // namespace
}  // namespace rookery::engine
