#include "crypto/key_ring.h"

#include <algorithm>
#include <utility>

#include "base/macros.h"
#include "crypto/hex.h"
#include "crypto/key_material.h"

namespace rookery {

Status EncryptionOptions::Validate() const {
  if (keys.empty() && find_key == nullptr) {
    return {StatusCode::kInvalidArgument,
            "encryption has no keys; give one, or leave encryption out for a store that is not encrypted"};
  }
  return {};
}

}  // namespace rookery

namespace rookery::crypto {
namespace {

bool Has(const std::vector<EncryptionKey>& keys, std::string_view id) {
  return std::any_of(keys.begin(), keys.end(), [&](const EncryptionKey& key) { return key.material().id == id; });
}

}  // namespace

Result<std::shared_ptr<const KeyRing>> KeyRing::Make(const EncryptionOptions& options,
                                                     std::span<const std::string> needed) {
  RK_TRY(options.Validate());
  std::vector<EncryptionKey> keys = options.keys;
  if (keys.empty()) {
    RK_ASSIGN_OR_RETURN(EncryptionKey newest, options.find_key({}));
    keys.push_back(std::move(newest));
  }
  for (const std::string& id : needed) {
    if (options.find_key == nullptr || Has(keys, id)) continue;
    RK_ASSIGN_OR_RETURN(EncryptionKey key, options.find_key(ToHex(id)));
    if (key.material().id != id) {
      return Status(StatusCode::kPermission, "encryption.find_key was asked for key " + ToHex(id) +
                                                 " and answered with key " + key.id() +
                                                 "; have it give the one it is asked for");
    }
    keys.push_back(std::move(key));
  }
  return std::shared_ptr<const KeyRing>(new KeyRing(std::move(keys)));
}

const std::string& KeyRing::newest_id() const { return newest().id; }

const EncryptionKey::Material* KeyRing::Find(std::string_view id) const {
  for (const EncryptionKey& key : keys_) {
    if (key.material().id == id) return &key.material();
  }
  return nullptr;
}

std::string KeyRing::Names() const {
  std::string names = keys_.size() == 1 ? "key " : "keys ";
  for (std::size_t i = 0; i < keys_.size(); ++i) names += (i == 0 ? "" : ", ") + keys_[i].id();
  return names;
}

}  // namespace rookery::crypto
