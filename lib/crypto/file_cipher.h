// AES-256 in counter mode (NIST SP 800-38A, 6.5) over the bytes of one file, from any offset. Encrypting and decrypting
// are the same: the bytes are combined with a key stream that depends on key, initial counter and offset.
//
// Invariant, kept by those who use it: no byte of a key stream meets two different bytes of data. Every file has a key
// of its own, and is written once, from its beginning to its end.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "crypto/secret.h"

namespace rookery::crypto {

struct ContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
/// OpenSSL wipes what it holds when it is freed.
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, ContextFree>;

/// Thread-safe.
class FileCipher {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  static constexpr std::size_t kBlockBytes = 16;
  using Counter = std::array<unsigned char, kBlockBytes>;

  /// Null: OpenSSL cannot.
  static std::unique_ptr<FileCipher> New(const Secret<kKeyBytes>& key, const Counter& first);

  /// In place, the bytes at `offset` of the file. False: OpenSSL cannot, and `data` must not be used.
  bool Apply(std::uint64_t offset, char* data, std::size_t size) const;

  /// A context at the beginning of the file, for FileWriter. Null: OpenSSL cannot.
  CipherContext NewContext() const;

 private:
  FileCipher(CipherContext prototype, const Counter& first) : prototype_(std::move(prototype)), first_(first) {}

  CipherContext Take() const;
  void GiveBack(CipherContext context) const;

  const CipherContext prototype_;  // only copied
  const Counter first_;
  mutable base::Mutex mutex_;
  mutable std::vector<CipherContext> idle_ RK_GUARDED_BY(mutex_);  // at most one for each thread that ever read at once
};

/// The bytes of a file in their order, each once: there is no way to go back. Owned by one thread.
class CipherSequence {
 public:
  /// REQUIRES: `cipher` is of a new file.
  explicit CipherSequence(const FileCipher& cipher) : context_(cipher.NewContext()) {}

  /// Encrypts what comes next into `to`, which has room for it. False: OpenSSL cannot.
  bool Next(std::string_view from, char* to);

 private:
  CipherContext context_;
};

}  // namespace rookery::crypto
