// The handles of attachments: they pass every call on, or answer kClosed.
#include "assembly/attachment_handles.h"

#include "base/macros.h"

namespace rookery {
namespace {

Status Closed() { return {StatusCode::kClosed, "the store of the attachment is closed; open it again"}; }

}  // namespace

// --- AttachmentWriter ----------------------------------------------------------------------------------------------

AttachmentWriter::AttachmentWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
AttachmentWriter::AttachmentWriter(AttachmentWriter&&) noexcept = default;

AttachmentWriter& AttachmentWriter::operator=(AttachmentWriter&& other) noexcept {
  if (this != &other) {
    static_cast<void>(Cancel());
    state_ = std::move(other.state_);
  }
  return *this;
}

// What cannot be removed now is removed when the store is next opened.
AttachmentWriter::~AttachmentWriter() { static_cast<void>(Cancel()); }

Status AttachmentWriter::Append(std::string_view bytes) {
  if (!state_) return Closed();
  return state_->Write([&](store::Upload& upload) { return upload.Append(bytes); });
}

Result<AttachmentInfo> AttachmentWriter::Finish(const WriteOptions& options) {
  if (!state_) return Closed();
  return state_->Write([&](store::Upload& upload) { return upload.Finish(options); });
}

Status AttachmentWriter::Cancel() {
  if (!state_) return Closed();
  return state_->Write([](store::Upload& upload) { return upload.Cancel(); }, cells::Access::kRemove);
}

std::uint64_t AttachmentWriter::size() const { return state_ ? state_->upload->size() : 0; }

// --- AttachmentReader ----------------------------------------------------------------------------------------------

AttachmentReader::AttachmentReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
AttachmentReader::AttachmentReader(AttachmentReader&&) noexcept = default;
AttachmentReader& AttachmentReader::operator=(AttachmentReader&&) noexcept = default;
AttachmentReader::~AttachmentReader() = default;

const AttachmentInfo& AttachmentReader::info() const { return state_->info; }

std::uint64_t AttachmentReader::offset() const { return state_->offset; }

Status AttachmentReader::Seek(std::uint64_t offset) {
  if (!state_) return Closed();
  return state_->Read([&](store::StoreImpl&) -> Status {
    RK_TRY(state_->slot->chunks->Seek(offset));
    state_->offset = offset;
    return {};
  });
}

Result<std::size_t> AttachmentReader::Read(std::span<char> buffer) {
  if (!state_) return Closed();
  return state_->Read([&](store::StoreImpl&) {
    auto read = state_->slot->chunks->Read(buffer);
    state_->offset = state_->slot->chunks->offset();
    return read;
  });
}

Result<std::string_view> AttachmentReader::ReadChunk() {
  if (!state_) return Closed();
  return state_->Read([&](store::StoreImpl&) {
    auto read = state_->slot->chunks->ReadChunk();
    state_->offset = state_->slot->chunks->offset();
    return read;
  });
}

}  // namespace rookery
