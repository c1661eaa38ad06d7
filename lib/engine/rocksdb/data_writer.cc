#include "engine/rocksdb/data_writer.h"

#include <cerrno>
#include <string>
#include <utility>

#include "base/macros.h"
#include "crypto/file_header.h"
#include "engine/rocksdb/file_error.h"

namespace rookery::engine {

Result<DataWriter> DataWriter::Create(const std::filesystem::path& path, const crypto::KeyRing* keys) {
  DataWriter writer(path);
  if (keys == nullptr) return writer;
  RK_ASSIGN_OR_RETURN(crypto::NewHeader header, crypto::MakeHeader(*keys));
  header.bytes.resize(crypto::kHeaderBytes, '\0');
  writer.Append(header.bytes);
  writer.sequence_ = std::make_unique<crypto::CipherSequence>(*header.cipher);
  return writer;
}

void DataWriter::Append(std::string_view bytes) {
  if (sequence_ == nullptr) {
    file_ << bytes;
    return;
  }
  std::string encrypted(bytes.size(), '\0');
  if (sequence_->Next(bytes, encrypted.data())) {
    file_ << encrypted;
  } else {
    file_.setstate(std::ios::failbit);
  }
}

Status DataWriter::Finish() {
  file_.close();
  return file_ ? Status{} : FileError(path_, "write to", EIO);
}

Result<std::string> FileOf(std::string_view data, const crypto::KeyRing* keys) {
  if (keys == nullptr) return std::string(data);
  RK_ASSIGN_OR_RETURN(crypto::NewHeader header, crypto::MakeHeader(*keys));
  header.bytes.resize(crypto::kHeaderBytes, '\0');
  std::string encrypted(data.size(), '\0');
  if (!crypto::CipherSequence(*header.cipher).Next(data, encrypted.data())) {
    return Status(StatusCode::kUnavailable, "OpenSSL cannot encrypt with AES-256; check its installation");
  }
  return header.bytes + encrypted;
}

}  // namespace rookery::engine
