#include "cells/cell_set.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/text.h"
#include "cells/channel_copy.h"
#include "cells/channel_pages.h"
#include "cells/holding.h"
#include "cells/whole_store.h"

namespace rookery::cells {
namespace {

Status HeldUp() {
  constexpr std::chrono::milliseconds kRetryAfter{50};
  return Status(StatusCode::kBusy, "writes to this channel are held up as it is given to another cell; try again")
      .WithRetryAfter(kRetryAfter);
}

}  // namespace

Status CellSet::Patience::Await(base::Event* released) {
  // Who holds writes up waits for the ingestors' threads, so these must not wait for it.
  if (!set_.MayClose().ok()) return HeldUp();
  if (!deadline_) deadline_ = std::chrono::steady_clock::now() + timeout_;
  return released->Wait(deadline_) ? Status() : HeldUp();
}

CellSet::CellSet(Config config) : config_(std::move(config)), catalog_(config_.main.get()) {
  const base::MutexLock lock(rules_mutex_);
  main_ = &cells_.emplace_back(std::make_shared<Cell>(config_.main));
}

Result<std::unique_ptr<CellSet>> CellSet::Open(Config config) {
  std::unique_ptr<CellSet> set(new CellSet(std::move(config)));
  RK_TRY(set->Load());
  return set;
}

Status CellSet::Load() {
  RK_ASSIGN_OR_RETURN(const std::vector<codec::CellRow> rows, catalog_.ReadCells());
  if (rows.empty()) return {};
  RK_ASSIGN_OR_RETURN(const std::vector<CellCatalog::Placed> placed, catalog_.ReadPlaced());
  RK_TRY(EnterAll(rows, placed));
  return config_.read_only ? Status() : RemoveRemains(nullptr);
}

Status CellSet::EnterAll(const std::vector<codec::CellRow>& rows, const std::vector<CellCatalog::Placed>& placed) {
  std::map<std::string, CellIndex, std::less<>> indexes{{std::string(kMainCell), kMain}};
  const base::MutexLock lock(rules_mutex_);
  for (const codec::CellRow& row : rows) {
    const CellIndex index{static_cast<std::uint32_t>(cells_.size())};
    indexes.emplace(row.name, index);
    for (const std::string& prefix : row.prefixes) rules_->AddPrefix(prefix, index);
    cells_.push_back(NewCell(row, config_.opener->Open(row, DirectoryOf(row))));
  }
  for (const auto& [channel, name] : placed) {
    const auto index = indexes.find(name);
    if (index == indexes.end()) {
      return {StatusCode::kCorruption, "the catalog says that channel " + base::Quoted(channel) + " is in cell " +
                                           base::Quoted(name) +
                                           ", which it does not have; restore the store from a copy"};
    }
    rules_->Place(channel, index->second);
  }
  plain_.store(false);
  generation_.store(1);
  return {};
}

std::string CellSet::DirectoryOf(const codec::CellRow& row) const {
  return (std::filesystem::path(config_.main->info().path) / row.directory).lexically_normal().string();
}

CellPointer CellSet::NewCell(codec::CellRow row, Result<OpenedCell> opened) const {
  if (opened && !config_.read_only) {
    // A cell that cannot take the store's rules keeps what they would remove: never the other way round.
    if (Status aligned = AlignRetention(opened->impl.get()); !aligned.ok()) opened = std::move(aligned);
  }
  std::string directory = DirectoryOf(row);
  return std::make_shared<Cell>(std::move(row), std::move(directory),
                                Cell::Limits{.longest_stall = config_.write_timeout, .logger = config_.logger},
                                std::move(opened));
}

CellSet::Place CellSet::PlaceOf(std::string_view channel) const {
  const base::ReaderLock lock(rules_mutex_);
  const CellPointer& cell = cells_[rules_->Find(channel).value];
  return {cell, hold_ && hold_->holds(channel) ? hold_->released : nullptr};
}

std::vector<CellPointer> CellSet::All() const {
  const base::ReaderLock lock(rules_mutex_);
  return {cells_.begin(), cells_.end()};
}

const CellPointer& CellSet::At(CellIndex index) const {
  const base::ReaderLock lock(rules_mutex_);
  return cells_[index.value];
}

Result<CellPointer> CellSet::Named(std::string_view name) const {
  if (name.empty()) return main();
  for (CellPointer& cell : All()) {
    if (cell->name() == name) return std::move(cell);
  }
  return Status(StatusCode::kNotFound,
                "the store has no cell " + base::Quoted(name) + "; `rookery cells list` has all");
}

Result<std::vector<CellPointer>> CellSet::Readable(MissingCells missing) const {
  std::vector<CellPointer> cells = All();
  const auto gone = [](const CellPointer& cell) { return cell->state() == CellState::kQuarantined; };
  const auto first = std::find_if(cells.begin(), cells.end(), gone);
  if (first != cells.end() && missing == MissingCells::kRefuse) return (*first)->Refusal();
  std::erase_if(cells, gone);
  return cells;
}

std::shared_ptr<const CellRules> CellSet::rules() const {
  const base::ReaderLock lock(rules_mutex_);
  return rules_;
}

std::shared_ptr<const CellRules> CellSet::VisitAtOnce(
    const std::function<void(CellIndex, const CellPointer&)>& visit) const {
  const base::ReaderLock lock(rules_mutex_);
  for (std::uint32_t i = 0; i < cells_.size(); ++i) visit(CellIndex{i}, cells_[i]);
  return rules_;
}

CellRules& CellSet::RulesToChange() {
  // Somebody may still go by those of before.
  if (rules_.use_count() > 1) rules_ = std::make_shared<CellRules>(*rules_);
  return *rules_;
}

Result<std::vector<Posted>> CellSet::PostBatch(std::span<const NewMessage> messages, const BatchOptions& options) {
  Patience patience(*this, options.timeout.value_or(config_.write_timeout));
  for (;;) {
    std::shared_ptr<base::Event> released;
    {
      const WriteCalls::Pass pass(&writes_);
      if (plain_.load(std::memory_order_acquire)) return config_.main->posts().PostBatch(messages, options);
      Parts parts;
      for (std::size_t i = 0; i < messages.size() && !released; ++i) {
        Place place = PlaceOf(messages[i].channel);
        released = std::move(place.released);
        parts[place.cell.get()].push_back(i);
      }
      if (!released) return PostParts(messages, parts, options);
    }
    RK_TRY(patience.Await(released.get()));
  }
}

Result<std::vector<Posted>> CellSet::PostTo(Cell* cell, std::span<const NewMessage> messages,
                                            const BatchOptions& options) {
  return cell->Run(Access::kWrite, [&](const ImplPointer& impl) { return impl->posts().PostBatch(messages, options); });
}

Result<std::vector<Posted>> CellSet::PostParts(std::span<const NewMessage> messages, const Parts& parts,
                                               const BatchOptions& options) const {
  if (parts.size() < 2) return PostTo(parts.empty() ? main().get() : parts.begin()->first, messages, options);
  if (options.cells == BatchCells::kOne) {
    return Status(StatusCode::kInvalidArgument,
                  "the batch is for channels of cells " + parts.begin()->first->name() + " and " +
                      std::next(parts.begin())->first->name() +
                      ", and is written whole only within one; post it in parts, or say that it may be split");
  }
  std::vector<Posted> posted(messages.size());
  for (const auto& [cell, indexes] : parts) {
    std::vector<NewMessage> part;
    part.reserve(indexes.size());
    for (const std::size_t i : indexes) part.push_back(messages[i]);
    RK_ASSIGN_OR_RETURN(const std::vector<Posted> answers, PostTo(cell, part, options));
    for (std::size_t i = 0; i < indexes.size(); ++i) posted[indexes[i]] = answers[i];
  }
  return posted;
}

Status CellSet::AwaitWrites() {
  constexpr std::chrono::milliseconds kRetryAfter{50};
  if (writes_.Await(kLongestWait)) return {};
  return Status(StatusCode::kBusy, "writes are under way for long; try again").WithRetryAfter(kRetryAfter);
}

Status CellSet::CheckMayChange() const {
  // What the catalog of a store that refuses writes says after reopening is not known.
  return config_.main->committer().CheckWritable();
}

Status CellSet::CheckNew(const CellOptions& options) const {
  RK_TRY(options.Validate());
  RK_TRY(CheckMayChange());
  if (Named(options.name)) return {StatusCode::kAlreadyExists, "the store has a cell " + options.name + " already"};
  const std::shared_ptr<const CellRules> rules = this->rules();
  for (const std::string& prefix : options.prefixes) {
    if (!rules->has_prefix(prefix)) continue;
    return {StatusCode::kAlreadyExists, "the channels that begin with " + base::Quoted(prefix) + " belong to cell " +
                                            At(rules->Find(prefix))->name() + " already; choose another prefix"};
  }
  return Readable(MissingCells::kRefuse).status();
}

Status CellSet::AddCell(const CellOptions& options) {
  if (!admin_mutex_.try_lock()) return ChangingAlready();
  const base::MutexLock lock(admin_mutex_, std::adopt_lock);
  RK_TRY(CheckNew(options));
  codec::CellRow row{.name = options.name,
                     .store_id = {},
                     .directory = options.directory.empty() ? "cells/" + options.name : options.directory,
                     .prefixes = options.prefixes,
                     .memory = options.memory,
                     .quota_bytes = options.quota_bytes,
                     .overrides = options.overrides};
  RK_ASSIGN_OR_RETURN(OpenedCell opened, config_.opener->Create(options, DirectoryOf(row), &row));

  // Until the channels that exist are known none may come to be, lest the rule hides it.
  std::vector<std::unique_ptr<engine::Intake>> no_loads;
  RK_TRY(ForEach(*this, Access::kRead, [&](store::StoreImpl& impl) -> Status {
    RK_ASSIGN_OR_RETURN(no_loads.emplace_back(), KeepLoadsOut(impl));
    return {};
  }));
  RK_TRY(AwaitWrites());
  Holding holding(this, [prefixes = options.prefixes](std::string_view channel) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const std::string& prefix) { return channel.starts_with(prefix); });
  });
  RK_TRY(AwaitWrites());
  RK_TRY(ForEach(*this, Access::kRead, [](store::StoreImpl& impl) { return impl.DrainAttendants(kLongestWait); }));
  RK_ASSIGN_OR_RETURN(const std::vector<CellCatalog::Placed> older, FindOlderChannels(options.prefixes));
  // What was in these channels before may have had any of the ids that there were.
  RK_TRY(ForEach(*this, Access::kRead, [&](store::StoreImpl& impl) { return RaiseIds(impl, opened.impl.get()); }));
  RK_TRY(holding.KeepUnlessKnown(catalog_.AddCell(row, older)));
  EnterCell(std::move(row), older, std::move(opened));
  return {};
}

