#include "assembly/encryption.h"

#include <algorithm>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "assembly/system_error.h"
#include "assembly/witness_file.h"
#include "base/macros.h"
#include "crypto/file_header.h"
#include "crypto/hex.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

struct Use {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::string example;  // the name of one of these files
};
/// By the ids of keys, 16 bytes each.
using Uses = std::map<std::string, Use>;

Result<Uses> FindUses(const StoreDirectory& directory) {
  Uses uses;
  const auto count = [&uses](const std::string& key_id, const fs::path& file) {
    std::error_code gone;  // files come and go
    const std::uintmax_t bytes = fs::file_size(file, gone);
    if (gone) return;
    Use& use = uses[key_id];
    ++use.files;
    use.bytes += bytes;
    if (use.example.empty()) use.example = file.filename().string();
  };
  std::error_code error;
  fs::directory_iterator entry(directory.engine_path(), error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone)) continue;
    if (const auto id = crypto::ReadKeyId(entry->path())) count(*id, entry->path());
  }
  if (error) return SystemError(error.value(), "cannot read", directory.engine_path());
  if (const auto id = WitnessFile::ReadKeyId(directory.witness_path())) count(*id, directory.witness_path());
  return uses;
}

constexpr std::string_view kWhereToGive = " (StoreOptions::encryption, --key-file, or key_file= in Python)";

Status KeyIsMissing(const StoreDirectory& directory, const std::string& id, const Use& use,
                    const crypto::KeyRing& keys) {
  return {StatusCode::kPermission, directory.path().string() + " needs key " + crypto::ToHex(id) + " for " +
                                       std::to_string(use.files) + " of its files, such as " + use.example +
                                       ", and was given " + keys.Names() + "; give that key too" +
                                       std::string(kWhereToGive)};
}

}  // namespace

Result<std::shared_ptr<const crypto::KeyRing>> KeysOfNewStore(const std::optional<EncryptionOptions>& given) {
  if (!given) return std::shared_ptr<const crypto::KeyRing>();
  return crypto::KeyRing::Make(*given, {});
}

Result<std::shared_ptr<const crypto::KeyRing>> KeysOfStore(const StoreDirectory& directory, const Identity& identity,
                                                           const std::optional<EncryptionOptions>& given) {
  const std::string path = directory.path().string();
  if (identity.key_id.empty()) {
    if (!given) return std::shared_ptr<const crypto::KeyRing>();
    return Status(StatusCode::kInvalidArgument,
                  path +
                      " is not encrypted, and a key was given; open it without one. To encrypt it, export it and "
                      "import that into a store that is made with a key");
  }
  if (!given) {
    return Status(StatusCode::kPermission,
                  path + " is encrypted with key " + identity.key_id + "; give that key" + std::string(kWhereToGive));
  }
  RK_ASSIGN_OR_RETURN(const Uses uses, FindUses(directory));
  std::vector<std::string> ids;
  for (const auto& [id, use] : uses) ids.push_back(id);
  RK_ASSIGN_OR_RETURN(auto keys, crypto::KeyRing::Make(*given, ids));
  for (const auto& [id, use] : uses) {
    if (keys->Find(id) == nullptr) return KeyIsMissing(directory, id, use, *keys);
  }
  return keys;
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
  RK_ASSIGN_OR_RETURN(const assembly::Uses uses, assembly::FindUses(directory));
  for (const auto& [id, use] : uses) {
    keys.push_back({.key_id = crypto::ToHex(id), .files = use.files, .bytes = use.bytes});
  }
  std::stable_partition(keys.begin(), keys.end(), [&](const KeyUse& key) { return key.key_id == identity.key_id; });
  return keys;
}

}  // namespace rookery
