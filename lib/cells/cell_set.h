// The cells of an open store: finds the one that a channel is in, for every call, and adds and reopens cells.
//
// Invariants: a write reaches the cell that its channel is in when it ends: who changes where channels go holds up new
// writes to these channels and waits for those that began before. A read that began before such a change notices it
// afterwards and reads again. The main cell is the first, always open, and the only one of most stores: then a call
// costs a branch, and a write counts itself.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/event.h"
#include "base/macros.h"
#include "base/mutex.h"
#include "cells/cell.h"
#include "cells/cell_catalog.h"
#include "cells/cell_rules.h"
#include "cells/channel_copy.h"
#include "cells/write_calls.h"
#include "rookery/cells.h"
#include "rookery/stats.h"
#include "rookery/status.h"
#include "store/store_impl.h"

namespace rookery::cells {

using ImplPointer = std::shared_ptr<store::StoreImpl>;
using CellPointer = std::shared_ptr<Cell>;

/// Knows how the stores of cells are opened and made.
class CellOpener {
 public:
  virtual ~CellOpener() = default;
  /// Never makes anything.
  virtual Result<OpenedCell> Open(const codec::CellRow& cell, const std::string& directory) const = 0;
  /// Makes the cell's store, or opens one that was made for it and not entered in the catalog. Sets its id.
  virtual Result<OpenedCell> Create(const CellOptions& options, const std::string& directory,
                                    codec::CellRow* cell) const = 0;
};

/// Thread-safe, but for Close.
class CellSet {
 public:
  using Timeout = std::optional<std::chrono::milliseconds>;
  struct Config {
    ImplPointer main;
    std::unique_ptr<const CellOpener> opener;
    std::chrono::milliseconds write_timeout;  // of writes that do not say
    bool read_only = false;
    std::shared_ptr<Logger> logger = {};  // may be null
  };

  /// Opens the cells that the catalog has; one that cannot be opened is quarantined.
  static Result<std::unique_ptr<CellSet>> Open(Config config);

  /// Answers what `call` answers, which is given the open store of the channel's cell, and the cell.
  template <typename Call>
  auto Read(std::string_view channel, Call&& call) const
      -> std::invoke_result_t<Call, const ImplPointer&, const CellPointer&> {
    for (;;) {
      const std::uint64_t generation = generation_.load(std::memory_order_acquire);
      const CellPointer& cell = generation == 0 ? main() : PlaceOf(channel).cell;
      auto answer = cell->Run(Access::kRead, [&](const ImplPointer& impl) { return call(impl, cell); });
      // After two changes the channel may have been elsewhere, and be back.
      const std::uint64_t now = generation_.load(std::memory_order_acquire);
      if (now == generation || (now == generation + 1 && PlaceOf(channel).cell == cell)) return answer;
    }
  }
  /// The same for a write. kBusy: writes to the channel are held up for all of the timeout.
  template <typename Call>
  auto Write(std::string_view channel, const Timeout& timeout, Call&& call, Access access = Access::kWrite)
      -> std::invoke_result_t<Call, const ImplPointer&, const CellPointer&> {
    Patience patience(*this, timeout.value_or(config_.write_timeout));
    for (;;) {
      std::shared_ptr<base::Event> released;
      {
        const WriteCalls::Pass pass(&writes_);
        if (plain_.load(std::memory_order_acquire)) return call(config_.main, main());
        const Place place = PlaceOf(channel);
        if (place.released == nullptr) {
          return place.cell->Run(access, [&](const ImplPointer& impl) { return call(impl, place.cell); });
        }
        released = place.released;
      }
      RK_TRY(patience.Await(released.get()));
    }
  }
  /// Answers call(), again if meanwhile it was changed where channels go.
  template <typename Call>
  std::invoke_result_t<Call> Steadily(Call&& call) const {
    for (;;) {
      const std::uint64_t generation = generation_.load(std::memory_order_acquire);
      auto answer = call();
      if (generation_.load(std::memory_order_acquire) == generation) return answer;
    }
  }
  /// Where channels are now. Calls visit(index, cell) for every cell while none of them moves.
  std::shared_ptr<const CellRules> VisitAtOnce(const std::function<void(CellIndex, const CellPointer&)>& visit) const;
  /// Answers call(store) of the cell of that name. kNotFound: there is none.
  template <typename Call>
  auto RunIn(std::string_view name, Access access, Call&& call) const -> std::invoke_result_t<Call, store::StoreImpl&> {
    RK_ASSIGN_OR_RETURN(const CellPointer cell, Named(name));
    return cell->Run(access, [&](const ImplPointer& impl) { return call(*impl); });
  }
  /// As Store::PostBatch.
  Result<std::vector<Posted>> PostBatch(std::span<const NewMessage> messages, const BatchOptions& options);