Result<std::vector<CellCatalog::Placed>> CellSet::FindOlderChannels(const std::vector<std::string>& prefixes) const {
  const std::shared_ptr<const CellRules> before = rules();
  const CellIndex to_be{static_cast<std::uint32_t>(All().size())};
  CellRules after = *before;
  for (const std::string& prefix : prefixes) after.AddPrefix(prefix, to_be);
  std::vector<CellCatalog::Placed> found;
  for (const CellPointer& cell : All()) {
    for (const std::string& prefix : prefixes) {
      RK_TRY(cell->Run(Access::kRead, [&](const ImplPointer& impl) {
        return VisitChannels(*impl, prefix, [&](const std::string& channel) {
          // A cell may hold rows of a channel that is on its way to it, or from it.
          const bool is_here = At(before->Find(channel)) == cell;
          if (is_here && after.Find(channel) == to_be) found.emplace_back(channel, cell->name());
        });
      }));
    }
  }
  return found;
}

void CellSet::EnterCell(codec::CellRow row, const std::vector<CellCatalog::Placed>& older, OpenedCell opened) {
  std::map<std::string, CellIndex, std::less<>> indexes;
  const base::MutexLock retention(retention_mutex_);
  CellPointer cell = NewCell(std::move(row), std::move(opened));
  const base::MutexLock lock(rules_mutex_);
  for (std::size_t i = 0; i < cells_.size(); ++i)
    indexes.emplace(cells_[i]->name(), CellIndex{static_cast<std::uint32_t>(i)});
  const CellIndex index{static_cast<std::uint32_t>(cells_.size())};
  CellRules& rules = RulesToChange();
  for (const std::string& prefix : cell->row().prefixes) rules.AddPrefix(prefix, index);
  for (const auto& [channel, name] : older) rules.Place(channel, indexes.at(name));
  cells_.push_back(std::move(cell));
  generation_.fetch_add(1);
}

