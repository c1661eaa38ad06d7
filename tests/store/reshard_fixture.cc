#include "tests/store/reshard_fixture.h"

namespace rookery::testing {

void ReshardFixture::SetUp() {
  options_.bucket_width = std::chrono::minutes{1};
  StoreKindTest::SetUp();
  Fill(0);
}

void ReshardFixture::Fill(int round) {
  const std::string suffix = round == 0 ? "" : "/" + std::to_string(round);
  for (int i = 0; i < 40; ++i) {
    clock().Advance(std::chrono::seconds{10});
    const std::string channel = std::string(1, static_cast<char>('a' + i % 26)) + "-" + std::to_string(i) + suffix;
    std::vector<MessageId> ids;
    for (int j = 0; j < 5 + i; ++j) {
      if (i % 8 == 0) clock().Advance(std::chrono::seconds{20});  // over many buckets
      ids.push_back(Post(channel, std::string(static_cast<std::size_t>(j) * 7, 'x')));
    }
    ASSERT_OK(store().Edit(channel, ids[1], {.content = "edited"}));
    ASSERT_OK(store().Delete(channel, ids[2]));
    ASSERT_OK(store().Post({.channel = channel, .author = "bob", .content = "once", .nonce = "n"}));
    ASSERT_OK(store().Put(channel, "key", "value" + suffix));
    if (i % 4 != 0) continue;
    auto upload = store().PutAttachment(channel, ids[0], "file");
    ASSERT_OK(upload);
    ASSERT_OK(upload->Append(std::string(100 + static_cast<std::size_t>(i), 'f')));
    ASSERT_OK(upload->Finish());
  }
  ASSERT_OK(store().Put("records only" + suffix, "key", "value"));
}

Status ReshardFixture::Start(const ReshardRequest& request, const ReshardOptions& options) {
  return store().StartReshard(request, options).status();
}

ReshardStatus ReshardFixture::Job() {
  const auto status = store().Reshard();
  EXPECT_OK(status);
  EXPECT_TRUE(status && *status);
  return status && *status ? **status : ReshardStatus{};
}

void ReshardFixture::Reshard(const ReshardRequest& request) {
  ASSERT_OK(Start(request, {.share = 1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  const auto job = store().Reshard();
  ASSERT_OK(job);
  if (!*job) return;  // there was nothing to do
  EXPECT_EQ(ReshardPhaseName((*job)->phase), "done") << (*job)->paused_reason;
}

ReshardRequest ReshardFixture::ToAnotherStrategy() {
  if (store().Info()->strategy == "directory") return ChangeStrategy{HashRouting{.shards = 5}};
  return ChangeStrategy{DirectoryRouting{.shards = 3}};
}

std::vector<ReshardRequest> ReshardFixture::Requests() const {
  const bool range = std::holds_alternative<RangeRouting>(GetParam().routing);
  std::vector<ReshardRequest> requests{SpreadChannel{"y-24", 4},
                                       ResizeShards{9},
                                       SpreadChannel{"g-32", 7},
                                       ResizeShards{3},
                                       SpreadChannel{"y-24", 1},
                                       SplitShard{ShardId{0}},
                                       MergeShards{ShardId{2}, ShardId{0}},
                                       RebalanceShards{}};
  if (std::holds_alternative<HashRouting>(GetParam().routing)) {
    requests.emplace_back(MoveSlots{0, 2000, ShardId{1}});
  } else {
    requests.emplace_back(MoveChannel{"c-2", ShardId{1}});
  }
  if (range) requests.emplace_back(MoveRange{"b", "k", ShardId{0}});
  if (!std::holds_alternative<DirectoryRouting>(GetParam().routing)) {
    requests.emplace_back(ChangeStrategy{DirectoryRouting{.shards = 5}});
  }
  requests.emplace_back(ChangeStrategy{RangeRouting{.splits = {"c", "k", "t"}}});
  requests.emplace_back(SpreadChannel{"q-16", 3});
  requests.emplace_back(ChangeStrategy{HashRouting{.shards = 6}});
  requests.emplace_back(ChangeStrategy{DirectoryRouting{.shards = 2, .placement = Placement::kHash}});
  requests.emplace_back(ChangeStrategy{HashRouting{.shards = 4}});
  return requests;
}

}  // namespace rookery::testing
