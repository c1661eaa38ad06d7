// Random operations on every engine beside a std::map that says what must be read. What it finds becomes a small test.
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "tests/engine/engine_under_test.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using Model = std::map<std::string, std::string, std::less<>>;
using testing::SeededRandom;

/// A snapshot and what it must show.
struct Remembered {
  std::shared_ptr<const Snapshot> snapshot;
  Model main;
};

class EngineModelTest : public EngineFixture {
 protected:
  static constexpr int kOperations = 200'000;

  std::string RandomKey() {
    return std::string(1, static_cast<char>(random_.Below(6) * 50)) + "/" + std::to_string(random_.Below(60));
  }
  std::string RandomValue() { return std::string(random_.Below(300), static_cast<char>('a' + random_.Below(26))); }

  void Step();
  void WriteBatch();
  void ReadOne();
  void ReadMany();
  void ReadRange(const Model& model, const Snapshot* snapshot);
  void TakeOrDropSnapshot();
  void Maintain();

  SeededRandom random_{20'240'229};
  Model model_;
  std::vector<Remembered> remembered_;
};
ROOKERY_INSTANTIATE_FOR_ALL_ENGINES(EngineModelTest);

void EngineModelTest::WriteBatch() {
  const auto batch = engine_->NewBatch();
  for (std::uint64_t i = random_.Below(8) + 1; i > 0; --i) {
    const std::string key = RandomKey();
    const std::uint64_t kind = random_.Below(1000);
    if (kind < 700) {
      const std::string value = RandomValue();
      batch->Put(main_, key, value);
      model_[key] = value;
    } else if (kind < 997) {
      batch->Delete(main_, key);
      model_.erase(key);
    } else {
      const std::string end = RandomKey();
      batch->DeleteRange(main_, key, end);
      if (key < end) model_.erase(model_.lower_bound(key), model_.lower_bound(end));
    }
  }
  batch->Put(other_, "rows", std::to_string(model_.size()));
  ASSERT_OK(engine_->Write(*batch, /*sync=*/random_.OneIn(5000)));
}

void EngineModelTest::ReadOne() {
  const std::string key = RandomKey();
  const auto expected = model_.find(key);
  EXPECT_EQ(Get(key), expected == model_.end() ? std::nullopt : std::optional(expected->second));
}

void EngineModelTest::ReadMany() {
  std::vector<std::string> keys(random_.Below(20));
  for (std::string& key : keys) key = RandomKey();
  const std::vector<std::string_view> views(keys.begin(), keys.end());
  std::vector<std::pair<std::size_t, std::string>> expected;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const auto row = model_.find(keys[i]); row != model_.end()) expected.emplace_back(i, row->second);
  }
  std::vector<std::pair<std::size_t, std::string>> found;
  ASSERT_OK(engine_->GetMany(main_, views, nullptr,
                             [&](std::size_t i, std::string_view value) { found.emplace_back(i, value); }));
  EXPECT_EQ(found, expected);
}

/// Walks at random within random bounds, beside an iterator of the model.
void EngineModelTest::ReadRange(const Model& model, const Snapshot* snapshot) {
  const std::string prefix(1, static_cast<char>(random_.Below(6) * 50));
  const bool page = random_.Below(2) == 0;
  const std::string lower = page ? prefix + "/" : RandomKey();
  const std::string upper = page ? prefix + "0" : RandomKey();
  if (lower >= upper) return;
  const auto cursor = engine_->NewCursor(main_, {.lower = lower,
                                                 .upper = upper,
                                                 .snapshot = snapshot,
                                                 .access = random_.Below(3) == 0 ? Access::kScan : Access::kPage});
  const auto begin = model.lower_bound(lower);
  const auto end = model.lower_bound(upper);
  auto at = end;
  for (int steps = static_cast<int>(random_.Below(30)); steps >= 0; --steps) {
    const bool on_row = at != end;
    const std::uint64_t move = random_.Below(on_row ? 12 : 4);
    const std::string target = page ? prefix + "/" + std::to_string(random_.Below(60)) : RandomKey();
    if (move == 0) {
      cursor->SeekToFirst();
      at = begin;
    } else if (move == 1) {
      cursor->SeekToLast();
      at = begin == end ? end : std::prev(end);
    } else if (move == 2) {
      cursor->Seek(target);
      at = target < lower ? begin : target >= upper ? end : model.lower_bound(target);
    } else if (move == 3) {
      cursor->SeekForPrev(target);
      const auto after = target < lower ? begin : target >= upper ? end : model.upper_bound(target);
      at = after == begin ? end : std::prev(after);
    } else if (move < 9) {
      cursor->Next();
      ++at;
    } else {
      cursor->Prev();
      at = at == begin ? end : std::prev(at);
    }
    ASSERT_EQ(cursor->valid(), at != end) << "move " << move << ": " << cursor->status();
    if (at == end) continue;
    ASSERT_EQ(cursor->key(), at->first);
    ASSERT_EQ(cursor->value(), at->second);
  }
}

void EngineModelTest::TakeOrDropSnapshot() {
  if (remembered_.size() < 3) {
    remembered_.push_back({engine_->NewSnapshot(), model_});
  } else {
    remembered_.erase(remembered_.begin() + static_cast<std::ptrdiff_t>(random_.Below(remembered_.size())));
  }
}

void EngineModelTest::Maintain() {
  switch (random_.Below(4)) {
    case 0:
      ASSERT_OK(engine_->Compact());
      break;
    case 1:
      remembered_.clear();
      if (durable()) Reopen();
      break;
    default:
      ASSERT_OK(engine_->Flush());
  }
}

void EngineModelTest::Step() {
  const std::uint64_t kind = random_.Below(1000);
  if (kind < 400) return WriteBatch();
  if (kind < 700) return ReadOne();
  if (kind < 800) return ReadMany();
  if (kind < 900) return ReadRange(model_, nullptr);
  if (kind < 980 && !remembered_.empty()) {
    const Remembered& past = remembered_[random_.Below(remembered_.size())];
    return ReadRange(past.main, past.snapshot.get());
  }
  if (kind < 998 || !random_.OneIn(8)) return TakeOrDropSnapshot();
  Maintain();
}

TEST_P(EngineModelTest, AgreesWithAnOrderedMap) {
  SCOPED_TRACE(random_.trace());
  for (int i = 0; i < kOperations && !HasFailure(); ++i) {
    SCOPED_TRACE(i);
    Step();
  }
  remembered_.clear();
  if (durable()) Reopen();
  EXPECT_EQ(Forward(), Rows(model_.begin(), model_.end()));
  EXPECT_EQ(GetIn(other_, "rows").has_value(), true);
}

}  // namespace
}  // namespace rookery::engine
