#include "tests/torture/histories.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "base/macros.h"
#include "codec/key_format.h"
#include "engine/memory/memory_engine.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "store/store_impl.h"
#include "tests/support/manual_clock.h"
#include "tests/torture/chat_history.h"
#include "tests/torture/history_players.h"
#include "tests/torture/rounds.h"
#include "tests/torture/uneasy_engine.h"

namespace rookery::torture {
namespace {

/// A store is made for so many histories.
constexpr std::uint64_t kHistoriesOfAStore = 100;

Result<std::unique_ptr<engine::Engine>> MakeEngine(const std::filesystem::path& path, bool in_memory) {
  if (in_memory) return engine::NewMemoryEngine();
  engine::RocksDbOptions options;
  options.mode = engine::RocksDbOptions::Mode::kCreate;
  options.prefix = {codec::kPrefixRuleName, codec::ChannelPrefixLength};
  options.block_cache_bytes = std::size_t{1} << 20;
  options.write_buffer_bytes = std::size_t{1} << 20;
  return engine::OpenRocksDbEngine(path, options);
}

/// A store with an uneasy engine and a cache of any kind, for some histories.
class Arena {
 public:
  Arena(std::filesystem::path path, std::uint64_t seed) : path_(std::move(path)), random_(seed) {}

  Status Open() {
    constexpr CachePolicy kPolicies[]{CachePolicy::kAdaptive, CachePolicy::kLru,  CachePolicy::kExactLru,
                                      CachePolicy::kLfu,      CachePolicy::kFifo, CachePolicy::kRandom};
    StoreOptions options;
    options.routing = AnyRouting();
    options.bucket_width = std::chrono::minutes{1};
    options.cache = {.capacity = std::size_t{1} << 20,
                     .policy = kPolicies[random_() % std::size(kPolicies)],
                     .write_mode = random_() % 2 == 0 ? WriteMode::kThrough : WriteMode::kAround,
                     .window = random_() % 5};
    const bool in_memory = random_() % 4 != 0;
    RK_ASSIGN_OR_RETURN(auto engine, MakeEngine(path_, in_memory));
    const std::string store_id(32, 'a');
    RK_TRY(store::InitializeStore(engine.get(), {1, store_id}, options));
    StoreInfo info;
    info.store_id = store_id;
    info.epoch = options.ids.epoch;
    auto uneasy = std::make_unique<UneasyEngine>(std::move(engine), random_());
    RK_ASSIGN_OR_RETURN(store_, store::StoreImpl::Open({std::move(uneasy), options, info, clock_}));
    return {};
  }

  /// What is wrong; empty: nothing.
  std::string Play(std::uint64_t seed, bool canary) {
    clock_->Advance(std::chrono::seconds{2});
    const HistoryOptions options{.seed = seed,
                                 .name = "h" + std::to_string(histories_++),
                                 .now = clock_->Now(),
                                 .reshards = RoundSeed(seed, 99) % 3 == 0,
                                 .canary = canary};
    HistoryPlayers players(store_.get(), options);
    const auto calls = players.Play();
    if (!calls) return calls.error().ToString();
    calls_ += calls->size();
    return CheckLinearizable(*calls);
  }

  std::string Close() {
    constexpr std::chrono::minutes kPatience{1};
    if (const Status waited = store_->resharder().Await(kPatience); !waited.ok()) return waited.ToString();
    const auto report = store_->Verify({});
    if (!report) return report.error().ToString();
    if (!report->ok()) return report->problems.front().where + ": " + report->problems.front().what;
    const auto proof = store_->resharder().Verify({});
    if (!proof) return proof.error().ToString();
    hits_ = store_->Stats().cache.hits();
    joined_ = store_->Stats().cache.joined;
    const Status closed = store_->Close();
    return closed.ok() ? proof->difference : closed.ToString();
  }

  std::uint64_t calls() const { return calls_; }
  std::uint64_t hits() const { return hits_; }
  std::uint64_t joined() const { return joined_; }

 private:
  Routing AnyRouting() {
    if (random_() % 3 == 0) return HashRouting{.shards = 4};
    if (random_() % 2 == 0) return DirectoryRouting{.shards = 4};
    return RangeRouting{.splits = {"h3", "h6"}};
  }

  const std::filesystem::path path_;
  std::mt19937_64 random_;
  const std::shared_ptr<testing::ManualClock> clock_ = std::make_shared<testing::ManualClock>();
  std::unique_ptr<store::StoreImpl> store_;
  std::uint64_t histories_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t joined_ = 0;
};

}  // namespace

RigReport RunHistories(const RigOptions& options) {
  RigReport report;
  std::uint64_t calls = 0;
  std::uint64_t hits = 0;
  std::uint64_t joined = 0;
  std::optional<Arena> arena;
  const std::filesystem::path path = options.directory / "engine";
  const auto violate = [&](std::uint64_t round, const std::string& what) {
    report.Violate(fmt::format("history {}; --rounds {} --seed {} repeats it, as far as threads do\n{}", round,
                               round + 1, options.seed, what));
  };
  const auto end = [&](std::uint64_t round) {
    if (!arena) return;
    if (const std::string wrong = arena->Close(); !wrong.empty()) violate(round, wrong);
    calls += arena->calls();
    hits += arena->hits();
    joined += arena->joined();
    arena.reset();
    std::filesystem::remove_all(path);
  };
  RunRounds(options, &report, [&](std::uint64_t round, RigReport* /*report*/) {
    if (round % kHistoriesOfAStore == 0) end(round);
    const std::uint64_t seed = RoundSeed(options.seed, round);
    if (!arena) {
      arena.emplace(path, seed);
      if (const Status opened = arena->Open(); !opened.ok()) throw std::runtime_error(opened.ToString());
    }
    if (const std::string wrong = arena->Play(seed, options.canary); !wrong.empty()) violate(round, wrong);
  });
  end(report.rounds);
  report.figures = fmt::format("{} calls, {} cache hits, {} joined flights", calls, hits, joined);
  return report;
}

}  // namespace rookery::torture
