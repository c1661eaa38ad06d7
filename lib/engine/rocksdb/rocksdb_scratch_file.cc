#include "engine/rocksdb/rocksdb_scratch_file.h"

#include <utility>

#include "base/macros.h"
#include "engine/rocksdb/slice.h"
#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {

Result<std::unique_ptr<ScratchFile>> RocksScratchFile::Create(rocksdb::Env* env, std::string path,
                                                              std::string directory) {
  auto file = std::make_unique<RocksScratchFile>(env, std::move(path), std::move(directory));
  RK_TRY(Translate(env->NewWritableFile(file->path_, &file->writer_, rocksdb::EnvOptions()),
                   "make a file for sorting in", file->directory_));
  return std::unique_ptr<ScratchFile>(std::move(file));
}

RocksScratchFile::~RocksScratchFile() {
  if (writer_) writer_->Close().PermitUncheckedError();
  writer_ = nullptr;
  reader_ = nullptr;
  env_.DeleteFile(path_).PermitUncheckedError();
}

Status RocksScratchFile::Append(std::string_view bytes) {
  return Translate(writer_->Append(ToSlice(bytes)), "write a file for sorting in", directory_);
}

Status RocksScratchFile::Seal() {
  rocksdb::Status status = writer_->Close();
  writer_ = nullptr;
  if (status.ok()) status = env_.NewRandomAccessFile(path_, &reader_, rocksdb::EnvOptions());
  return Translate(status, "write a file for sorting in", directory_);
}

Result<std::string_view> RocksScratchFile::Read(std::uint64_t offset, std::span<char> buffer) const {
  rocksdb::Slice bytes;
  RK_TRY(
      Translate(reader_->Read(offset, buffer.size(), &bytes, buffer.data()), "read a file for sorting in", directory_));
  return bytes.ToStringView();
}

}  // namespace rookery::engine
