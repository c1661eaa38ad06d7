#include "store/reshard/comparison.h"

#include <map>
#include <optional>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "store/reshard/fingerprint.h"
#include "store/reshard/some_rows.h"
#include "store/row_name.h"

namespace rookery::store {
namespace {

Status Stopped() { return {StatusCode::kInterrupted, "comparing was stopped before everything was read"}; }

SomeRows MovedRows(const Context& context, const Mirror& mirror, const engine::Snapshot& snapshot, ShardId shard,
                   ShardId from, ShardId to) {
  return {context, shard, snapshot, "", SomeRows::Filter::Of(mirror, [&mirror, from, to](const routing::Part& part) {
            const auto places = mirror.FindPlaces(part);
            return places && places->before == from && places->after == to;
          })};
}

std::string NameOf(std::string_view key) {
  const auto decoded = codec::DecodeKey(key);
  return decoded ? RowName(*decoded) : "the row " + base::Quoted(key);
}

}  // namespace

Result<std::vector<ReshardComparison>> ComparePlaces(const Context& context, const Mirror& mirror,
                                                     const engine::Snapshot& snapshot, const RowStep& step) {
  std::map<std::pair<ShardId, ShardId>, ReshardComparison> moves;
  for (std::uint32_t shard = 0; shard < context.routes.families(); ++shard) {
    Fingerprint* print = nullptr;
    const auto wanted = [&](const routing::Part& part) {
      const auto places = mirror.FindPlaces(part);
      if (!places || !places->moves()) return false;
      const bool source = places->before == ShardId{shard};
      if (!source && places->after != ShardId{shard}) return false;
      ReshardComparison& move = moves[{places->before, places->after}];
      print = source ? &move.source : &move.copy;
      return true;
    };
    SomeRows rows(context, ShardId{shard}, snapshot, "", SomeRows::Filter::Of(mirror, wanted));
    for (; rows.valid(); rows.Next()) {
      Add(rows.key(), rows.value(), print);
      if (!step(rows.key().size() + rows.value().size())) return Stopped();
    }
    RK_TRY(rows.status());
  }
  std::vector<ReshardComparison> comparisons;
  for (auto& [places, move] : moves) {
    move.from = places.first;
    move.to = places.second;
    comparisons.push_back(move);
  }
  return comparisons;
}

Result<std::string> FirstDifference(const Context& context, const Mirror& mirror, const engine::Snapshot& snapshot,
                                    ShardId from, ShardId to) {
  SomeRows source = MovedRows(context, mirror, snapshot, from, from, to);
  SomeRows copy = MovedRows(context, mirror, snapshot, to, from, to);
  for (; source.valid() && copy.valid(); source.Next(), copy.Next()) {
    if (source.key() < copy.key()) return NameOf(source.key()) + " was not copied";
    if (source.key() > copy.key()) return NameOf(copy.key()) + " is only in the copy";
    if (source.value() != copy.value()) return NameOf(source.key()) + " was copied wrongly";
  }
  RK_TRY(source.status());
  RK_TRY(copy.status());
  if (source.valid()) return NameOf(source.key()) + " was not copied";
  if (copy.valid()) return NameOf(copy.key()) + " is only in the copy";
  return std::string();
}

Result<std::vector<ShardContent>> CountShards(const Context& context, const engine::Snapshot& snapshot,
                                              const routing::Router& router, const RowStep& step) {
  std::vector<ShardContent> contents(router.map().shards);
  for (std::uint32_t shard = 0; shard < router.map().shards; ++shard) {
    SomeRows rows(context, ShardId{shard}, snapshot, "", SomeRows::Filter::Of(router, [&](const routing::Part& part) {
                    return router.FindPart(part) == ShardId{shard};
                  }));
    for (; rows.valid(); rows.Next()) {
      const auto kind = static_cast<codec::KeyKind>(static_cast<unsigned char>(rows.key()[0]));
      if (IsContent(kind)) Add(rows.key(), rows.value(), &contents[shard].print);
      contents[shard].messages += kind == codec::KeyKind::kMessage ? 1 : 0;
      contents[shard].records += kind == codec::KeyKind::kRecord ? 1 : 0;
      contents[shard].attachments += kind == codec::KeyKind::kAttachment ? 1 : 0;
      if (!step(rows.key().size() + rows.value().size())) return Stopped();
    }
    RK_TRY(rows.status());
  }
  return contents;
}

Result<std::vector<Fingerprint>> PrintShards(const Context& context, const engine::Snapshot& snapshot,
                                             const RowStep& step) {
  RK_ASSIGN_OR_RETURN(const std::vector<ShardContent> contents,
                      CountShards(context, snapshot, context.routes.At(&snapshot), step));
  std::vector<Fingerprint> prints;
  prints.reserve(contents.size());
  for (const ShardContent& content : contents) prints.push_back(content.print);
  return prints;
}

Result<std::optional<bool>> SameInBothPlaces(const Context& context, const Mirror& mirror, const routing::Part& part,
                                             std::string_view lower, std::string_view upper, std::size_t limit) {
  if (!part.bucket && mirror.spreads(part.channel)) return std::optional<bool>();
  const auto places = mirror.FindPlaces(part);
  if (!places || !places->moves()) return std::optional<bool>();
  const auto snapshot = context.NewSnapshot();
  const engine::CursorOptions range{.lower = lower, .upper = upper, .snapshot = snapshot.get()};
  const auto before = context.engine->NewCursor(context.KeyspaceOf(places->before), range);
  const auto after = context.engine->NewCursor(context.KeyspaceOf(places->after), range);
  before->SeekToFirst();
  after->SeekToFirst();
  bool same = true;
  for (std::size_t i = 0; i < limit && (before->valid() || after->valid()); ++i) {
    same = before->valid() && after->valid() && before->key() == after->key() && before->value() == after->value();
    if (!same) break;
    before->Next();
    after->Next();
  }
  RK_TRY(before->status());
  RK_TRY(after->status());
  return std::optional(same);
}

}  // namespace rookery::store