  /// True while the main cell is the only one.
  bool only_main() const { return generation_.load(std::memory_order_acquire) == 0; }
  const CellPointer& main() const { return *main_; }
  const ImplPointer& main_pointer() const { return config_.main; }
  store::StoreImpl& main_store() const { return *config_.main; }
  /// The main cell first.
  std::vector<CellPointer> All() const;
  /// Empty is the main one. kNotFound: there is none of that name.
  Result<CellPointer> Named(std::string_view name) const;
  /// Those that can be read now. kUnavailable naming the first one that cannot, unless such are to be left out.
  Result<std::vector<CellPointer>> Readable(MissingCells missing) const;
  /// Where channels are now; unchanged by what comes.
  std::shared_ptr<const CellRules> rules() const;
  /// The index of a cell that `All` has.
  const CellPointer& At(CellIndex index) const;

  Status AddCell(const CellOptions& options);
  std::vector<CellInfo> Cells() const;
  /// As Store::MoveToCell.
  Result<CellMoveReport> MoveChannel(std::string_view channel, std::string_view cell, const CellMoveOptions& options);
  Status Reopen(std::string_view name);
  /// Held by who changes rules of retention, and by who takes a cell in that is to have them.
  base::Mutex& retention_mutex() const { return retention_mutex_; }
  /// An error: a thread that asks cannot close the store now. Ends nothing.
  Status MayClose() const;
  /// Closes all but the main one.
  Status Close();

 private:
  struct Place {
    const CellPointer& cell;
    std::shared_ptr<base::Event> released;  // null: writes are not held up
  };
  /// The messages of a batch by their cells.
  using Parts = std::map<Cell*, std::vector<std::size_t>>;
  /// Waits as long as a write may wait.
  class Patience {
   public:
    Patience(const CellSet& set, std::chrono::milliseconds timeout) : set_(set), timeout_(timeout) {}
    Status Await(base::Event* released);

   private:
    const CellSet& set_;
    const std::chrono::milliseconds timeout_;
    base::Event::Deadline deadline_;
  };
  /// Writes to certain channels that are held up.
  struct Hold {
    std::function<bool(std::string_view)> holds;
    std::shared_ptr<base::Event> released = std::make_shared<base::Event>();
  };
  class Holding;

  explicit CellSet(Config config);
  Status Load();
  Status EnterAll(const std::vector<codec::CellRow>& rows, const std::vector<CellCatalog::Placed>& placed);
  Place PlaceOf(std::string_view channel) const;
  std::string DirectoryOf(const codec::CellRow& row) const;
  CellPointer NewCell(codec::CellRow row, Result<OpenedCell> opened) const;
  static Result<std::vector<Posted>> PostTo(Cell* cell, std::span<const NewMessage> messages,
                                            const BatchOptions& options);
  Result<std::vector<Posted>> PostParts(std::span<const NewMessage> messages, const Parts& parts,
                                        const BatchOptions& options) const;
  Status CheckNew(const CellOptions& options) const;
  /// The channels that exist, that these prefixes would give to a new cell, and where they are.
  Result<std::vector<CellCatalog::Placed>> FindOlderChannels(const std::vector<std::string>& prefixes) const;
  void EnterCell(codec::CellRow row, const std::vector<CellCatalog::Placed>& older, OpenedCell opened);
  /// Gives the cell the rules of the main one.
  Status AlignRetention(store::StoreImpl* impl) const;
  /// Between two open cells.
  struct Move {
    std::string_view channel;
    const CellPointer& from;
    const CellPointer& to;
    store::StoreImpl& source;
    store::StoreImpl& target;
  };
  Result<CellMoveReport> Carry(const Move& move, const CellMoveOptions& options);
  /// Writes to the channel are held up.
  Status Switch(const Move& move, ChannelCopy* copy, Holding* holding);
  /// Removes what moves have left in this cell, or in all.
  Status RemoveRemains(const Cell* only);
  Status CheckMayChange() const;
  /// Waits for the writes that began before. kBusy: they take long.
  Status AwaitWrites();
  CellInfo InfoOf(Cell* cell, CellIndex index) const;
  CellRules& RulesToChange() RK_REQUIRES(rules_mutex_);

  const Config config_;
  CellCatalog catalog_;
  WriteCalls writes_;
  std::atomic<bool> plain_{true};             // no cell but the main one, and none is being added
  std::atomic<std::uint64_t> generation_{0};  // of the rules; 0: there are none
  base::Mutex admin_mutex_;                   // of who changes something; locked before the next
  mutable base::Mutex retention_mutex_;       // likewise
  mutable base::SharedMutex rules_mutex_;
  std::shared_ptr<CellRules> rules_ RK_GUARDED_BY(rules_mutex_) = std::make_shared<CellRules>();
  std::deque<CellPointer> cells_ RK_GUARDED_BY(rules_mutex_);  // by CellIndex; only grows, and nothing in it moves
  const CellPointer* main_ = nullptr;                          // the first of them
  std::shared_ptr<const Hold> hold_ RK_GUARDED_BY(rules_mutex_);
};

}  // namespace rookery::cells
