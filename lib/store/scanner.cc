#include "store/scanner.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/limits.h"
#include "store/row_error.h"
#include "store/spread_cursor.h"

namespace rookery::store {
namespace {

using codec::KeyKind;
using engine::Direction;

constexpr std::size_t kIdBytes = 8;

std::string KeyOf(const std::string& channel_prefix, MessageId id) {
  std::string key = channel_prefix;
  codec::AppendMessageId(&key, id);
  return key;
}

/// Ids beyond those that messages can have bound nothing, or leave nothing.
Scanner::IdRange RangeOf(const ScanQuery& query) {
  Scanner::IdRange range{.lowest = MessageId{1}, .highest = MessageId{MessageId::kMax}};
  if (query.after) range.lowest = MessageId{std::min(query.after->value, MessageId::kMax) + 1};
  if (query.before) range.highest = MessageId{std::max<std::uint64_t>(query.before->value, 1) - 1};
  return range;
}

/// The least message key of all channels whose name begins with `prefix`.
std::string FirstKeyOfNames(std::string_view prefix) {
  std::string key = codec::ChannelPrefix(KeyKind::kMessage, prefix);
  key.resize(key.size() - 2);  // without the terminator
  return key;
}

}  // namespace

/// Hands the rows of one channel's range to the scan's sink, and stops at the first that is not of it.
class Scanner::RunSink final : public engine::RowSink {
 public:
  RunSink(Scanner* scanner, ScanSink* sink) : scanner_(*scanner), sink_(*sink) {}

  bool Take(std::string_view key, std::string_view value) override {
    const std::string_view prefix = scanner_.channel_prefix_;
    if (!key.starts_with(prefix)) return false;
    if (key.size() != prefix.size() + kIdBytes) return Fail(UnreadableKey(scanner_.visits_.back().shard, key));
    const MessageId id = codec::MessageIdOf(key);
    if (id < scanner_.range_.lowest || id > scanner_.range_.highest) return false;
    const auto message = codec::DecodeMessage(value, id, scanner_.context_.epoch);
    if (!message) return Fail(UnreadableMessage(scanner_.ShardOf(id), scanner_.channel_, id, value));
    if (!scanner_.announced_) {
      sink_.BeginChannel(scanner_.channel_);
      scanner_.announced_ = true;
    }
    const ScanStep step = sink_.Take(*message);
    scanner_.taken_ = paused_ = step == ScanStep::kPause;
    return step == ScanStep::kNext;
  }

  bool paused() const { return paused_; }
  Status TakeError() { return std::move(error_); }

 private:
  bool Fail(Status error) {
    error_ = std::move(error);
    return false;
  }

