// A herd: many callers ask at the same moment for one page that no cache of Rookery has.
//
// Every round opens the store anew, so that nothing is cached. On few processors a herd of hundreds takes much longer
// to wake than a page takes to be read from the kernel's memory. That is why there is herd_disk, where the kernel has
// to forget the files before each herd and a read takes as long as the disk does; caches/herd_slow.cc goes further.
#include "bench/herd.h"

#include "bench/contender.h"
#include "bench/contenders/rookery_options.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/scratch.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

/// A store that was just opened.
class StoreTarget final : public HerdTarget {
 public:
  explicit StoreTarget(const std::filesystem::path& directory) : store_(OpenToRead(directory)) {}

  Page Read(const std::string& channel) override { return Require(store_.History(channel, {.limit = kScrollLimit})); }
  std::uint64_t engine_reads() override {
    const CacheStats stats = Require(store_.Stats()).cache;
    return stats.flights + stats.bypassed;
  }
  std::uint64_t waited() override { return Require(store_.Stats()).cache.joined; }

 private:
  static Store OpenToRead(const std::filesystem::path& directory) {
    StoreOptions options = RookeryOptions(kMessageCacheBytes);
    options.mode = OpenMode::kReadOnly;
    return Require(Store::Open(directory, options));
  }

  Store store_;
};

enum class Files : std::uint8_t { kInMemory, kOnDisk };

class HerdTask final : public Task {
 public:
  HerdTask(const Ground& ground, std::size_t callers, Files files)
      : chat_(ground.workload.chat), directory_(ground.filled_store), callers_(callers), files_(files) {}

  Measurement RunRound(int /*round*/) override {
    StoreTarget target(directory_);
    return RunHerds(chat_, &target, callers_, [this] {
      if (files_ == Files::kOnDisk) DropFromMemory(directory_);
    });
  }
  void Finish() override {}

 private:
  const Chat& chat_;
  const std::filesystem::path directory_;
  const std::size_t callers_;
  const Files files_;
};

Entrants HerdsOf(Files files) {
  Entrants herds = HerdEntrants([files](const Ground& ground, std::size_t callers) {
    return std::make_unique<HerdTask>(ground, callers, files);
  });
  herds.want_filled_store = true;
  return herds;
}

}  // namespace

Entrants Herd() { return HerdsOf(Files::kInMemory); }
Entrants HerdFromDisk() { return HerdsOf(Files::kOnDisk); }

}  // namespace rookery::bench
