// Tells the witness what a batch did, channel by channel.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codec/key_format.h"
#include "engine/engine.h"
#include "store/routes.h"
#include "store/witness.h"

namespace rookery::store {

class CommitNotes final : public engine::BatchVisitor {
 public:
  /// Of a batch that was just written.
  static void Tell(const engine::Batch& batch, const Routes& routes, Witness* witness);

  void Put(engine::KeyspaceId keyspace, std::string_view key, std::string_view value) override;
  void Delete(engine::KeyspaceId keyspace, std::string_view key) override;
  void DeleteRange(engine::KeyspaceId keyspace, std::string_view begin, std::string_view end) override;

 private:
  CommitNotes(const Routes& routes, Witness* witness, std::uint64_t position)
      : routes_(routes), witness_(*witness), position_(position) {}

  void Note(WrittenRun::Kind kind, engine::KeyspaceId keyspace, std::string_view key);
  /// False: the keyspace is no shard's.
  bool Begin(WrittenRun::Kind kind, engine::KeyspaceId keyspace, std::string_view prefix);
  void End();

  /// The longest that a prefix can be: each byte of a channel may be escaped.
  static constexpr std::size_t kLongestPrefix = 1 + 2 * 1024 + 2;

  const Routes& routes_;
  Witness& witness_;
  const std::uint64_t position_;
  WrittenRun run_;  // count is 0: none is begun
  engine::KeyspaceId keyspace_;
  std::array<char, kLongestPrefix> prefix_;
  std::size_t prefix_size_ = 0;
};

}  // namespace rookery::store
