// A store that serves readers, and what its directory `readers` has. A checkpoint is made for everybody who asks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rookery/store.h"
#include "tests/cells/cells_fixture.h"
#include "tests/store/store_fixture.h"

namespace rookery::testing {

/// With checkpoints as often as somebody asks.
inline ServeReadersOptions AtOnce() { return {.interval = std::chrono::milliseconds{0}}; }

/// Opens what can be read of the store beside its owner.
Result<Store> ReadBeside(const std::filesystem::path& store, const StoreOptions& options = {});

/// The names in its directory `readers` but for the mark and the socket, sorted.
std::vector<std::string> CheckpointsOf(const std::filesystem::path& store);
/// What all files below it take, each once however many names it has.
std::uint64_t BytesBelow(const std::filesystem::path& directory);

class BesideTest : public DiskStoreTest {
 protected:
  void SetUp() override {
    options().serve_readers = AtOnce();
    DiskStoreTest::SetUp();
  }

  std::filesystem::path readers() const { return std::filesystem::path(path()) / "readers"; }
  Result<Store> TryView(const BesideOptions& beside = {}) const {
    return ReadBeside(path(), {.beside = beside, .clock = clock_});
  }
  std::vector<std::string> Checkpoints() const { return CheckpointsOf(path()); }
  /// Opens the store again, not serving.
  void ReopenSilent() {
    options().serve_readers.reset();
    Reopen();
  }
};

}  // namespace rookery::testing