std::vector<CellInfo> CellSet::Cells() const {
  std::vector<CellInfo> infos;
  for (const CellPointer& cell : All()) {
    cell->LookNow();
    infos.push_back(InfoOf(cell.get(), CellIndex{static_cast<std::uint32_t>(infos.size())}));
  }
  std::sort(infos.begin() + 1, infos.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return infos;
}

CellInfo CellSet::InfoOf(Cell* cell, CellIndex index) const {
  CellInfo info{.name = cell->name(),
                .directory = cell->directory(),
                .prefixes = cell->row().prefixes,
                .state = cell->state(),
                .reason = cell->reason(),
                .placed = rules()->CountPlaced(index),
                .quota_bytes = cell->row().quota_bytes};
  static_cast<void>(cell->Run(Access::kRead, [&](const ImplPointer& impl) {
    const StoreInfo store = impl->info();
    info.disk_bytes = impl->context().engine->Size().disk_bytes;
    info.shards = store.shards;
    info.strategy = store.strategy;
    return Status();
  }));
  return info;
}

Status CellSet::Reopen(std::string_view name) {
  if (!admin_mutex_.try_lock()) return ChangingAlready();
  const base::MutexLock lock(admin_mutex_, std::adopt_lock);
  RK_ASSIGN_OR_RETURN(const CellPointer cell, Named(name));
  if (cell == main()) {
    return {StatusCode::kInvalidArgument, "cell main is open as long as the store is; close the store and open it"};
  }
  if (!config_.read_only) RK_TRY(CheckMayChange());
  const auto open = [&]() -> Result<OpenedCell> {
    RK_ASSIGN_OR_RETURN(OpenedCell opened, config_.opener->Open(cell->row(), cell->directory()));
    if (!config_.read_only) RK_TRY(AlignRetention(opened.impl.get()));
    return opened;
  };
  {
    const base::MutexLock retention(retention_mutex_);
    RK_TRY(cell->Reopen(kLongestWait, open));
  }
  return config_.read_only ? Status() : RemoveRemains(cell.get());
}

Status CellSet::AlignRetention(store::StoreImpl* impl) const {
  const std::vector<RetentionRule> wanted = config_.main->retention().Rules();
  for (RetentionRule rule : impl->retention().Rules()) {
    const bool stays = std::any_of(wanted.begin(), wanted.end(), [&](const RetentionRule& one) {
      return one.scope == rule.scope && one.name == rule.name;
    });
    rule.limits = {};
    if (!stays) RK_TRY(impl->retention().SetRule(rule));
  }
  const std::vector<RetentionRule> there = impl->retention().Rules();
  for (const RetentionRule& rule : wanted) {
    if (std::find(there.begin(), there.end(), rule) == there.end()) RK_TRY(impl->retention().SetRule(rule));
  }
  impl->StartRetention();
  return {};
}

Status CellSet::MayClose() const {
  for (const CellPointer& cell : All()) {
    Status may;
    cell->IfThere([&](store::StoreImpl& impl) { may = impl.MayClose(); });
    RK_TRY(may);
  }
  return {};
}

Status CellSet::Close() {
  Status first;
  for (const CellPointer& cell : All()) {
    if (cell == main()) continue;
    Status closed = cell->Close();
    // What is wrong with a quarantined cell was told when it was quarantined.
    if (first.ok() && cell->state() != CellState::kQuarantined) first = std::move(closed);
  }
  return first;
}

}  // namespace rookery::cells
