#include "assembly/encryption.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "assembly/system_error.h"
#include "assembly/witness_file.h"
#include "base/macros.h"
#include "crypto/file_header.h"
#include "crypto/hex.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

struct Use {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t needed = 0;  // of these files, those without which the store cannot be opened: not copies, for one
  std::string example;       // the name of one of these, or else of any
};
/// By the ids of keys, 16 bytes each.
using Uses = std::map<std::string, Use>;

/// A file that the doctor has put aside.
bool IsAside(const fs::path& file) { return file.filename().string().find(".damaged") != std::string::npos; }

class UseCounter {
 public:
  void Count(const std::optional<std::string>& key_id, const fs::path& file, const std::string& name, bool needed) {
    struct stat status {};
    if (!key_id || ::stat(file.c_str(), &status) != 0) return;  // files come and go
    if (status.st_nlink > 1 && !links_.emplace(status.st_dev, status.st_ino).second) return;
    Use& use = uses[*key_id];
    if (use.example.empty() || (needed && use.needed == 0)) use.example = name;
    ++use.files;
    use.bytes += static_cast<std::uint64_t>(status.st_size);
    if (needed) ++use.needed;
  }

  /// Of the files in a directory; `before` is put before their names.
  Status CountAll(const fs::path& directory, const std::string& before, bool needed) {
    std::error_code error;
    fs::directory_iterator entry(directory, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      std::error_code gone;
      const fs::path& path = entry->path();
      if (!entry->is_regular_file(gone)) continue;
      Count(crypto::ReadKeyId(path), path, before + path.filename().string(), needed && !IsAside(path));
    }
    return error ? SystemError(error.value(), "cannot read", directory) : Status();
  }

  Uses uses;

 private:
  std::set<std::pair<dev_t, ino_t>> links_;  // counted files that have other names, too
};

/// Adds what checkpoints for readers need. Their links to the store's own files are counted with these.
void CountReaders(const StoreDirectory& directory, UseCounter* counter) {
  std::error_code error;
  fs::directory_iterator entry(directory.readers_path(), error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path engine = StoreDirectory(entry->path()).engine_path();
    const std::string before = "readers/" + entry->path().filename().string() + "/";
    static_cast<void>(counter->CountAll(engine, before, /*needed=*/false));  // they come and go
  }
}

enum class Readers : std::uint8_t { kNotCounted, kCounted };

Result<Uses> FindUses(const StoreDirectory& directory, Readers readers = Readers::kNotCounted) {
  UseCounter counter;
  RK_TRY(counter.CountAll(directory.engine_path(), "", /*needed=*/true));
  // Copies that are kept: an opening for writing keeps new ones, under the newest key.
  static_cast<void>(counter.CountAll(engine::KeptDirectory(directory.engine_path()), "kept/", /*needed=*/false));
  const fs::path witness = directory.witness_path();
  counter.Count(WitnessFile::ReadKeyId(witness), witness, witness.filename().string(), /*needed=*/true);
  if (readers == Readers::kCounted) CountReaders(directory, &counter);
  return std::move(counter.uses);
}

constexpr std::string_view kWhereToGive = " (StoreOptions::encryption, --key-file, or key_file= in Python)";

Status KeyIsMissing(const StoreDirectory& directory, const std::string& id, const Use& use,
                    const crypto::KeyRing& keys) {
  return {StatusCode::kPermission, directory.path().string() + " needs key " + crypto::ToHex(id) + " for " +
                                       std::to_string(std::max(use.needed, std::uint64_t{1})) +
                                       " of its files, such as " + use.example + ", and was given " + keys.Names() +
                                       "; give that key too" + std::string(kWhereToGive)};
}

Status NotEncrypted(const std::string& what) {
  return {StatusCode::kInvalidArgument,
          what +
              " is not encrypted, and a key was given; open it without one. To encrypt it, export it and import "
              "that into a store that is made with a key"};
}

/// With the keys that `given` has or finds of these; what it does not find is left out.
Result<std::shared_ptr<const crypto::KeyRing>> RingOf(const EncryptionOptions& given, const Uses& uses) {
  std::vector<std::string> found;
  for (const auto& [id, use] : uses) {
    if (crypto::KeyRing::Make(given, {&id, 1})) found.push_back(id);
  }
  return crypto::KeyRing::Make(given, found);
}

}  // namespace

Status NoKeyGiven(const StoreDirectory& directory, const std::string& key_id) {
  return {StatusCode::kPermission, directory.path().string() + " is encrypted with key " + key_id + "; give that key" +
                                       std::string(kWhereToGive)};
}

