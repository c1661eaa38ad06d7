// A store that is encrypted, filled with whatever a store can hold, and what of it can be found on disk.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/store.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {

/// A key of one repeated byte.
EncryptionKey KeyOf(char byte);
std::vector<EncryptionKey> KeysOf(std::string_view bytes);

/// In every name and content that the tests store. Not in what the store itself writes, and of bytes that no
/// compression can take apart.
inline constexpr std::string_view kCanary = "Zq7~canary~Xv4#Jw9!Kp2";

class EncryptionTest : public ::testing::Test {
 protected:
  /// Opens path() with options_ and these keys, the newest first; "": with none.
  Status TryOpen(std::string_view keys, OpenMode mode = OpenMode::kOpenOrCreate);
  void Open(std::string_view keys);
  void Close();

  /// Something of each kind, the same every time that `round` is.
  void Fill(int round);
  /// All that Fill has stored in these rounds is there and as it was.
  void ExpectFilled(int rounds);

  /// The files of a directory in which the canary stands, anywhere in their bytes or in their names.
  static std::vector<std::string> FilesWithCanary(const std::filesystem::path& directory);
  /// Every file's name and bytes, but for the lock, which tells who has the store.
  static std::map<std::string, std::string> BytesOfAll(const std::filesystem::path& directory);

  std::filesystem::path path() const { return dir_.path() / "store"; }
  Store& store() { return *store_; }

  TempDir dir_;
  StoreOptions options_{.routing = DirectoryRouting{.shards = 3}};
  std::optional<Store> store_;

 private:
  std::map<int, MessageId> ids_;  // of the message of a round
};

}  // namespace rookery::testing
