#include "engine/rocksdb/data_writer.h"

#include <fcntl.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/macros.h"
#include "base/write_all.h"
#include "crypto/file_header.h"
#include "engine/rocksdb/file_error.h"

namespace rookery::engine {
namespace {

constexpr std::size_t kAtOnce = std::size_t{64} << 10;

}  // namespace

Result<DataWriter> DataWriter::Create(const std::filesystem::path& path, const crypto::KeyRing* keys) {
  base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.valid()) return FileError(path, "make", errno);
  DataWriter writer(path, std::move(file));
  if (keys == nullptr) return writer;
  RK_ASSIGN_OR_RETURN(crypto::NewHeader header, crypto::MakeHeader(*keys));
  header.bytes.resize(crypto::kHeaderBytes, '\0');
  writer.Append(header.bytes);
  writer.sequence_ = std::make_unique<crypto::CipherSequence>(*header.cipher);
  return writer;
}

void DataWriter::Append(std::string_view bytes) {
  const std::size_t at = buffer_.size();
  buffer_ += bytes;
  if (sequence_ != nullptr && !sequence_->Next(bytes, buffer_.data() + at) && failure_.ok()) {
    failure_ = {StatusCode::kUnavailable, "OpenSSL cannot encrypt with AES-256; check its installation"};
  }
  if (buffer_.size() >= kAtOnce) WriteOut();
}

void DataWriter::WriteOut() {
  if (failure_.ok() && !base::WriteAll(file_.get(), buffer_)) failure_ = FileError(path_, "write to", errno);
  buffer_.clear();
}

Status DataWriter::Finish() {
  WriteOut();
  file_ = base::Descriptor();
  return std::move(failure_);
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