Result<std::shared_ptr<const crypto::KeyRing>> KeysOfNewStore(const std::optional<EncryptionOptions>& given) {
  if (!given) return std::shared_ptr<const crypto::KeyRing>();
  return crypto::KeyRing::Make(*given, {});
}

Result<std::shared_ptr<const crypto::KeyRing>> KeysOfStore(const StoreDirectory& directory, const Identity& identity,
                                                           const std::optional<EncryptionOptions>& given) {
  if (identity.key_id.empty()) {
    if (!given) return std::shared_ptr<const crypto::KeyRing>();
    return NotEncrypted(directory.path().string());
  }
  if (!given) return NoKeyGiven(directory, identity.key_id);
  RK_ASSIGN_OR_RETURN(const Uses uses, FindUses(directory));
  std::vector<std::string> ids;
  for (const auto& [id, use] : uses) {
    if (use.needed > 0) ids.push_back(id);
  }
  RK_ASSIGN_OR_RETURN(auto keys, crypto::KeyRing::Make(*given, ids));
  for (const auto& [id, use] : uses) {
    if (use.needed > 0 && keys->Find(id) == nullptr) return KeyIsMissing(directory, id, use, *keys);
  }
  return keys;
}

Result<KeysOfRemains> FindKeysOfRemains(const StoreDirectory& directory, const std::optional<Identity>& identity,
                                        const std::optional<EncryptionOptions>& given) {
  const Uses uses = FindUses(directory).value_or(Uses());
  KeysOfRemains found{.encrypted = identity ? !identity->key_id.empty() : !uses.empty()};
  if (!found.encrypted) {
    if (given) return NotEncrypted(directory.path().string());
    return found;
  }
  if (given) {
    RK_ASSIGN_OR_RETURN(found.keys, RingOf(*given, uses));
  }
  bool any = uses.empty();
  for (const auto& [id, use] : uses) {
    const bool known = found.keys != nullptr && found.keys->Find(id) != nullptr;
    any = any || known;
    if (!known) found.missing.push_back({.key_id = crypto::ToHex(id), .files = use.files, .example = use.example});
  }
  if (found.keys != nullptr && !any)
    return KeyIsMissing(directory, uses.begin()->first, uses.begin()->second, *found.keys);
  return found;
}

Result<std::vector<std::string>> KeyIdsOfFiles(const StoreDirectory& directory) {
  RK_ASSIGN_OR_RETURN(const Uses uses, FindUses(directory));
  std::vector<std::string> ids;
  for (const auto& [id, use] : uses) ids.push_back(crypto::ToHex(id));
  return ids;
}

Status CheckKeysGiven(std::string_view what, const std::vector<std::string>& needed,
                      const std::optional<EncryptionOptions>& given) {
  if (needed.empty()) return given ? NotEncrypted(std::string(what)) : Status();
  std::vector<std::string> ids;
  for (const std::string& id : needed) ids.push_back(crypto::FromHex(id).value_or(""));
  std::string has = "none was given";
  if (given) {
    RK_ASSIGN_OR_RETURN(const auto keys, crypto::KeyRing::Make(*given, ids));
    std::erase_if(ids, [&](const std::string& id) { return keys->Find(id) != nullptr; });
    has = keys->Names() + " was given";
  }
  if (ids.empty()) return {};
  return {StatusCode::kPermission, std::string(what) + " is encrypted with key " + crypto::ToHex(ids.front()) +
                                       ", and " + has +
                                       "; give that key (the encryption of the options, --key-file, "
                                       "or key_file= in Python)"};
}

}  // namespace rookery::assembly

namespace rookery {

Result<std::vector<KeyUse>> ReadKeysInUse(const std::filesystem::path& store) {
  const assembly::StoreDirectory directory(store);
  RK_ASSIGN_OR_RETURN(const auto content, directory.Look());
  if (content != assembly::StoreDirectory::Content::kStore) {
    return Status(StatusCode::kNotAStore, "there is no store at " + store.string() + "; give the directory of one");
  }
  RK_ASSIGN_OR_RETURN(const assembly::Identity identity, directory.ReadIdentity());
  std::vector<KeyUse> keys;
  if (identity.key_id.empty()) return keys;
  RK_ASSIGN_OR_RETURN(const assembly::Uses uses, assembly::FindUses(directory, assembly::Readers::kCounted));
  for (const auto& [id, use] : uses) {
    keys.push_back({.key_id = crypto::ToHex(id), .files = use.files, .bytes = use.bytes});
  }
  std::stable_partition(keys.begin(), keys.end(), [&](const KeyUse& key) { return key.key_id == identity.key_id; });
  return keys;
}

}  // namespace rookery
