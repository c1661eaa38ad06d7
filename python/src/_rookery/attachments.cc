#include "attachments.h"

#include <nanobind/stl/unique_ptr.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "convert.h"
#include "errors.h"
#include "interrupt.h"
#include "option_reader.h"
#include "tied.h"
#include "times.h"

namespace rookery::python {
namespace {

constexpr std::size_t kStep = std::size_t{1} << 20;  // between two looks at signals: a chunk

nb::dict InfoDict(const AttachmentInfo& info) {
  nb::dict dict;
  dict["name"] = ToStr(info.name);
  dict["media_type"] = ToStr(info.media_type);
  dict["author"] = ToStr(info.author);
  dict["size"] = info.size;
  dict["chunks"] = info.chunks;
  dict["created_at"] = ToDatetime(info.created_at);
  dict["checksum"] = ToStr(info.checksum.ToHex());
  return dict;
}

/// The memory of an object with a buffer that can be written to, which cannot be moved while this lives.
class WritableBuffer {
 public:
  explicit WritableBuffer(nb::handle object) {
    if (PyObject_GetBuffer(object.ptr(), &buffer_, PyBUF_WRITABLE) != 0) throw nb::python_error();
  }
  ~WritableBuffer() { PyBuffer_Release(&buffer_); }
  WritableBuffer(const WritableBuffer&) = delete;
  WritableBuffer& operator=(const WritableBuffer&) = delete;

  std::span<char> bytes() const { return {static_cast<char*>(buffer_.buf), static_cast<std::size_t>(buffer_.len)}; }

 private:
  Py_buffer buffer_{};
};

/// An attachment that is read from any offset.
class ReaderObject {
 public:
  ReaderObject(const std::shared_ptr<StoreCore>& core, AttachmentReader reader)
      : info_(reader.info()), reader_(core, std::move(reader)) {}

  nb::dict Info() const { return InfoDict(info_); }

  std::size_t ReadAt(nb::handle offset, nb::handle buffer) {
    const auto from = NumberArgument<std::uint64_t>(offset, "offset");
    const WritableBuffer target(buffer);
    return Fill(from, target.bytes());
  }

  nb::object ReadFrom(nb::handle offset) {
    const auto from = NumberArgument<std::uint64_t>(offset, "offset");
    const std::uint64_t size = info_.size - std::min(from, info_.size);
    nb::object bytes = nb::steal(PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(size)));
    if (!bytes.is_valid()) throw nb::python_error();
    Fill(from, {PyBytes_AS_STRING(bytes.ptr()), size});
    return bytes;
  }

 private:
  /// As much as fits or there is; says how much.
  std::size_t Fill(std::uint64_t offset, std::span<char> target) {
    if (offset >= info_.size) return 0;
    LongCall call(reader_.core(), nb::none());
    std::size_t filled = 0;
    const Status status = reader_.With([&](AttachmentReader& reader) -> Status {
      Status sought = reader.Seek(offset);
      if (!sought.ok()) return sought;
      while (filled < target.size()) {
        const auto read = reader.Read(target.subspan(filled, std::min(kStep, target.size() - filled)));
        if (!read) return read.error();
        if (*read == 0) return {};
        filled += *read;
        if (!call.Look()) return {StatusCode::kInterrupted, "reading the attachment was stopped"};
      }
      return {};
    });
    call.Check(status);
    return filled;
  }

  const AttachmentInfo info_;
  Tied<AttachmentReader> reader_;
};

/// An upload. What ends it ends it for good; BusyError does not.
class WriterObject {
 public:
  WriterObject(const std::shared_ptr<StoreCore>& core, AttachmentWriter writer) : writer_(core, std::move(writer)) {}

  void Append(nb::handle data) {
    const TextArgument bytes(data, "data");
    Check(writer_.With([&](AttachmentWriter& writer) { return writer.Append(bytes); }));
  }

  nb::dict Finish(nb::handle durability) {
    const WriteOptions options{.durability = OptionalDurability(durability)};
    return InfoDict(Unwrap(writer_.With([&](AttachmentWriter& writer) { return writer.Finish(options); })));
  }

  void Cancel() {
    Check(writer_.With([](AttachmentWriter& writer) { return writer.Cancel(); }));
  }

 private:
  Tied<AttachmentWriter> writer_;
};

// --- Methods of Store ---------------------------------------------------------------------------------------------

std::unique_ptr<WriterObject> PutAttachment(const StoreObject& self, nb::handle channel, nb::handle id, nb::handle name,
                                            nb::handle options) {
  const TextArgument channel_text(channel, "channel");
  const MessageId message = IdArgument(id, "message_id");
  const TextArgument name_text(name, "name");
  OptionReader reader(options, "");
  std::string media_type;
  std::string author;
  AttachmentOptions parsed;
  reader.Read("media_type", &media_type);
  reader.Read("author", &author);
  reader.Read("if_exists", {{"fail", IfExists::kFail}, {"replace", IfExists::kReplace}}, &parsed.if_exists);
  reader.Finish();
  parsed.media_type = media_type;
  parsed.author = author;
  return std::make_unique<WriterObject>(self.core, Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) {
                                          return store.PutAttachment(channel_text, message, name_text, parsed);
                                        })));
}

