// Reads a page of a channel that has graveyards, or that is spread: by the bucket map's plan, one cursor for each
// stretch in which something may live, and tells the map which graveyards it had to step through all the same.
//
// Invariant: a page is of one state: plan and snapshot are taken so that nothing that the snapshot holds lies outside
// of the plan.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/bucket_row.h"
#include "engine/engine.h"
#include "rookery/status.h"
#include "store/context.h"

namespace rookery::store {

/// For one read. Owned by one thread.
class LiveReader {
 public:
  /// Only while no write to the channel is under way can a reader learn. kIfFree: it does if it can. kWait: it waits
  /// for those under way.
  enum class Effort { kIfFree, kWait };
  /// nullopt if one cursor reads it as well: it is not spread and has no graveyard that is known of, or the map changes
  /// all the time.
  static Result<std::optional<LiveReader>> New(const Context& context, std::string_view channel,
                                               Effort effort = Effort::kIfFree);

  /// Hands up to `limit` rows with ids in `range` to `sink`, forward from the newest or backward from the oldest.
  /// Returns whether more follow.
  Result<bool> Run(const codec::IdRange& range, engine::Direction direction, std::size_t limit, engine::RowSink* sink);

  /// A reader with one cursor stepped over a graveyard that the map does not know.
  static void Suspect(const Context& context, std::string_view channel);
  /// Reads what the latest page would need, and the neighbours of a message that was just deleted, and throws it away:
  /// so the map learns of what is in the way, there and where deletes are at work.
  /// Nothing is read if nothing could be learned.
  static Status Probe(const Context& context, std::string_view channel, MessageId deleted, Effort effort);

 private:
  LiveReader(const Context& context, const routing::Router& router, std::string_view channel, ReadPlan plan,
             std::shared_ptr<const engine::Snapshot> snapshot, bool may_learn)
      : context_(&context),
        router_(&router),
        channel_(channel),
        plan_(std::move(plan)),
        snapshot_(std::move(snapshot)),
        may_learn_(may_learn) {}

  /// `is_whole`: it is one of the plan's, not a part of one.
  Result<bool> RunSpan(const codec::IdRange& span, bool is_whole, engine::Direction direction, std::size_t limit,
                       engine::RowSink* sink, std::size_t* taken);
  void Learn(const std::vector<codec::IdRange>& gaps);

  const Context* context_;
  const routing::Router* router_;  // of the snapshot; it knows the channel
  std::string_view channel_;
  ReadPlan plan_;
  std::shared_ptr<const engine::Snapshot> snapshot_;
  bool may_learn_;
};

}  // namespace rookery::store
