// Random operations on the real store beside ModelStore, with reopening and with shards that change: every answer must
// agree.
//
// The weights of the operations are drawn anew for each round ("swarm"), so that some rounds only post and delete,
// others only page, and so on. The seed is printed; ROOKERY_MODEL_SEED repeats a run, ROOKERY_MODEL_OPERATIONS makes it
// longer.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "tests/store/model_fixture.h"

namespace rookery::testing {
namespace {

std::uint64_t FromEnvironment(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : fallback;
}

INSTANTIATE_TEST_SUITE_P(Kinds, ModelTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

}  // namespace

void ModelTest::SetUp() {
  options_.bucket_width = std::chrono::minutes{1};
  StoreKindTest::SetUp();
  options_.routing.reset();  // it changes
  seed_ = FromEnvironment("ROOKERY_MODEL_SEED", std::random_device{}());
  random_.seed(seed_);
  RecordProperty("seed", std::to_string(seed_));
  std::printf("model seed %llu\n", static_cast<unsigned long long>(seed_));
  // Names that differ in length, zeros and high bytes, and so in where their keys lie.
  channels_ = {"general", "generak", std::string("general\0", 8), "a", std::string("a\0b", 3), "\xff\xff", "x"};
  for (int i = 0; i < 20; ++i) channels_.push_back("guild/" + std::to_string(i * 7919));
}

void ModelTest::ExpectSame(const std::optional<Message>& real, const ModelMessage* model) {
  ASSERT_EQ(real.has_value(), model != nullptr);
  if (model == nullptr) return;
  EXPECT_EQ(real->author(), model->author);
  EXPECT_EQ(real->content(), model->content);
  EXPECT_EQ(real->nonce(), model->nonce);
  EXPECT_EQ(real->version().value, model->version);
  EXPECT_EQ(real->nonce_remembered(), model->nonce_remembered);
  EXPECT_EQ(real->created_at(), model->created_at);
  EXPECT_EQ(real->attachment_count(), model->attachments.size());
}

void ModelTest::DoEdit() {
  const std::string& channel = AnyChannel();
  const MessageId id = AnyId(channel);
  ModelMessage* model = model_.Find(channel, id);
  const std::string content = AnyText();
  const std::uint64_t expected = model != nullptr && Below(2) == 0 ? model->version : 1 + Below(3);
  const auto version = store().Edit(channel, id, {.content = content, .expected_version = expected});
  if (model == nullptr) {
    EXPECT_CODE(version, StatusCode::kNotFound);
  } else if (model->version != expected) {
    EXPECT_CODE(version, StatusCode::kConflict);
    EXPECT_EQ(version.error().current_version(), model->version);
  } else if (expected == Version::kMax) {
    EXPECT_CODE(version, StatusCode::kInvalidArgument);
  } else {
    ASSERT_OK(version);
    model->content = content;
    EXPECT_EQ(version->value, ++model->version);
  }
}

void ModelTest::DoDelete() {
  const std::string& channel = AnyChannel();
  const MessageId id = AnyId(channel);
  const auto deleted = store().Delete(channel, id);
  ASSERT_OK(deleted);
  EXPECT_EQ(*deleted, model_.Delete(channel, id));
}

void ModelTest::DoGet() {
  const std::string& channel = AnyChannel();
  const MessageId id = AnyId(channel);
  ExpectSame(Get(channel, id), model_.Find(channel, id));
}

void ModelTest::DoGetMany() {
  std::vector<MessageKey> keys;
  for (std::uint64_t i = 0; i < Below(10); ++i) {
    const std::string& channel = AnyChannel();
    keys.push_back({channel, AnyId(channel)});
  }
  const auto found = store().GetMany(keys);
  ASSERT_OK(found);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    ExpectSame((*found)[i], model_.Find(std::string(keys[i].channel), keys[i].id));
  }
}

void ModelTest::DoHistory() {
  const std::string& channel = AnyChannel();
  HistoryQuery query = {.limit = 1 + Below(30), .order = Below(2) == 0 ? Order::kNewestFirst : Order::kOldestFirst};
  switch (Below(5)) {
    case 0:
      query.around = AnyId(channel);
      break;
    case 1:
      query.before = AnyId(channel);
      break;
    case 2:
      query.after = AnyId(channel);
      break;
    case 3:
      query.before = AnyId(channel);
      query.after = AnyId(channel);
      break;
    default:
      break;
  }
  const Page page = History(channel, query);
  const ModelPage expected = model_.History(channel, query);
  ASSERT_EQ(page.size(), expected.ids.size());
  for (std::size_t i = 0; i < page.size(); ++i) {
    ASSERT_EQ(page[i].id(), expected.ids[i]);
    EXPECT_EQ(page[i].content(), model_.Find(channel, expected.ids[i])->content);
  }
  EXPECT_EQ(page.has_more(), expected.has_more);
}

void ModelTest::DoPutRecord() {
  const std::string& channel = AnyChannel();
  const std::string key = "k" + std::to_string(Below(20));
  auto& records = model_.records(channel);
  const std::uint64_t stored = records.contains(key) ? records[key].version : 0;
  const std::string value = AnyText();
  PutOptions options;
  if (Below(2) == 0) options.expected_version = Below(4);
  if (Below(4) == 0) options.version = AnyVersion();
  const auto version = store().Put(channel, key, value, options);
  if (options.expected_version && options.expected_version != stored) {
    EXPECT_CODE(version, StatusCode::kConflict);
  } else if (!options.version && stored == Version::kMax) {
    EXPECT_CODE(version, StatusCode::kInvalidArgument);
  } else {
    ASSERT_OK(version);
    EXPECT_EQ(*version, options.version.value_or(stored + 1));
    records[key] = {value, version->value};
  }
}

void ModelTest::DoDeleteRecord() {
  const std::string& channel = AnyChannel();
  const std::string key = "k" + std::to_string(Below(20));
  const auto deleted = store().DeleteRecord(channel, key);
  ASSERT_OK(deleted);
  EXPECT_EQ(*deleted, model_.records(channel).erase(key) > 0);
}

void ModelTest::DoListRecords() {
  const std::string& channel = AnyChannel();
  const std::string prefix = Below(2) == 0 ? "k1" : "";
  const RecordQuery query = {.prefix = prefix, .limit = 1 + Below(30)};
  const auto page = store().ListRecords(channel, query);
  ASSERT_OK(page);
  std::size_t at = 0;
  for (const auto& [key, record] : model_.records(channel)) {
    if (!key.starts_with(prefix) || at++ >= query.limit) continue;
    ASSERT_LE(at, page->records.size());
    EXPECT_EQ(page->records[at - 1].key, key);
    EXPECT_EQ(page->records[at - 1].value, record.value);
    EXPECT_EQ(page->records[at - 1].version.value, record.version);
  }
  EXPECT_EQ(page->records.size(), std::min(at, query.limit));
  EXPECT_EQ(page->has_more, at > query.limit);
}

void ModelTest::DoListChannels() {
  const std::string after = Below(2) == 0 ? AnyChannel() : "";
  const std::string prefix = Below(3) == 0 ? "gui" : "";
  const ChannelQuery query = {.prefix = prefix, .after = after, .limit = 1 + Below(30)};
  const auto page = store().Channels(query);
  ASSERT_OK(page);
  const ModelChannels expected = model_.Channels(query);
  EXPECT_EQ(page->channels, expected.names);
  EXPECT_EQ(page->has_more, expected.has_more);
}

void ModelTest::DoCount() {
  const std::string& channel = AnyChannel();
  ASSERT_OK_AND_ASSIGN(const ChannelSize size, store().SizeOf(channel));
  EXPECT_EQ(size.messages, model_.channels().contains(channel) ? model_.channels().at(channel).size() : 0);
}

void ModelTest::Run(Operation operation) {
  switch (operation) {
    case kPost:
      return DoPost(/*with_nonce=*/false);
    case kPostBatch:
      return DoPostBatch();
    case kPostNonce:
      return DoPost(/*with_nonce=*/true);
    case kSupplyId:
      return DoSupplyId();
    case kEdit:
      return DoEdit();
    case kDelete:
      return DoDelete();
    case kGet:
      return DoGet();
    case kGetMany:
      return DoGetMany();
    case kHistory:
      return DoHistory();
    case kPutRecord:
      return DoPutRecord();
    case kDeleteRecord:
      return DoDeleteRecord();
    case kListRecords:
      return DoListRecords();
    case kListChannels:
      return DoListChannels();
    case kCount:
      return DoCount();
    case kAttach:
      return DoAttach();
    case kDetach:
      return DoDetach();
    case kReadAttachments:
      return DoReadAttachments();
    case kReshard:
      return DoReshard();
    case kOperations:
      break;
  }
}

void ModelTest::ExpectSameCounts() {
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.messages, model_.message_count());
  EXPECT_EQ(report.records, model_.record_count());
  EXPECT_EQ(report.attachments, model_.attachment_count());
}

