#include "store/commit_notes.h"

#include <algorithm>

namespace rookery::store {

using codec::KeyKind;
using Kind = WrittenRun::Kind;

void CommitNotes::Tell(const engine::Batch& batch, const Routes& routes, Witness* witness) {
  CommitNotes notes(routes, witness, batch.position());
  batch.Visit(&notes);
  notes.End();
}

void CommitNotes::Put(engine::KeyspaceId keyspace, std::string_view key, std::string_view /*value*/) {
  const auto kind = static_cast<KeyKind>(key.front());
  if (kind == KeyKind::kMessage) Note(Kind::kMessages, keyspace, key);
  if (kind == KeyKind::kRecord) Note(Kind::kRecords, keyspace, key);
}

void CommitNotes::Delete(engine::KeyspaceId keyspace, std::string_view key) {
  const auto kind = static_cast<KeyKind>(key.front());
  if (kind == KeyKind::kMessage) Note(Kind::kDeletions, keyspace, key);
  if (kind == KeyKind::kRecord) Note(Kind::kRecords, keyspace, key);
}

void CommitNotes::DeleteRange(engine::KeyspaceId keyspace, std::string_view begin, std::string_view end) {
  if (static_cast<KeyKind>(begin.front()) != KeyKind::kMessage) return;
  End();
  const std::size_t prefix = codec::ChannelPrefixLength(begin);
  constexpr std::size_t kIdBytes = 8;
  // What is not of one channel is what a shard gave away, of which nothing is lost with it.
  if (begin.size() != prefix + kIdBytes || end.size() != begin.size() || !end.starts_with(begin.substr(0, prefix))) {
    return;
  }
  if (!Begin(Kind::kDeletions, keyspace, begin.substr(0, prefix))) return;
  run_.last = codec::MessageIdOf(begin);
  run_.first = MessageId{codec::MessageIdOf(end).value + 1};
  witness_.Wrote(run_);
  run_.count = 0;
}

void CommitNotes::Note(Kind kind, engine::KeyspaceId keyspace, std::string_view key) {
  const std::string_view prefix = key.substr(0, codec::ChannelPrefixLength(key));
  const bool goes_on = run_.count > 0 && run_.kind == kind && keyspace_ == keyspace &&
                       prefix == std::string_view(prefix_.data(), prefix_size_);
  if (!goes_on) {
    End();
    if (!Begin(kind, keyspace, prefix)) return;
  }
  ++run_.count;
  if (kind == Kind::kRecords) return;
  const MessageId id = codec::MessageIdOf(key);
  run_.first = run_.count == 1 ? id : std::min(run_.first, id);
  run_.last = std::max(run_.last, id);
}

bool CommitNotes::Begin(Kind kind, engine::KeyspaceId keyspace, std::string_view prefix) {
  const auto keyspaces = routes_.keyspaces();
  const auto shard = std::find(keyspaces.begin(), keyspaces.end(), keyspace);
  if (shard == keyspaces.end() || prefix.empty() || prefix.size() > prefix_.size()) return false;
  keyspace_ = keyspace;
  prefix_size_ = prefix.copy(prefix_.data(), prefix_.size());
  run_ = {.kind = kind,
          .shard = ShardId{static_cast<std::uint32_t>(shard - keyspaces.begin())},
          .channel = std::string_view(prefix_.data(), prefix_size_),
          .first = {},
          .last = {},
          .count = 0,
          .position = position_};
  return true;
}

void CommitNotes::End() {
  if (run_.count > 0) witness_.Wrote(run_);
  run_.count = 0;
}

}  // namespace rookery::store
