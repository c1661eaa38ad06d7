// What verify says of a healthy store and of one into which rows were smuggled behind the store's back.

#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "codec/bucket_row.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "engine/memory/memory_engine.h"
#include "store/store_impl.h"
#include "store/verifier.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto engine = engine::NewMemoryEngine();
    engine_ = engine.get();
    const std::string id(32, 'a');
    ASSERT_OK(store::InitializeStore(engine_, {1, id}, {.routing = HashRouting{.shards = 2}}));
    StoreInfo info;
    info.store_id = id;
    info.format_version = 1;
    store::StoreParts parts{std::move(engine), {}, info, std::make_shared<ManualClock>()};
    ASSERT_OK_AND_ASSIGN(store_, store::StoreImpl::Open(std::move(parts)));
    ASSERT_OK_AND_ASSIGN(message_, store_->posts().Post({.channel = "c", .content = "x", .nonce = "n"}, {}));
    shard_ = store_->context().routes->Find("c")->value;
  }

  engine::KeyspaceId Keyspace(std::uint32_t shard) const { return store_->context().KeyspaceOf(ShardId{shard}); }
  void Put(std::uint32_t shard, std::string_view key, std::string_view value) {
    const auto batch = engine_->NewBatch();
    batch->Put(Keyspace(shard), key, value);
    ASSERT_OK(engine_->Write(*batch, false));
  }
  void Delete(std::uint32_t shard, std::string_view key) {
    const auto batch = engine_->NewBatch();
    batch->Delete(Keyspace(shard), key);
    ASSERT_OK(engine_->Write(*batch, false));
  }
  /// A row of message 5 of channel "c", with what the bucket map says of it.
  void PutMessage(std::uint32_t shard, std::string_view row) {
    const MessageId id{5};
    Put(shard, codec::MessageKeyOf("c", id), row);
    Put(shard, codec::BucketKeyOf(codec::KeyKind::kBucket, "c", 0),
        codec::EncodeBucket({.live = 1, .bytes = codec::MessageKeyOf("c", id).size() + row.size(), .ids = {id, id}}));
  }
  VerifyReport Verify(const VerifyOptions& options = {}) {
    auto report = store::VerifyStore(store_->context(), options);
    EXPECT_OK(report.status());
    return *report;
  }
  void ExpectProblem(const std::string& text) {
    const VerifyReport report = Verify();
    ASSERT_EQ(report.problem_count, 1U);
    EXPECT_THAT(report.problems[0].where + ": " + report.problems[0].what, HasSubstr(text));
  }

  engine::Engine* engine_ = nullptr;
  std::unique_ptr<store::StoreImpl> store_;
  codec::RowEncoder encoder_;
  MessageId message_;
  std::uint32_t shard_ = 0;
};

TEST_F(VerifyTest, HealthyStoreHasNoProblems) {
  const VerifyReport report = Verify();
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.messages, 1U);
  EXPECT_EQ(report.channels, 1U);
  EXPECT_EQ(report.shards[shard_].nonces, 1U);
}

TEST_F(VerifyTest, UnknownKeyIsFound) {
  Put(0, "\x7fgarbage", "x");
  ExpectProblem("key cannot be decoded");
}

TEST_F(VerifyTest, UndecodableValueIsFound) {
  PutMessage(shard_, "\x01junk");
  ExpectProblem("message 5");
}

TEST_F(VerifyTest, NewerValueIsNamedAsSuch) {
  std::string row(encoder_.EncodeMessage({.content = "x"}));
  row[0] = 2;
  PutMessage(shard_, row);
  ExpectProblem("newer version");
}

TEST_F(VerifyTest, RowInTheWrongShardIsFound) {
  PutMessage(1 - shard_, encoder_.EncodeMessage({.content = "x"}));
  ExpectProblem("it belongs to");
}

TEST_F(VerifyTest, LostNonceRowIsFound) {
  Delete(shard_, codec::NonceKeyOf("c", "n"));
  ExpectProblem("is not indexed");
}

TEST_F(VerifyTest, NonceOfNoMessageIsFound) {
  Delete(shard_, codec::MessageKeyOf("c", message_));
  ExpectProblem("does not carry it");
}

TEST_F(VerifyTest, UndecodableRecordIsFound) {
  Put(shard_, codec::RecordKeyOf("c", "k"), "junk");
  ExpectProblem("record \"k\"");
}

TEST_F(VerifyTest, ReportsAtMostAsManyProblemsAsAskedButCountsAll) {
  for (int i = 0; i < 10; ++i) Put(0, "\x7f" + std::to_string(i), "x");
  const VerifyReport report = Verify({.max_problems = 3});
  EXPECT_EQ(report.problem_count, 10U);
  EXPECT_EQ(report.problems.size(), 3U);
}

TEST_F(VerifyTest, ReadsSayWhichRowIsDamaged) {
  Put(shard_, codec::MessageKeyOf("c", MessageId{5}), "\x01junk");
  const auto page = store_->reads().History("c", {}, nullptr);
  EXPECT_CODE(page, StatusCode::kCorruption);
  EXPECT_THAT(page.error().ToString(), HasSubstr("message 5"));
  EXPECT_CODE(store_->reads().Get("c", MessageId{5}, nullptr), StatusCode::kCorruption);
}

}  // namespace
}  // namespace rookery::testing