namespace {

TEST_P(ModelTest, AnswersAgreeWithAMap) {
  // Over all kinds of store more than a million operations.
  const std::uint64_t operations = FromEnvironment("ROOKERY_MODEL_OPERATIONS", 150'000);
  constexpr std::uint64_t kRoundLength = 5'000;
  std::array<double, kOperations> weights{};
  std::discrete_distribution<std::size_t> pick;
  for (std::uint64_t i = 0; i < operations; ++i) {
    if (i % kRoundLength == 0) {
      for (double& weight : weights) weight = Below(3) == 0 ? 0.05 : static_cast<double>(1 + Below(8));
      weights[kListChannels] *= 0.05;  // dear: a seek per channel and shard
      weights[kReshard] *= 0.02;       // dearer still
      pick = std::discrete_distribution<std::size_t>(weights.begin(), weights.end());
      ASSERT_NO_FATAL_FAILURE(ExpectSameCounts());
      if (durable() && i > 0) {
        ASSERT_NO_FATAL_FAILURE(Reopen());
      }
      clock().Advance(std::chrono::milliseconds{static_cast<std::int64_t>(Below(300'000)) - 100'000});
    }
    if (i % 64 == 0) clock().Advance(std::chrono::milliseconds{Below(50)});
    ASSERT_NO_FATAL_FAILURE(Run(static_cast<Operation>(pick(random_)))) << "seed " << seed_ << ", operation " << i;
    ASSERT_FALSE(HasFailure()) << "seed " << seed_ << ", operation " << i;
  }
}

/// Two channels that are filled and emptied by turns, so that what is alive lies scattered among what was deleted.
TEST_P(ModelTest, AnswersAgreeAmongGraveyards) {
  channels_ = {"a", "b"};
  const std::uint64_t operations = FromEnvironment("ROOKERY_MODEL_OPERATIONS", 150'000) / 3;
  constexpr std::uint64_t kPhase = 1'500;
  std::array<double, kOperations> filling{};
  filling[kPost] = 6;
  filling[kPostBatch] = 4;
  filling[kHistory] = filling[kGet] = filling[kCount] = 1;
  std::array<double, kOperations> emptying{};
  emptying[kDelete] = 12;
  emptying[kPost] = emptying[kPostNonce] = emptying[kSupplyId] = emptying[kAttach] = 0.3;
  emptying[kHistory] = emptying[kGet] = emptying[kCount] = emptying[kEdit] = 1;
  std::discrete_distribution<std::size_t> pick;
  for (std::uint64_t i = 0; i < operations; ++i) {
    if (i % kPhase == 0) {
      const auto& weights = i / kPhase % 3 == 0 ? filling : emptying;
      pick = std::discrete_distribution<std::size_t>(weights.begin(), weights.end());
      ASSERT_NO_FATAL_FAILURE(ExpectSameCounts());
      if (durable() && Below(4) == 0) {
        ASSERT_NO_FATAL_FAILURE(Reopen());
      }
    }
    if (i % 16 == 0) clock().Advance(std::chrono::milliseconds{static_cast<std::int64_t>(Below(8'000))});
    ASSERT_NO_FATAL_FAILURE(Run(static_cast<Operation>(pick(random_)))) << "seed " << seed_ << ", operation " << i;
    ASSERT_FALSE(HasFailure()) << "seed " << seed_ << ", operation " << i;
  }
}

/// A small run in which the map is compared with a count after every step.
TEST_P(ModelTest, TheMapEqualsARecountAfterEveryStep) {
  channels_ = {"a", std::string("b\0", 2), "c"};
  std::array<double, kOperations> weights{};
  weights[kPost] = weights[kPostBatch] = weights[kPostNonce] = weights[kSupplyId] = weights[kEdit] = 1;
  weights[kDelete] = 6;
  std::discrete_distribution<std::size_t> pick(weights.begin(), weights.end());
  for (std::uint64_t i = 0; i < 400; ++i) {
    clock().Advance(std::chrono::milliseconds{static_cast<std::int64_t>(Below(20'000))});
    ASSERT_NO_FATAL_FAILURE(Run(static_cast<Operation>(pick(random_)))) << "seed " << seed_ << ", operation " << i;
    for (int channel = 0; channel < 3; ++channel) ASSERT_NO_FATAL_FAILURE(DoCount());
    ASSERT_NO_FATAL_FAILURE(ExpectSameCounts()) << "seed " << seed_ << ", operation " << i;
  }
}

}  // namespace
}  // namespace rookery::testing