std::unique_ptr<ReaderObject> GetAttachment(const StoreObject& self, nb::handle channel, nb::handle id,
                                            nb::handle name) {
  const TextArgument channel_text(channel, "channel");
  const MessageId message = IdArgument(id, "message_id");
  const TextArgument name_text(name, "name");
  auto reader = Unwrap(WithoutGil(
      *self.core, [&](rookery::Store& store) { return store.GetAttachment(channel_text, message, name_text); }));
  return reader ? std::make_unique<ReaderObject>(self.core, *std::move(reader)) : nullptr;
}

nb::list ListAttachments(const StoreObject& self, nb::handle channel, nb::handle id) {
  const TextArgument channel_text(channel, "channel");
  const MessageId message = IdArgument(id, "message_id");
  const std::vector<AttachmentInfo> infos = Unwrap(
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.ListAttachments(channel_text, message); }));
  nb::list list;
  for (const AttachmentInfo& info : infos) list.append(InfoDict(info));
  return list;
}

bool DeleteAttachment(const StoreObject& self, nb::handle channel, nb::handle id, nb::handle name,
                      nb::handle durability) {
  const TextArgument channel_text(channel, "channel");
  const MessageId message = IdArgument(id, "message_id");
  const TextArgument name_text(name, "name");
  const WriteOptions options{.durability = OptionalDurability(durability)};
  return Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) {
    return store.DeleteAttachment(channel_text, message, name_text, options);
  }));
}

void BindStreams(nb::module_& module) {
  nb::class_<ReaderObject>(module, "AttachmentBytes", nb::is_final(),
                           "The bytes of a stored attachment, as it was when it was asked for.")
      .def("info", &ReaderObject::Info, nb::sig("def info(self) -> dict[str, typing.Any]"),
           "name, media_type, author, size in bytes, chunks, created_at, checksum.")
      .def("read_at", &ReaderObject::ReadAt, nb::arg("offset"), nb::arg("buffer"),
           nb::sig("def read_at(self, offset: int, buffer: bytearray | memoryview) -> int"),
           "Fills the buffer, with less only at the end, and says with how much. CorruptionError if the bytes are not "
           "those that were written; ClosedError once the store is closed.")
      .def("read_from", &ReaderObject::ReadFrom, nb::arg("offset"),
           nb::sig("def read_from(self, offset: int) -> bytes"), "All bytes from the offset on.");
  nb::class_<WriterObject>(module, "AttachmentUpload", nb::is_final(),
                           "An attachment that is being written. Forgotten, it is cancelled.")
      .def("append", &WriterObject::Append, nb::arg("data"),
           nb::sig("def append(self, data: bytes | bytearray | memoryview) -> None"), "Any number of bytes.")
      .def("finish", &WriterObject::Finish, nb::arg("durability") = nb::none(),
           nb::sig("def finish(self, durability: typing.Literal['buffered', 'sync'] | None = None) "
                   "-> dict[str, typing.Any]"),
           "Makes it visible and returns what is known of it, as AttachmentBytes.info.")
      .def("cancel", &WriterObject::Cancel, nb::sig("def cancel(self) -> None"),
           "Removes what was written. Does nothing after finish.");
}

}  // namespace

void BindAttachments(nb::module_& module, StoreClass& store) {
  using nb::arg;
  BindStreams(module);
  store
      .def("_put_attachment", PutAttachment, arg("channel"), arg("message_id"), arg("name"),
           arg("options") = nb::dict(),
           nb::sig("def _put_attachment(self, channel: str | bytes, message_id: int, name: str | bytes, "
                   "options: dict[str, object] = {}) -> AttachmentUpload"))
      .def("_get_attachment", GetAttachment, arg("channel"), arg("message_id"), arg("name"),
           nb::sig("def _get_attachment(self, channel: str | bytes, message_id: int, name: str | bytes) "
                   "-> AttachmentBytes | None"))
      .def("_list_attachments", ListAttachments, arg("channel"), arg("message_id"),
           nb::sig("def _list_attachments(self, channel: str | bytes, message_id: int) "
                   "-> list[dict[str, typing.Any]]"))
      .def("delete_attachment", DeleteAttachment, arg("channel"), arg("message_id"), arg("name"), nb::kw_only(),
           arg("durability") = nb::none(),
           nb::sig("def delete_attachment(self, channel: str | bytes, message_id: int, name: str | bytes, *, "
                   "durability: typing.Literal['buffered', 'sync'] | None = None) -> bool"),
           "Deletes an attachment. False if there was none. Streams that read it go on.");
}

}  // namespace rookery::python
