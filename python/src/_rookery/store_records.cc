// Records of a Store, and the listing of its channels.
#include <optional>
#include <utility>
#include <vector>

#include "convert.h"
#include "errors.h"
#include "store.h"
#include "times.h"

namespace rookery::python {
namespace {

nb::object PutRecord(const StoreObject& self, nb::handle channel, nb::handle key, nb::handle value,
                     nb::handle expected_version, nb::handle durability) {
  const TextArgument channel_text(channel, "channel");
  const TextArgument key_text(key, "key");
  const TextArgument value_text(value, "value");
  const PutOptions options{.expected_version = OptionalVersion(expected_version, "expected_version"),
                           .durability = OptionalDurability(durability)};
  const Version version = Unwrap(WithoutGil(
      *self.core, [&](rookery::Store& store) { return store.Put(channel_text, key_text, value_text, options); }));
  return nb::int_(version.value);
}

nb::object GetRecord(const StoreObject& self, nb::handle channel, nb::handle key) {
  const TextArgument channel_text(channel, "channel");
  const TextArgument key_text(key, "key");
  const std::optional<Record> record =
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.GetRecord(channel_text, key_text); }));
  if (!record) return nb::none();
  return nb::make_tuple(ToBytes(record->value), record->version.value, Milliseconds(record->updated_at));
}

bool DeleteRecord(const StoreObject& self, nb::handle channel, nb::handle key, nb::handle expected_version,
                  nb::handle durability) {
  const TextArgument channel_text(channel, "channel");
  const TextArgument key_text(key, "key");
  const DeleteOptions options{.expected_version = OptionalVersion(expected_version, "expected_version"),
                              .durability = OptionalDurability(durability)};
  return Unwrap(WithoutGil(*self.core,
                           [&](rookery::Store& store) { return store.DeleteRecord(channel_text, key_text, options); }));
}

nb::tuple ListRecords(const StoreObject& self, nb::handle channel, nb::handle prefix, nb::handle after,
                      nb::handle limit) {
  const TextArgument channel_text(channel, "channel");
  const TextArgument prefix_text(prefix, "prefix");
  const TextArgument after_text(after, "after");
  const RecordQuery query{
      .prefix = prefix_text, .after = after_text, .limit = NumberArgument<std::size_t>(limit, "limit")};
  const RecordPage page =
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.ListRecords(channel_text, query); }));
  nb::list_builder records(page.records.size());
  for (const Record& record : page.records) {
    records.put(nb::make_tuple(ToStr(record.key), ToBytes(record.value), record.version.value,
                               Milliseconds(record.updated_at)));
  }
  return nb::make_tuple(records.commit(), page.has_more);
}

nb::tuple ListChannels(const StoreObject& self, nb::handle prefix, nb::handle after, nb::handle limit,
                       nb::handle missing_cells) {
  const TextArgument prefix_text(prefix, "prefix");
  const TextArgument after_text(after, "after");
  const ChannelQuery query{.prefix = prefix_text,
                           .after = after_text,
                           .limit = NumberArgument<std::size_t>(limit, "limit"),
                           .missing_cells = MissingCellsArgument(missing_cells)};
  const ChannelPage page = Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.Channels(query); }));
  nb::list_builder channels(page.channels.size());
  for (const std::string& channel : page.channels) channels.put(ToStr(channel));
  return nb::make_tuple(channels.commit(), page.has_more);
}

}  // namespace

void BindRecords(StoreClass& store) {
  using nb::arg;
  store
      .def("put_record", PutRecord, arg("channel"), arg("key"), arg("value"), nb::kw_only(),
           arg("expected_version") = nb::none(), arg("durability") = nb::none(),
           nb::sig("def put_record(self, channel: str | bytes, key: str | bytes, "
                   "value: str | bytes | bytearray | memoryview, *, expected_version: int | None = None, "
                   "durability: typing.Literal['buffered', 'sync'] | None = None) -> int"),
           "Stores a record, new or not, and returns its new version. ConflictError if another version than the "
           "expected one is stored; 0 expects that there is none.")
      .def("get_record", GetRecord, arg("channel"), arg("key"),
           nb::sig("def get_record(self, channel: str | bytes, key: str | bytes) -> tuple[bytes, int, int] | None"),
           "The record's value, its version, and when it was written in milliseconds since 1970; or None.")
      .def("delete_record", DeleteRecord, arg("channel"), arg("key"), nb::kw_only(),
           arg("expected_version") = nb::none(), arg("durability") = nb::none(),
           nb::sig("def delete_record(self, channel: str | bytes, key: str | bytes, *, "
                   "expected_version: int | None = None, "
                   "durability: typing.Literal['buffered', 'sync'] | None = None) -> bool"),
           "Deletes a record. False if there was none. ConflictError as in put_record.")
      .def("list_records", ListRecords, arg("channel"), arg("prefix") = "", arg("after") = "", arg("limit") = 1000,
           nb::sig("def list_records(self, channel: str | bytes, prefix: str | bytes = '', after: str | bytes = '', "
                   "limit: int = 1000) -> tuple[list[tuple[str, bytes, int, int]], bool]"),
           "Records whose keys begin with `prefix` and come after `after`, in the order of the keys' bytes, as "
           "(key, value, version, milliseconds since 1970); and whether there are more.")
      .def("list_channels", ListChannels, arg("prefix") = "", arg("after") = "", arg("limit") = 1000,
           arg("missing_cells") = "refuse",
           nb::sig("def list_channels(self, prefix: str | bytes = '', after: str | bytes = '', limit: int = 1000, "
                   "missing_cells: typing.Literal['refuse', 'leave_out'] = 'refuse') -> tuple[list[str], bool]"),
           "Channels that hold something, whose names begin with `prefix` and come after `after`, in the order of "
           "their bytes; and whether there are more. While a cell is quarantined it raises UnavailableError, or with "
           "`missing_cells` \"leave_out\" lists what the others have.");
}

}  // namespace rookery::python
