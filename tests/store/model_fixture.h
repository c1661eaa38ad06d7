// The fixture of the model test: a store of any kind, the model beside it, and one function per operation, which does
// it to both and compares the answers.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/store/model_store.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {

enum Operation : std::size_t {
  kPost,
  kPostBatch,
  kPostNonce,
  kSupplyId,
  kEdit,
  kDelete,
  kGet,
  kGetMany,
  kHistory,
  kPutRecord,
  kDeleteRecord,
  kListRecords,
  kListChannels,
  kCount,
  kAttach,
  kDetach,
  kReadAttachments,
  kReshard,
  kOperations,
};

class ModelTest : public StoreKindTest {
 protected:
  void SetUp() override;

  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  const std::string& AnyChannel() { return channels_[Below(channels_.size())]; }
  std::string AnyText() { return std::string(Below(40), static_cast<char>('a' + Below(26))); }

  /// An id of the channel, or nearly so; sometimes one that never was.
  MessageId AnyId(const std::string& channel) {
    const auto messages = model_.channels().find(channel);
    if (messages == model_.channels().end() || messages->second.empty() || Below(10) == 0) {
      return MessageId{1 + Below(MessageId::kMax)};
    }
    auto at = messages->second.lower_bound(MessageId{Below(messages->second.rbegin()->first.value + 1)});
    if (at == messages->second.end()) --at;
    return Below(8) == 0 ? MessageId{at->first.value + 1} : at->first;
  }

  /// An id that the store is about to make, or made just now.
  MessageId AnyIdOfNow() {
    const auto ms = (clock().Now() - options_.ids.epoch).count() + static_cast<std::int64_t>(Below(40)) - 10;
    return MessageId{(static_cast<std::uint64_t>(ms) << MessageId::kTimeShift) + Below(3)};
  }
  std::uint64_t AnyVersion() { return Below(8) == 0 ? Version::kMax - Below(2) : 1 + Below(3); }
  Timestamp TimeOf(MessageId id) const { return id.time(options_.ids.epoch); }

  /// Makes the call, and if the store is busy once more, when the store said to.
  template <typename Call>
  auto Patiently(Call call) {
    auto result = call();
    if (result.status().code() != StatusCode::kBusy) return result;
    clock().Advance(result.error().retry_after().value());
    return call();
  }

  /// A batch of which some messages may bring ids, and what must become of it.
  struct BatchPlan {
    std::vector<std::string> texts;
    std::vector<NewMessage> batch;
    std::map<std::pair<std::string, MessageId>, ModelMessage> supplied;  // the first with its id in the batch
    std::vector<bool> existed;
    bool taken = false;  // an id is another message's
  };
  BatchPlan PlanBatch();

  void Run(Operation operation);
  void DoPost(bool with_nonce);
  void DoPostBatch();
  void DoSupplyId();
  void DoEdit();
  void DoDelete();
  void DoGet();
  void DoGetMany();
  void DoHistory();
  void DoPutRecord();
  void DoDeleteRecord();
  void DoListRecords();
  void DoListChannels();
  void DoCount();
  void DoAttach();
  void DoDetach();
  void DoReadAttachments();
  ReshardRequest AnyReshard();
  void DoReshard();
  void ExpectSame(const std::optional<Message>& real, const ModelMessage* model);
  /// An id that the store made is new, and no further ahead of the clock than it must be.
  void ExpectMade(const std::string& channel, MessageId id);
  void ExpectSameCounts();

  std::uint64_t seed_ = 0;
  std::mt19937_64 random_;
  std::vector<std::string> channels_;
  ModelStore model_;
  MessageId highest_made_;
};

}  // namespace rookery::testing
