#include "crypto/file_cipher.h"

#include <algorithm>
#include <utility>

namespace rookery::crypto {
namespace {

/// OpenSSL counts in int.
constexpr std::size_t kAtOnce = std::size_t{1} << 30;

bool Update(EVP_CIPHER_CTX* context, std::string_view from, char* to) {
  while (!from.empty()) {
    const std::size_t size = std::min(from.size(), kAtOnce);
    int written = 0;
    if (EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(to), &written,
                          reinterpret_cast<const unsigned char*>(from.data()), static_cast<int>(size)) != 1) {
      return false;
    }
    from.remove_prefix(size);
    to += size;
  }
  return true;
}

/// `first` + `blocks`, as a number of 128 bits with the highest byte first.
FileCipher::Counter Plus(FileCipher::Counter first, std::uint64_t blocks) {
  for (std::size_t i = first.size(); i-- > 0 && blocks > 0;) {
    const std::uint64_t sum = first[i] + (blocks & 0xFF);
    first[i] = static_cast<unsigned char>(sum);
    blocks = (blocks >> 8) + (sum >> 8);
  }
  return first;
}

}  // namespace

std::unique_ptr<FileCipher> FileCipher::New(const Secret<kKeyBytes>& key, const Counter& first) {
  CipherContext context(EVP_CIPHER_CTX_new());
  if (context == nullptr) return nullptr;
  if (EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, key.data(), first.data()) != 1) return nullptr;
  return std::unique_ptr<FileCipher>(new FileCipher(std::move(context), first));
}

bool FileCipher::Apply(std::uint64_t offset, char* data, std::size_t size) const {
  if (size == 0) return true;
  CipherContext context = Take();
  if (context == nullptr) return false;
  const Counter counter = Plus(first_, offset / kBlockBytes);
  if (EVP_EncryptInit_ex(context.get(), nullptr, nullptr, nullptr, counter.data()) != 1) return false;
  std::array<char, kBlockBytes> skipped{};
  if (!Update(context.get(), {skipped.data(), offset % kBlockBytes}, skipped.data())) return false;
  if (!Update(context.get(), {data, size}, data)) return false;
  GiveBack(std::move(context));
  return true;
}

CipherContext FileCipher::NewContext() const {
  CipherContext context(EVP_CIPHER_CTX_new());
  if (context == nullptr || EVP_CIPHER_CTX_copy(context.get(), prototype_.get()) != 1) return nullptr;
  return context;
}

CipherContext FileCipher::Take() const {
  {
    const base::MutexLock lock(mutex_);
    if (!idle_.empty()) {
      CipherContext context = std::move(idle_.back());
      idle_.pop_back();
      return context;
    }
  }
  return NewContext();
}

void FileCipher::GiveBack(CipherContext context) const {
  const base::MutexLock lock(mutex_);
  idle_.push_back(std::move(context));
}

bool CipherSequence::Next(std::string_view from, char* to) {
  return context_ != nullptr && Update(context_.get(), from, to);
}

}  // namespace rookery::crypto
