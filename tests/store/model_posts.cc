// The operations of the model test that post: what the store makes of ids, nonces and batches.

#include <algorithm>

#include "tests/store/model_fixture.h"

namespace rookery::testing {

void ModelTest::ExpectMade(const std::string& channel, MessageId id) {
  ASSERT_EQ(model_.Find(channel, id), nullptr) << "the id was made before";
  EXPECT_GT(id, highest_made_);
  EXPECT_LE(TimeOf(id), std::max(clock().Now(), TimeOf(highest_made_) + std::chrono::milliseconds{1}));
  highest_made_ = id;
}

void ModelTest::DoPost(bool with_nonce) {
  const std::string& channel = AnyChannel();
  ModelMessage message{.author = AnyText(), .content = AnyText()};
  if (with_nonce) message.nonce = "n" + std::to_string(Below(50));
  message.nonce_remembered = with_nonce;
  const auto earlier = model_.FindNonce(channel, message.nonce);
  const auto id = Patiently([&] {
    return store().Post(
        {.channel = channel, .author = message.author, .content = message.content, .nonce = message.nonce});
  });
  ASSERT_OK(id);
  if (with_nonce && earlier) {
    EXPECT_EQ(*id, *earlier);
    return;
  }
  ASSERT_NO_FATAL_FAILURE(ExpectMade(channel, *id));
  message.created_at = clock().Now();
  model_.Post(channel, *id, message);
}

ModelTest::BatchPlan ModelTest::PlanBatch() {
  BatchPlan plan;
  const bool with_ids = Below(2) == 0;
  for (std::uint64_t i = 0; i < 1 + Below(20); ++i) plan.texts.push_back(Below(3) == 0 ? "" : AnyText());
  for (const std::string& text : plan.texts) {
    const MessageId id = with_ids && Below(3) == 0 ? AnyIdOfNow() : MessageId{};
    const std::string& channel = AnyChannel();
    plan.batch.push_back({.channel = channel, .content = text, .id = id});
    plan.existed.push_back(false);
    if (id.value == 0) continue;
    const ModelMessage posted{.content = text, .created_at = TimeOf(id)};
    const ModelMessage* there = model_.Find(channel, id);
    const auto [first, is_first] = plan.supplied.try_emplace({channel, id}, posted);
    if (there == nullptr && !is_first) there = &first->second;
    plan.existed.back() = there != nullptr;
    plan.taken |= there != nullptr && !ModelStore::IsSame(*there, posted);
  }
  return plan;
}

void ModelTest::DoPostBatch() {
  const BatchPlan plan = PlanBatch();
  const auto posted = Patiently([&] { return store().PostBatch(plan.batch); });
  if (plan.taken) {
    EXPECT_CODE(posted, StatusCode::kAlreadyExists);
    return;
  }
  ASSERT_OK(posted);
  for (const auto& [place, message] : plan.supplied) {
    if (model_.Find(place.first, place.second) == nullptr) model_.Post(place.first, place.second, message);
  }
  for (std::size_t i = 0; i < plan.batch.size(); ++i) {
    const NewMessage& message = plan.batch[i];
    const MessageId id = (*posted)[i].id;
    EXPECT_EQ((*posted)[i].existed, plan.existed[i]);
    if (message.id.value != 0) {
      EXPECT_EQ(id, message.id);
      continue;
    }
    const std::string channel(message.channel);
    ASSERT_NO_FATAL_FAILURE(ExpectMade(channel, id));
    model_.Post(channel, id, {.content = plan.texts[i], .created_at = clock().Now()});
  }
}

void ModelTest::DoSupplyId() {
  const std::string& channel = AnyChannel();
  const MessageId wanted = Below(2) == 0 ? AnyId(channel) : AnyIdOfNow();
  ModelMessage message{
      .content = Below(4) == 0 ? AnyText() : "", .version = AnyVersion(), .created_at = TimeOf(wanted)};
  if (Below(2) == 0) message.nonce = "s" + std::to_string(Below(3));
  const NewMessage supplied = {.channel = channel,
                               .content = message.content,
                               .nonce = message.nonce,
                               .id = wanted,
                               .created_at = message.created_at,
                               .version = message.version,
                               .remember_nonce = false};
  const auto collision = Below(2) == 0 ? IdCollision::kFail : IdCollision::kNextFreeId;
  const auto posted = store().PostBatch({&supplied, 1}, {.id_collision = collision});
  MessageId expected = wanted;
  const ModelMessage* there = model_.Find(channel, expected);
  while (there != nullptr && !ModelStore::IsSame(*there, message)) {
    if (collision == IdCollision::kFail) {
      EXPECT_CODE(posted, StatusCode::kAlreadyExists);
      return;
    }
    there = model_.Find(channel, expected = MessageId{expected.value + 1});
  }
  ASSERT_OK(posted);
  EXPECT_EQ(posted->front().id, expected);
  EXPECT_EQ(posted->front().existed, there != nullptr);
  if (there == nullptr) model_.Post(channel, expected, message);
}

}  // namespace rookery::testing
