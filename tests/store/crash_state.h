// What a store holds, as a value, and what one step of a writer that is about to be killed makes of it: what the writer
// and the test that kills it have in common. Pure, but for ReadState.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/store.h"

namespace rookery::testing {

/// One call, or a few that belong together. A line of text says all of it, so the writer can announce it.
struct CrashStep {
  /// What comes before kReshard changes what the store holds; kReshard and what comes after it does not.
  enum class Kind : std::uint8_t {
    kPost,
    kLoad,
    kEdit,
    kDelete,
    kKeep,
    kPut,
    kErase,
    kAttach,
    kDetach,
    kReshard,  // begins a job, which goes on beside the next steps, or tells the one under way what to do
    kSync,
    kReopen,
    kCompact,
    kBackup,  // into the set of the store
    kPrune,   // of that set
  };
  static constexpr std::size_t kKinds = 15;
  static constexpr std::size_t kChangingKinds = 9;

  Kind kind = Kind::kPost;
  std::string channel = {};
  std::uint64_t id = 0;  // of the message; of a load's first one
  /// Of messages; kKeep: that may stay, 0 by age; kAttach: bytes; kReshard, kBackup: any number; kPrune: of backups
  /// that stay.
  std::uint64_t count = 0;
  std::string token = {};  // in every text that the step stores
  bool nonces = false;     // the messages bring some
  bool sync = false;
  std::uint64_t writer = 0;  // who does it: one of several threads, each with channels of its own

  std::string ToLine() const;
  static CrashStep FromLine(std::string_view line);

  // Of the i-th message that is posted or loaded:
  std::string ChannelOf(std::uint64_t i) const;
  std::string ContentOf(std::uint64_t i) const;
  std::string NonceOf(std::uint64_t i) const;
  /// Of a record or an attachment.
  std::string Name() const { return "n" + std::to_string(count % 5); }
  /// What kAttach stores.
  std::string Bytes() const;
};

/// Whose channel it is, by its name: behind an '@', or the first writer's.
std::uint64_t WriterOf(std::string_view channel);

struct CrashMessage {
  std::string content;
  std::uint64_t version = 1;
  std::map<std::string, std::string> attachments = {};  // by name: their checksums

  friend bool operator==(const CrashMessage&, const CrashMessage&) = default;
};

struct CrashState {
  using Messages = std::map<std::uint64_t, CrashMessage>;  // by id

  std::map<std::string, Messages> messages = {};  // by channel; none is empty
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::uint64_t>> records = {};  // value, version

  friend bool operator==(const CrashState&, const CrashState&) = default;

  std::uint64_t message_count() const;
  std::set<std::uint64_t> Writers() const;
  /// What is in the channels of a writer.
  CrashState Of(std::uint64_t writer) const;
  /// Where the two differ first, in words; empty: nowhere.
  std::string DifferenceTo(const CrashState& other) const;
  /// Does the step. `ids`: that the store gave to what kPost has posted.
  void Apply(const CrashStep& step, const std::vector<std::uint64_t>& ids);
  /// The ids under which the messages of kPost are here, by their contents. nullopt: one is not.
  std::optional<std::vector<std::uint64_t>> IdsOf(const CrashStep& step) const;

 private:
  void Keep(const std::string& channel, std::uint64_t count);
  CrashMessage* Find(const std::string& channel, std::uint64_t id);
};

/// The messages of kPost or kLoad, and the texts that they refer to.
class CrashPosts {
 public:
  explicit CrashPosts(const CrashStep& step);
  const std::vector<NewMessage>& views() const { return views_; }

 private:
  std::vector<std::string> texts_;
  std::vector<NewMessage> views_;
};

/// How both open the store. `routing`: "hash", "range" or "directory" of a new store, empty of one that exists.
StoreOptions CrashOptions(std::string_view routing, std::shared_ptr<const Clock> clock);

/// All that the store holds.
Result<CrashState> ReadState(const Store& store);

}  // namespace rookery::testing
