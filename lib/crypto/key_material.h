// What an EncryptionKey is inside.
#pragma once

#include <string>

#include "crypto/secret.h"
#include "rookery/encryption.h"

namespace rookery {

struct EncryptionKey::Material {
  crypto::Secret<kBytes> bytes;    // as given; used for nothing but deriving what follows, and to be written to a file
  crypto::Secret<kBytes> wrapper;  // encrypts the data keys in the headers of files
  std::string id;                  // 16 bytes
};

}  // namespace rookery