  Scanner& scanner_;
  ScanSink& sink_;
  bool paused_ = false;
  Status error_;
};

Result<std::unique_ptr<Scanner>> Scanner::New(const Context& context, const ScanQuery& query,
                                              std::shared_ptr<const engine::Snapshot> snapshot) {
  if (snapshot == nullptr) snapshot = context.NewSnapshot();
  RK_TRY(CheckScanQuery(query, context.routes.At(snapshot.get()).map().shards));
  return std::unique_ptr<Scanner>(new Scanner(context, query, std::move(snapshot)));
}

Scanner::Scanner(const Context& context, const ScanQuery& query, std::shared_ptr<const engine::Snapshot> snapshot)
    : context_(context),
      name_prefix_(query.prefix),
      range_(RangeOf(query)),
      direction_(query.order == Order::kNewestFirst ? Direction::kForward : Direction::kBackward),
      snapshot_(std::move(snapshot)),
      router_(context.routes.At(snapshot_.get())) {
  if (range_.lowest <= range_.highest) PlanVisits(query);
}

void Scanner::PlanVisits(const ScanQuery& query) {
  for (std::uint32_t shard = 0; shard < router_.map().shards; ++shard) {
    if (!query.shard || *query.shard == ShardId{shard}) visits_.push_back({ShardId{shard}, std::nullopt});
  }
  std::reverse(visits_.begin(), visits_.end());
  if (query.channels) {
    std::vector<std::string> channels = *query.channels;
    std::sort(channels.begin(), channels.end(), std::greater<>());
    channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
    std::vector<std::vector<std::string>> by_shard(router_.map().shards);
    for (std::string& channel : channels) {
      const std::optional<ShardId> shard = router_.Find(channel);
      if (shard && !router_.SpreadOf(channel)) by_shard[shard->value].push_back(std::move(channel));
    }
    for (Visit& visit : visits_) visit.channels = std::move(by_shard[visit.shard.value]);
    std::erase_if(visits_, [](const Visit& visit) { return visit.channels->empty(); });
  }
  PlanVisitsOfSpread(query);
}

void Scanner::PlanVisitsOfSpread(const ScanQuery& query) {
  std::vector<Visit> of_spread;
  for (const routing::Spread& spread : router_.map().spreads) {
    const std::optional<ShardId> home = router_.Find(spread.channel);
    if (!home || (query.shard && *query.shard != *home)) continue;
    if (!std::string_view(spread.channel).starts_with(name_prefix_)) continue;
    const bool wanted = !query.channels || std::find(query.channels->begin(), query.channels->end(), spread.channel) !=
                                               query.channels->end();
    if (wanted) of_spread.push_back({*home, std::vector<std::string>{spread.channel}, /*of_spread=*/true});
  }
  std::move(of_spread.rbegin(), of_spread.rend(), std::back_inserter(visits_));
  // With the shard, in front of what else is in it.
  std::stable_sort(visits_.begin(), visits_.end(), [](const Visit& a, const Visit& b) { return a.shard > b.shard; });
}

ShardId Scanner::ShardOf(MessageId id) const { return *context_.FindMessage(router_, channel_, id); }

Result<bool> Scanner::Read(ScanSink* sink) {
  while (!visits_.empty()) {
    if (cursor_ == nullptr) OpenShard();
    if (!in_channel_) {
      RK_ASSIGN_OR_RETURN(in_channel_, EnterChannel());
      if (!in_channel_) {
        cursor_.reset();
        visits_.pop_back();
        continue;
      }
    }
    if (std::exchange(taken_, false)) forward() ? cursor_->Next() : cursor_->Prev();
    RunSink run(this, sink);
    cursor_->Run(std::numeric_limits<std::size_t>::max(), direction_, &run);
    if (run.paused()) return true;
    in_channel_ = false;
    Status error = run.TakeError();
    if (error.ok() && !cursor_->valid()) {
      error = DamagedBelow(cursor_->status(), visits_.back().shard,
                           "a message of channel " + base::Quoted(channel_) + ", or of the next");
    }
    if (!error.ok()) {
      cursor_.reset();
      visits_.clear();
      return error;
    }
  }
  return false;
}

void Scanner::OpenShard() {
  const Visit& visit = visits_.back();
  if (visit.channels && visit.channels->size() == 1) {
    const std::string prefix = codec::ChannelPrefix(KeyKind::kMessage, visit.channels->front());
    lower_ = KeyOf(prefix, range_.highest);
    upper_ = codec::PrefixEnd(prefix);
  } else {
    lower_ = FirstKeyOfNames(name_prefix_);
    upper_ = codec::PrefixEnd(lower_);
  }
  channel_prefix_.clear();
  const engine::CursorOptions options{
      .lower = lower_, .upper = upper_, .snapshot = snapshot_.get(), .access = engine::Access::kScan};
  cursor_ = visit.of_spread ? NewMessageCursor(context_, router_, visit.channels->front(), options)
                            : context_.engine->NewCursor(context_.KeyspaceOf(visit.shard), options);
}

Result<bool> Scanner::EnterChannel() { return visits_.back().channels ? EnterListedChannel() : EnterFoundChannel(); }

Result<bool> Scanner::EnterListedChannel() {
  std::vector<std::string>& wanted = *visits_.back().channels;
  while (!wanted.empty()) {
    SetChannel(std::move(wanted.back()));
    wanted.pop_back();
    RK_ASSIGN_OR_RETURN(const bool found, SeekRange());
    if (found) return true;
  }
  return false;
}

Result<bool> Scanner::EnterFoundChannel() {
  for (;;) {
    // A forward run that reached the channel's end stands on the next one already.
    if (channel_prefix_.empty()) {
      cursor_->SeekToFirst();
    } else if (!forward() || (cursor_->valid() && cursor_->key().starts_with(channel_prefix_))) {
      cursor_->Seek(codec::PrefixEnd(channel_prefix_));
    }
    if (!cursor_->valid()) {
      RK_TRY(cursor_->status());
      return false;
    }
    auto key = codec::DecodeKey(cursor_->key());
    if (!key) return UnreadableKey(visits_.back().shard, cursor_->key());
    SetChannel(std::move(key->channel));
    // While channels move, a shard may hold rows of one that is not its own, or not yet.
    if (router_.Find(channel_) != visits_.back().shard || router_.SpreadOf(channel_)) continue;
    if (forward() && key->id <= range_.highest) {
      if (key->id >= range_.lowest) return true;
      continue;
    }
    RK_ASSIGN_OR_RETURN(const bool found, SeekRange());
    if (found) return true;
  }
}

void Scanner::SetChannel(std::string channel) {
  channel_ = std::move(channel);
  channel_prefix_ = codec::ChannelPrefix(KeyKind::kMessage, channel_);
  announced_ = false;
}

Result<bool> Scanner::SeekRange() {
  if (forward()) {
    cursor_->Seek(KeyOf(channel_prefix_, range_.highest));
  } else {
    cursor_->SeekForPrev(KeyOf(channel_prefix_, range_.lowest));
  }
  if (!cursor_->valid()) {
    RK_TRY(cursor_->status());
    return false;
  }
  const std::string_view key = cursor_->key();
  if (!key.starts_with(channel_prefix_)) return false;
  if (key.size() != channel_prefix_.size() + kIdBytes) return UnreadableKey(visits_.back().shard, key);
  const MessageId id = codec::MessageIdOf(key);
  return range_.lowest <= id && id <= range_.highest;
}

}  // namespace rookery::store
