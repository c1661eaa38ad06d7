// What it costs to know that nothing is missing and nothing was changed: the witness's notes of a batch, and the
// checksum of a row, beside the posts and the reads that pay for them.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "assembly/witness_file.h"
#include "bench/scratch.h"
#include "codec/checksum.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/store.h"
#include "store/commit_notes.h"
#include "store/routes.h"

namespace rookery::bench {
namespace {

const std::string kContent(60, 'x');  // about what people write
constexpr std::int64_t kBatch = 100;

/// Skips the benchmark if something that must work did not.
bool Check(const Status& status, benchmark::State& state) {
  if (!status.ok()) state.SkipWithError(status.ToString().c_str());
  return status.ok();
}

void PostBatch(benchmark::State& state) {
  const Scratch scratch(std::filesystem::temp_directory_path());
  auto store = Store::Open(scratch.path() / "store");
  if (!Check(store.status(), state)) return;
  std::vector<NewMessage> batch(static_cast<std::size_t>(state.range(0)),
                                {.channel = "general", .author = "somebody", .content = kContent});
  for (auto _ : state) {
    if (!Check(store->PostBatch(batch).status(), state)) return;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(PostBatch)->Arg(1)->Arg(kBatch);

void NotesOfBatch(benchmark::State& state) {
  const Scratch scratch(std::filesystem::temp_directory_path());
  engine::RocksDbOptions options;
  options.mode = engine::RocksDbOptions::Mode::kCreate;
  auto engine = engine::OpenRocksDbEngine(scratch.path() / "engine", options);
  const std::vector<std::string> names{"shard"};
  if (!Check(engine.status(), state) || !Check((*engine)->CreateKeyspaces(names), state)) return;
  auto witness = assembly::WitnessFile::Begin(scratch.path() / "witness", "store", 0, nullptr);
  if (!Check(witness.status(), state)) return;
  const auto shard = (*engine)->FindKeyspace("shard");
  store::Routes routes;
  routes.Add(*shard);

  codec::RowEncoder encoder;
  const std::string row(encoder.EncodeMessage({.author = "somebody", .content = kContent}));
  const auto batch = (*engine)->NewBatch();
  for (std::int64_t i = 1; i <= state.range(0); ++i) {
    batch->Put(*shard, codec::MessageKeyOf("general", MessageId{static_cast<std::uint64_t>(i)}), row);
  }
  if (!Check((*engine)->Write(*batch, /*sync=*/false), state)) return;
  for (auto _ : state) {
    store::CommitNotes::Tell(*batch, routes, witness->get());
    (*witness)->Applied(batch->position());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(NotesOfBatch)->Arg(1)->Arg(kBatch);

void ChecksumOfRow(benchmark::State& state) {
  codec::RowEncoder encoder;
  const std::string row(encoder.EncodeMessage({.author = "somebody", .content = kContent}));
  for (auto _ : state) benchmark::DoNotOptimize(codec::ShortChecksumOf(row));
}
BENCHMARK(ChecksumOfRow);

void ReadPage(benchmark::State& state) {
  const Scratch scratch(std::filesystem::temp_directory_path());
  StoreOptions options;
  options.cache.capacity = 0;  // what comes from the cache is not compared again
  auto store = Store::Open(scratch.path() / "store", options);
  if (!Check(store.status(), state)) return;
  const std::vector<NewMessage> batch(10 * kBatch, {.channel = "general", .author = "somebody", .content = kContent});
  if (!Check(store->PostBatch(batch).status(), state)) return;
  for (auto _ : state) {
    if (!Check(store->History("general", {.limit = kBatch}).status(), state)) return;
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(ReadPage);

void ReadOne(benchmark::State& state) {
  const Scratch scratch(std::filesystem::temp_directory_path());
  StoreOptions options;
  options.cache.capacity = 0;
  auto store = Store::Open(scratch.path() / "store", options);
  if (!Check(store.status(), state)) return;
  const auto id = store->Post({.channel = "general", .author = "somebody", .content = kContent});
  if (!Check(id.status(), state)) return;
  for (auto _ : state) {
    if (!Check(store->Get("general", *id).status(), state)) return;
  }
}
BENCHMARK(ReadOne);

}  // namespace
}  // namespace rookery::bench
