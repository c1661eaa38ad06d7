#include "crypto/file_header.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/file_reader.h"
#include "base/macros.h"
#include "crypto/hex.h"
#include "crypto/key_material.h"
#include "crypto/random_bytes.h"

namespace rookery::crypto {
namespace {

constexpr std::string_view kMagic = "rookery-aes-ctr\n";
constexpr std::string_view kFormat{"\0\0\0\1", 4};
constexpr std::size_t kFormatAt = 16;
constexpr std::size_t kNonceAt = 20;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kIdAt = 32;
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kWrappedAt = 48;
constexpr std::size_t kTagAt = 96;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kWrappedBytes = kTagAt - kWrappedAt;
static_assert(kMagic.size() == kFormatAt && kFormatAt + kFormat.size() == kNonceAt && kNonceAt + kNonceBytes == kIdAt);
static_assert(kIdAt + kIdBytes == kWrappedAt && kTagAt + kTagBytes == kSealedBytes);
static_assert(kWrappedBytes == FileCipher::kKeyBytes + FileCipher::kBlockBytes);

using Wrapped = Secret<kWrappedBytes>;

unsigned char* Bytes(std::string* text, std::size_t at) { return reinterpret_cast<unsigned char*>(text->data() + at); }
const unsigned char* Bytes(std::string_view text, std::size_t at) {
  return reinterpret_cast<const unsigned char*>(text.data() + at);
}

std::unique_ptr<FileCipher> CipherOf(const Wrapped& wrapped) {
  Secret<FileCipher::kKeyBytes> key;
  FileCipher::Counter first{};
  std::memcpy(key.data(), wrapped.data(), key.size());
  std::memcpy(first.data(), wrapped.data() + key.size(), first.size());
  return FileCipher::New(key, first);
}

/// Fills the bytes from kWrappedAt on, of a header whose others are there.
bool Wrap(const EncryptionKey::Material& key, const Wrapped& wrapped, std::string* header) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  int size = 0;
  return context != nullptr &&
         EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.wrapper.data(), Bytes(header, kNonceAt)) ==
             1 &&
         EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(header, 0), kWrappedAt) == 1 &&
         EVP_EncryptUpdate(context.get(), Bytes(header, kWrappedAt), &size, wrapped.data(), kWrappedBytes) == 1 &&
         EVP_EncryptFinal_ex(context.get(), Bytes(header, kTagAt), &size) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, Bytes(header, kTagAt)) == 1;
}

bool Unwrap(const EncryptionKey::Material& key, std::string_view header, Wrapped* wrapped) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  std::string tag(header.substr(kTagAt, kTagBytes));
  int size = 0;
  std::array<unsigned char, kTagBytes> nothing{};
  return context != nullptr &&
         EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.wrapper.data(), Bytes(header, kNonceAt)) ==
             1 &&
         EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(header, 0), kWrappedAt) == 1 &&
         EVP_DecryptUpdate(context.get(), wrapped->data(), &size, Bytes(header, kWrappedAt), kWrappedBytes) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
         EVP_DecryptFinal_ex(context.get(), nothing.data(), &size) == 1;
}

Status NoCipher() { return {StatusCode::kUnavailable, "OpenSSL cannot encrypt with AES-256; check its installation"}; }

/// That it is a header of a format that can be read.
Status CheckFormat(std::string_view bytes) {
  if (bytes.size() < kSealedBytes || !bytes.starts_with(kMagic)) {
    return {StatusCode::kCorruption, "it is not an encrypted file of Rookery's"};
  }
  if (bytes.substr(kFormatAt, kFormat.size()) == kFormat) return {};
  return {StatusCode::kFormatNewer, "it is encrypted in a format that this version of Rookery does not know"};
}

}  // namespace

Result<NewHeader> MakeHeader(const KeyRing& keys) {
  const EncryptionKey::Material& key = keys.newest();
  Wrapped wrapped;
  NewHeader header{.bytes = std::string(kSealedBytes, '\0'), .cipher = nullptr};
  header.bytes.replace(0, kMagic.size(), kMagic)
      .replace(kFormatAt, kFormat.size(), kFormat)
      .replace(kIdAt, kIdBytes, key.id);
  if (!FillWithRandom(Bytes(&header.bytes, kNonceAt), kNonceBytes) || !FillWithRandom(wrapped.data(), kWrappedBytes)) {
    return Status(StatusCode::kUnavailable, "the system has no random bytes for the key of a file; try again");
  }
  header.cipher = CipherOf(wrapped);
  if (header.cipher == nullptr || !Wrap(key, wrapped, &header.bytes)) return NoCipher();
  return header;
}

Result<std::unique_ptr<FileCipher>> OpenHeader(std::string_view bytes, const KeyRing& keys) {
  RK_TRY(CheckFormat(bytes));
  const std::string_view id = bytes.substr(kIdAt, kIdBytes);
  const EncryptionKey::Material* const key = keys.Find(id);
  if (key == nullptr) {
    return Status(StatusCode::kPermission, "it is encrypted with key " + ToHex(id) + ", which was not given");
  }
  Wrapped wrapped;
  if (!Unwrap(*key, bytes, &wrapped)) {
    return Status(StatusCode::kCorruption, "its header is damaged, and without it the rest cannot be read");
  }
  std::unique_ptr<FileCipher> cipher = CipherOf(wrapped);
  if (cipher == nullptr) return NoCipher();
  return cipher;
}

std::optional<std::string> KeyIdOf(std::string_view bytes) {
  if (!CheckFormat(bytes).ok()) return std::nullopt;
  return std::string(bytes.substr(kIdAt, kIdBytes));
}

std::optional<std::string> ReadKeyId(const std::filesystem::path& file) {
  const auto bytes = base::ReadSmallFile(file, kSealedBytes);
  return bytes ? KeyIdOf(*bytes) : std::nullopt;
}

bool IsUnfinishedHeader(std::string_view bytes) {
  return bytes.size() < kHeaderBytes || std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == '\0'; });
}

}  // namespace rookery::crypto
