// A store with something of everything in it, and ways to damage it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/doctor.h"
#include "rookery/store.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {

/// The bytes of all files below a directory, by their paths.
std::map<std::string, std::string> TreeOf(const std::filesystem::path& directory);
std::vector<std::filesystem::path> FilesWith(const std::filesystem::path& directory, const std::string& extension);
void FlipByte(const std::filesystem::path& file, std::uintmax_t offset);

class DamageTest : public ::testing::Test {
 protected:
  static constexpr int kChannels = 6;

  static std::string Channel(int number) { return "channel " + std::to_string(number); }

  void Make();
  /// So many messages to each channel, every 10th with attributes, a nonce and an edit, every 40th a large one.
  void PostSome(int messages);
  void Open();
  void Close();
  /// From now on the store is what another process would find if this one were killed now.
  void Crash();

  std::filesystem::path path() const { return dir_.path() / "store"; }
  std::filesystem::path engine() const { return path() / "cell-0000"; }
  std::filesystem::path saved() const { return dir_.path() / "saved"; }
  std::filesystem::path Current() const { return engine() / "CURRENT"; }
  std::filesystem::path Manifest() const;
  std::filesystem::path FileStartingWith(const std::string& start) const;
  /// The largest table of a shard, and not of the catalog.
  std::filesystem::path Table() const;
  std::filesystem::path NewestLog() const;

  /// What Diagnose says; fails the test if it changed anything.
  Diagnosis Examine(const DoctorOptions& options = {}) const;
  /// The finding with that code; fails the test if there is none.
  static Finding Find(const Diagnosis& diagnosis, const std::string& code);
  static std::vector<std::string> CodesOf(const Diagnosis& diagnosis);

  /// All messages are in `store` as they were posted, but for those that `may_be_lost` says yes to; returns how many
  /// are lost.
  int CountLost(Store& store, const SalvageReport& report) const;

  TempDir dir_;
  StoreOptions options_;
  std::optional<Store> store_;
  std::map<std::pair<std::string, std::uint64_t>, std::string> posted_;  // contents by channel and id

 private:
  SeededRandom random_{7};
};

}  // namespace rookery::testing
