// The read path: routes a channel, reads its rows from the engine, and hands out views on memory of their own.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "rookery/message.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "store/buckets/live_reader.h"
#include "store/context.h"
#include "store/page_builder.h"

namespace rookery::store {

/// Stateless; thread-safe. `snapshot` may be null: the present state, for which messages and pages are looked for in
/// the cache first. What is returned needs neither engine nor store.
class ReadPath {
 public:
  explicit ReadPath(const Context& context) : context_(context) {}

  Result<std::optional<Message>> Get(std::string_view channel, MessageId id, const engine::Snapshot* snapshot,
                                     const ReadOptions& options = {}) const;
  Result<std::vector<std::optional<Message>>> GetMany(std::span<const MessageKey> keys,
                                                      const engine::Snapshot* snapshot,
                                                      const ReadOptions& options = {}) const;
  Result<Page> History(std::string_view channel, const HistoryQuery& query, const engine::Snapshot* snapshot,
                       const ReadOptions& options = {}) const;
  Result<std::optional<Record>> GetRecord(std::string_view channel, std::string_view key,
                                          const engine::Snapshot* snapshot) const;
  Result<RecordPage> ListRecords(std::string_view channel, const RecordQuery& query,
                                 const engine::Snapshot* snapshot) const;

 private:
  using Router = routing::Router;
  // The same, from the engine. REQUIRES: the arguments were checked, and Routes::Read gave the router.
  Result<std::optional<Message>> LoadMessage(const Router& router, std::string_view channel, MessageId id,
                                             const engine::Snapshot* snapshot) const;
  Result<std::vector<std::optional<Message>>> LoadMessages(const Router& router, std::span<const MessageKey> keys,
                                                           const engine::Snapshot* snapshot) const;
  /// The error of reading `keys` at once, with the name of the message that is damaged.
  Status NameFailed(Status failed, const Router& router, std::span<const MessageKey> keys,
                    const engine::Snapshot* snapshot) const;
  Result<LoadedPage> LoadPage(const Router& router, std::string_view channel, const HistoryQuery& query,
                              const engine::Snapshot* snapshot) const;
  Result<std::optional<Record>> LoadRecord(const Router& router, std::string_view channel, std::string_view key,
                                           const engine::Snapshot* snapshot) const;
  Result<RecordPage> LoadRecords(const Router& router, std::string_view channel, const RecordQuery& query,
                                 const engine::Snapshot* snapshot) const;
  Result<LoadedPage> LoadPage(LiveReader* rows, const HistoryQuery& query, PageBuilder page) const;

  /// While a reshard job has both places of the channel, reads some of its rows from both, now and then: of a part, or
  /// of a channel that is not spread.
  void CompareSometimes(const routing::Part& part, std::string_view lower, std::string_view upper,
                        std::size_t limit) const;

  const Context& context_;
};

}  // namespace rookery::store
