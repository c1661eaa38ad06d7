#include "engine/rocksdb/data_reader.h"

#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/macros.h"
#include "crypto/file_header.h"
#include "engine/rocksdb/file_error.h"

namespace rookery::engine {

Result<DataReader> DataReader::Open(const std::filesystem::path& path, const crypto::KeyRing* keys) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error) return FileError(path, "look at", error);
  std::ifstream file(path, std::ios::binary);
  if (!file) return FileError(path, "open", errno);
  DataReader reader(path, std::move(file));
  reader.bytes_ = size;
  if (keys == nullptr) return reader;
  reader.bytes_ = 0;
  if (size < crypto::kHeaderBytes) return reader;
  std::string header(crypto::kHeaderBytes, '\0');
  if (!reader.file_.read(header.data(), static_cast<std::streamsize>(header.size()))) {
    return FileError(path, "read", EIO);
  }
  if (crypto::IsUnfinishedHeader(header)) return reader;
  auto cipher = crypto::OpenHeader(header, *keys);
  if (!cipher) return Status(cipher.error()).WithContext(path.string());
  reader.cipher_ = *std::move(cipher);
  reader.bytes_ = size - crypto::kHeaderBytes;
  return reader;
}

Status DataReader::Read(std::string* to) {
  if (!file_.read(to->data(), static_cast<std::streamsize>(to->size()))) return FileError(path_, "read", EIO);
  if (cipher_ != nullptr && !cipher_->Apply(offset_, to->data(), to->size())) {
    return {StatusCode::kUnavailable, "OpenSSL cannot decrypt with AES-256; check its installation"};
  }
  offset_ += to->size();
  return {};
}

}  // namespace rookery::engine
