#include "engine/rocksdb/data_reader.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include "base/macros.h"
#include "crypto/file_header.h"
#include "engine/rocksdb/file_error.h"

namespace rookery::engine {

Result<DataReader> DataReader::Open(const std::filesystem::path& path, const crypto::KeyRing* keys) {
  RK_ASSIGN_OR_RETURN(base::FileReader file, base::FileReader::Open(path));
  const std::uint64_t size = file.bytes();
  DataReader reader(path, std::move(file));
  reader.bytes_ = size;
  if (keys == nullptr) return reader;
  reader.bytes_ = 0;
  if (size < crypto::kHeaderBytes) return reader;
  std::string header(crypto::kHeaderBytes, '\0');
  RK_ASSIGN_OR_RETURN(const std::size_t read, reader.file_.Read(header.data(), header.size()));
  if (read < header.size()) return FileError(path, "read", EIO);
  if (crypto::IsUnfinishedHeader(header)) return reader;
  auto cipher = crypto::OpenHeader(header, *keys);
  if (!cipher) return Status(cipher.error()).WithContext(path.string());
  reader.cipher_ = *std::move(cipher);
  reader.bytes_ = size - crypto::kHeaderBytes;
  return reader;
}

Status DataReader::Read(std::string* to) {
  RK_ASSIGN_OR_RETURN(const std::size_t read, file_.Read(to->data(), to->size()));
  if (read < to->size()) return FileError(path_, "read", EIO);
  if (cipher_ != nullptr && !cipher_->Apply(offset_, to->data(), to->size())) {
    return {StatusCode::kUnavailable, "OpenSSL cannot decrypt with AES-256; check its installation"};
  }
  offset_ += to->size();
  return {};
}

}  // namespace rookery::engine
