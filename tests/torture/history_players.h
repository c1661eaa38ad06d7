// The threads of a history: each makes calls by its seed, all on the same few messages of fresh channels, and writes
// down when each began, when it ended and what it answered.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "rookery/message.h"
#include "store/store_impl.h"
#include "tests/torture/chat_history.h"

namespace rookery::torture {

struct HistoryOptions {
  std::uint64_t seed = 0;
  std::string name;       // that its channels begin with: no other history's may
  Timestamp now;          // of the store's clock
  bool reshards = false;  // a job is begun, ended or reverted meanwhile
  bool canary = false;    // a reader answers at times with what it had found before
};

class HistoryPlayers {
 public:
  HistoryPlayers(store::StoreImpl* store, const HistoryOptions& options);

  /// Runs all threads to their end, and says what they did. An error: a call answered what none may.
  Result<std::vector<ChatCall>> Play();

 private:
  /// How a message gets its id.
  enum class Origin : std::uint8_t {
    kGiven,  // with the post; may be posted again once it was deleted
    kMade,   // by the store; posted once
    kNonce,  // by the store, the same for all posts with that nonce; never deleted
  };
  struct Slot {
    std::string channel;
    Origin origin = Origin::kGiven;
    std::string nonce;
    std::atomic<std::uint64_t> id{0};  // 0: nobody knows it yet
    std::atomic<bool> taken{false};    // kMade: somebody posts it
  };
  using Random = std::mt19937_64;

  /// One thread: its random choices, its calls and what it remembers.
  struct Player {
    std::size_t number = 0;
    Random random;
    std::vector<ChatCall> calls = {};
    std::array<std::optional<Seen>, kMostSlots> remembered = {};  // for the canary
  };

  void Run(Player* player);
  Status MakeCall(Player* player);
  Status Post(Player* player);
  Status Edit(Player* player, std::size_t slot);
  Status Delete(Player* player, std::size_t slot);
  Status Read(Player* player);
  Status ReadPage(Player* player);
  Status Reshard(Player* player);

  /// Which to post; empty: none of those that were chosen may be.
  std::vector<std::size_t> ChooseForPost(Random* random);
  std::optional<std::uint64_t> AnyVersion(Random* random);
  std::uint64_t NewValue(std::uint64_t count = 1) { return values_.fetch_add(count); }
  std::uint64_t Tick() { return ticks_.fetch_add(1); }
  /// "SLOT:VALUE:" and some more.
  std::string ContentOf(std::size_t slot, std::uint64_t value) const;
  Result<std::pair<std::size_t, Seen>> Parse(const MessageView& message) const;
  /// Once all ids are known: of which channel a page was, newest first.
  void OrderPages(std::vector<ChatCall>* calls) const;

  store::StoreImpl& store_;
  const HistoryOptions options_;
  std::size_t slot_count_ = 0;
  std::array<Slot, kMostSlots> slots_;
  std::size_t players_ = 0;
  std::size_t calls_each_ = 0;
  std::atomic<std::uint64_t> ticks_{1};
  std::atomic<std::uint64_t> values_{1};
  std::atomic<std::size_t> ready_{0};
  std::mutex mutex_;
  Status failure_;  // guarded by mutex_: the first
};

}  // namespace rookery::torture
