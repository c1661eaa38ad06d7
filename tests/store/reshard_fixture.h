// A store with some of everything in it, and one word for each thing that is done to its shards.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "tests/store/store_dump.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {

class ReshardFixture : public StoreKindTest {
 protected:
  static constexpr std::chrono::seconds kPatience{60};

  void SetUp() override;
  /// Messages of many lengths, edits, deletions, nonces, records, attachments: `round` makes them others.
  void Fill(int round);
  std::map<std::string, std::string> Dump() { return DumpOf(store()); }

  /// Unthrottled.
  Status Start(const ReshardRequest& request, const ReshardOptions& options = {.share = 1});
  ReshardStatus Job();
  void Await() { ASSERT_OK(store().AwaitReshard(kPatience)); }
  /// Starts and waits for the end.
  void Reshard(const ReshardRequest& request);
  std::uint32_t Shards() { return store().Info()->shards; }
  /// The shards have changed: opens it as it is.
  void ReopenAsItIs() {
    options_.routing.reset();
    Reopen();
  }
  Fingerprint Print() {
    const auto proof = store().VerifyReshard();
    EXPECT_OK(proof);
    return proof ? proof->store : Fingerprint{};
  }
  ReshardRequest ToAnotherStrategy();
  /// Requests that this kind of store can do, one after the other.
  std::vector<ReshardRequest> Requests() const;
};

}  // namespace rookery::testing
