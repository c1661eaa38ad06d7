// Store::Open: the store itself, or what can be read of it beside its owner; and for an owner, who serves such readers.
#include "assembly/open.h"

#include <memory>
#include <utility>

#include "assembly/cell_opener.h"
#include "assembly/store_state.h"
#include "base/macros.h"
#include "beside/checkpoints.h"
#include "beside/reader_server.h"
#include "beside/view.h"
#include "cells/whole_store.h"

namespace rookery {
namespace {

/// What becomes the state of a handle.
struct Opened {
  assembly::OpenedStore store;
  std::unique_ptr<const cells::CellOpener> opener;
  std::optional<Timestamp> checkpoint_at = {};
};

Result<Opened> OpenItself(const std::filesystem::path& path, const StoreOptions& options) {
  RK_ASSIGN_OR_RETURN(assembly::OpenedStore opened, assembly::OpenStore(path, options));
  auto opener = std::make_unique<assembly::StoreOpener>(options, *opened.impl);
  return Opened{.store = std::move(opened), .opener = std::move(opener)};
}

Result<Opened> OpenToRead(const std::filesystem::path& path, const StoreOptions& given) {
  RK_TRY(given.Validate());
  StoreOptions options = given;
  options.mode = OpenMode::kReadOnly;
  Result<Opened> itself = OpenItself(path, options);
  if (itself || itself.error().code() != StatusCode::kLocked) return itself;
  RK_ASSIGN_OR_RETURN(beside::OpenedView view, beside::OpenView(path, options, itself.error()));
  return Opened{.store = {.lock = std::move(view.lock), .impl = std::move(view.impl), .publish = std::nullopt},
                .opener = std::move(view.opener),
                .checkpoint_at = view.at};
}

/// Of a store that is open for writing. `readers`: those who serve, if they are wanted.
Status BeginServing(const StoreOptions& options, const std::shared_ptr<cells::CellSet>& cells,
                    std::shared_ptr<store::Attendant>* readers) {
  store::StoreImpl& main = cells->main_store();
  if (!options.serve_readers) {
    // Nobody needs this for what the store is opened for.
    const Status tidied = beside::TidyCheckpoints(*cells, *main.context().clock, /*serving=*/false);
    if (!tidied.ok() && options.logger) {
      options.logger->Log(LogLevel::kWarning, "readers", "old checkpoints are still there: " + tidied.ToString());
    }
    return {};
  }
  RK_ASSIGN_OR_RETURN(const auto server, beside::ReaderServer::Start({.cells = cells,
                                                                      .options = *options.serve_readers,
                                                                      .clock = main.context().clock,
                                                                      .logger = options.logger}));
  main.Attach(server);
  *readers = server;
  return {};
}

}  // namespace

Result<Store> Store::Open(const std::filesystem::path& path, const StoreOptions& options) {
  const bool reads = options.mode == OpenMode::kReadOnly || options.mode == OpenMode::kReadBeside;
  RK_ASSIGN_OR_RETURN(Opened opened,
                      options.mode == OpenMode::kReadBeside ? OpenToRead(path, options) : OpenItself(path, options));
  auto state = std::make_unique<State>();
  state->lock = std::move(opened.store.lock);
  state->encryption = options.encryption;
  state->impl = std::move(opened.store.impl);
  state->checkpoint_at = opened.checkpoint_at;
  RK_ASSIGN_OR_RETURN(state->cells, cells::CellSet::Open({.main = state->impl,
                                                          .opener = std::move(opened.opener),
                                                          .write_timeout = options.write_timeout,
                                                          .read_only = reads,
                                                          .logger = options.logger}));
  if (!reads && options.engine == EngineKind::kRocksDb) RK_TRY(BeginServing(options, state->cells, &state->readers));
  if (opened.store.publish) {
    opened.store.publish->read = [cells = state->cells.get()] { return cells::Stats(*cells); };
    state->publisher = std::make_unique<assembly::StatsPublisher>(*std::move(opened.store.publish));
  }
  return Store(std::move(state));
}

}  // namespace rookery
