// The header of an encrypted file, by which whoever has the key can read the rest.
//
//   0    16  "rookery-aes-ctr\n"
//   16    4  format, 1, the highest byte first
//   20   12  nonce of the wrapping
//   32   16  id of the key that wraps
//   48   48  wrapped with AES-256-GCM: the file's own key (32 bytes) and its first counter (16), both random
//   96   16  tag of the wrapping, over bytes 0 to 95
//   112      zeros up to 4096, so that what follows lies in the blocks of the disk as it would without a header
//
// Invariant: a header is made once, for one new file. The tag tells a wrong or damaged header before anything is read
// as data. docs/decisions/0015-encryption.md says why it is so.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/file_cipher.h"
#include "crypto/key_ring.h"
#include "rookery/status.h"

namespace rookery::crypto {

inline constexpr std::size_t kHeaderBytes = 4096;
/// What of it is not zero.
inline constexpr std::size_t kSealedBytes = 112;

struct NewHeader {
  std::string bytes;  // kSealedBytes
  std::unique_ptr<FileCipher> cipher;
};
/// With the newest key. kUnavailable: no randomness, or OpenSSL cannot.
Result<NewHeader> MakeHeader(const KeyRing& keys);

/// The cipher of a file that begins with these bytes, kSealedBytes or more. kCorruption: they are no header, or it is
/// damaged; kFormatNewer; kPermission: the ring does not have the key. Texts say "it" of the file.
Result<std::unique_ptr<FileCipher>> OpenHeader(std::string_view bytes, const KeyRing& keys);

/// The id, 16 bytes, of the key that these bytes, of a header or the beginning of one, name. nullopt: they are none.
std::optional<std::string> KeyIdOf(std::string_view bytes);
/// The same of a file of the operating system's. nullopt also if it cannot be read.
std::optional<std::string> ReadKeyId(const std::filesystem::path& file);

/// Whether it is what a crash can leave of a header: too short, or nothing but zeros.
bool IsUnfinishedHeader(std::string_view bytes);

}  // namespace rookery::crypto
