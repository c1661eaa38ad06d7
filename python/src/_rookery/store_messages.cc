// Messages of a Store: one at a time, many at once, and in pages.
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "convert.h"
#include "errors.h"
#include "message.h"
#include "new_messages.h"
#include "page.h"
#include "store.h"
#include "times.h"

namespace rookery::python {
namespace {

// --- Writing ------------------------------------------------------------------------------------------------------

nb::object Post(const StoreObject& self, nb::handle channel, nb::handle content, nb::handle author, nb::handle reply_to,
                nb::handle nonce, nb::handle attributes, nb::handle flags, nb::handle id, nb::handle created_at_ms,
                nb::handle edited_at_ms, nb::handle version, nb::handle durability) {
  NewMessages messages(1);
  messages.BeginMessage();
  messages.SetChannel(channel, "channel");
  messages.SetContent(content, "content");
  messages.SetAuthor(author, "author");
  messages.SetReplyTo(reply_to, "reply_to");
  messages.SetNonce(nonce, "nonce");
  messages.SetAttributes(attributes, "attributes");
  messages.SetFlags(flags, "flags");
  messages.SetId(id, "id");
  messages.SetCreatedAt(created_at_ms, "created_at_ms");
  messages.SetEditedAt(edited_at_ms, "edited_at_ms");
  messages.SetVersion(version, "version");
  const WriteOptions options{.durability = OptionalDurability(durability)};
  const MessageId posted = Unwrap(
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.Post(messages.messages().front(), options); }));
  return nb::int_(posted.value);
}

nb::tuple SizeOfChannel(const StoreObject& self, nb::handle channel) {
  const TextArgument name(channel, "channel");
  const ChannelSize size =
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.SizeOf(name.view()); }));
  return nb::make_tuple(size.messages, size.bytes);
}

nb::object PostBatch(const StoreObject& self, nb::handle messages, nb::handle durability, nb::handle id_collision) {
  const BatchOptions options{.durability = OptionalDurability(durability),
                             .id_collision = CollisionArgument(id_collision)};
  const NewMessages parsed = NewMessages::FromDicts(messages);
  const std::vector<Posted> posted = Unwrap(
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.PostBatch(parsed.messages(), options); }));
  nb::list_builder ids(posted.size());
  for (const Posted& one : posted) ids.put(one.id.value);
  return ids.commit();
}

nb::object Edit(const StoreObject& self, nb::handle channel, nb::handle id, nb::handle content, nb::handle attributes,
                nb::handle flags, nb::handle expected_version, nb::handle edited_at_ms, nb::handle durability) {
  const TextArgument channel_text(channel, "channel");
  const MessageId message = IdArgument(id, "id");
  const std::optional<TextArgument> content_text =
      Optional(content, [](nb::handle text) { return TextArgument(text, "content"); });
  AttributesArgument attribute_texts;
  MessageEdit edit{
      .flags = Optional(flags, [](nb::handle bits) { return NumberArgument<std::uint32_t>(bits, "flags"); }),
      .expected_version = OptionalVersion(expected_version, "expected_version"),
      .edited_at = OptionalTime(edited_at_ms, "edited_at_ms")};
  if (content_text) edit.content = content_text->view();
  if (!attributes.is_none()) edit.attributes = attribute_texts.Parse(attributes, "attributes");
  const WriteOptions options{.durability = OptionalDurability(durability)};
  const Version version = Unwrap(
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.Edit(channel_text, message, edit, options); }));
  return nb::int_(version.value);
}

bool Delete(const StoreObject& self, nb::handle channel, nb::handle id, nb::handle expected_version,
            nb::handle durability) {
  const TextArgument channel_text(channel, "channel");
  const MessageId message = IdArgument(id, "id");
  const DeleteOptions options{.expected_version = OptionalVersion(expected_version, "expected_version"),
                              .durability = OptionalDurability(durability)};
  return Unwrap(
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.Delete(channel_text, message, options); }));
}

// --- Reading ------------------------------------------------------------------------------------------------------

nb::object Get(const StoreObject& self, nb::handle channel, nb::handle id) {
  const TextArgument channel_text(channel, "channel");
  const MessageId message = IdArgument(id, "id");
  return MakeMessage(
      channel_text.Str(),
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.Get(channel_text, message); })));
}

nb::object GetMany(const StoreObject& self, nb::handle keys) {
  const nb::object sequence = nb::steal(PySequence_Fast(keys.ptr(), "keys must be an iterable of (channel, id)"));
  if (!sequence.is_valid()) throw nb::python_error();
  const auto count = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(sequence.ptr()));
  std::vector<TextArgument> channels;
  std::vector<MessageKey> wanted;
  channels.reserve(count);
  wanted.reserve(count);
  for (std::size_t i = 0; i < static_cast<std::size_t>(PySequence_Fast_GET_SIZE(sequence.ptr())); ++i) {
    const nb::handle key = PySequence_Fast_GET_ITEM(sequence.ptr(), static_cast<Py_ssize_t>(i));
    if (!nb::isinstance<nb::tuple>(key) || nb::len(key) != 2) {
      RaiseWrongType("key " + std::to_string(i), "a tuple (channel, id)", key);
    }
    channels.emplace_back(PyTuple_GET_ITEM(key.ptr(), 0), ArgumentName("channel", "key", i));
    wanted.push_back({channels.back(), IdArgument(PyTuple_GET_ITEM(key.ptr(), 1), {"id", "key", i})});
  }
  auto found = Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.GetMany(wanted); }));
  nb::list_builder messages(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    messages.put(found[i] ? MakeMessage(channels[i].Str(), *std::move(found[i])) : nb::none());
  }
  return messages.commit();
}

Order OrderArgument(nb::handle value) {
  const TextArgument name(value, "order");
  if (name.view() == "newest") return Order::kNewestFirst;
  if (name.view() == "oldest") return Order::kOldestFirst;
  RaiseInvalid("order is \"" + std::string(name.view()) + "\"; it must be \"newest\" or \"oldest\"");
}

nb::object History(const StoreObject& self, nb::handle channel, nb::handle before, nb::handle after, nb::handle around,
                   nb::handle limit, nb::handle order) {
  const TextArgument channel_text(channel, "channel");
  const HistoryQuery query{.before = OptionalId(before, "before"),
                           .after = OptionalId(after, "after"),
                           .around = OptionalId(around, "around"),
                           .limit = NumberArgument<std::size_t>(limit, "limit"),
                           .order = OrderArgument(order)};
  return MakePage(
      channel_text.Str(),
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.History(channel_text, query); })));
}

void BindWrites(StoreClass& store) {
  using nb::arg;
  store
      .def(
          "post", Post, arg("channel"), arg("content") = "", nb::kw_only(), arg("author") = "",
          arg("reply_to") = nb::none(), arg("nonce") = nb::none(), arg("attributes") = nb::none(), arg("flags") = 0,
          arg("id") = nb::none(), arg("created_at_ms") = nb::none(), arg("edited_at_ms") = nb::none(),
          arg("version") = nb::none(), arg("durability") = nb::none(),
          nb::sig("def post(self, channel: str | bytes, content: str | bytes = '', *, author: str | bytes = '', "
                  "reply_to: int | None = None, nonce: str | bytes | None = None, "
                  "attributes: collections.abc.Mapping[str, str | bytes] | collections.abc.Mapping[bytes, str | bytes] "
                  "| None = None, flags: int = 0, id: int | None = None, created_at_ms: int | None = None, "
                  "edited_at_ms: int | None = None, version: int | None = None, "
                  "durability: typing.Literal['buffered', 'sync'] | None = None) -> int"),
          "Stores a message and returns its id. With a nonce it is idempotent: a second post with the same one "
          "stores nothing and returns the first one's id. id, created_at_ms, edited_at_ms and version are for "
          "copies of messages from elsewhere.")
      .def("post_batch", PostBatch, arg("messages"), nb::kw_only(), arg("durability") = nb::none(),
           arg("id_collision") = "fail",
           nb::sig("def post_batch(self, messages: collections.abc.Iterable[dict[str, typing.Any]], *, "
                   "durability: typing.Literal['buffered', 'sync'] | None = None, "
                   "id_collision: typing.Literal['fail', 'next_free'] = 'fail') -> list[int]"),
           "Stores all messages or none and returns their ids. A message is a dict with channel and, where wanted, "
           "author, content, reply_to, nonce, attributes, flags, id, created_at and edited_at (datetime, or int "
           "milliseconds since 1970) and version. id_collision says what becomes of a message whose id another "
           "message has: AlreadyExistsError, or the next free id.")
      .def(
          "edit", Edit, arg("channel"), arg("id"), arg("content") = nb::none(), nb::kw_only(),
          arg("attributes") = nb::none(), arg("flags") = nb::none(), arg("expected_version") = nb::none(),
          arg("edited_at_ms") = nb::none(), arg("durability") = nb::none(),
          nb::sig("def edit(self, channel: str | bytes, id: int, content: str | bytes | None = None, *, "
                  "attributes: collections.abc.Mapping[str, str | bytes] | collections.abc.Mapping[bytes, str | bytes] "
                  "| None = None, flags: int | None = None, expected_version: int | None = None, "
                  "edited_at_ms: int | None = None, durability: typing.Literal['buffered', 'sync'] | None = None) "
                  "-> int"),
          "Changes a message and returns its new version; what is None stays as it is. NotFoundError, or "
          "ConflictError if another version than the expected one is stored.")
      .def("delete", Delete, arg("channel"), arg("id"), nb::kw_only(), arg("expected_version") = nb::none(),
           arg("durability") = nb::none(),
           nb::sig("def delete(self, channel: str | bytes, id: int, *, expected_version: int | None = None, "
                   "durability: typing.Literal['buffered', 'sync'] | None = None) -> bool"),
           "Deletes a message. False if there was none. ConflictError as in edit.");
}

void BindReads(StoreClass& store) {
  store.def("channel_size", SizeOfChannel, nb::arg("channel"),
            nb::sig("def channel_size(self, channel: str | bytes) -> tuple[int, int]"),
            "How many messages the channel holds, and the bytes of their rows. Cheap: nothing is walked over.");
  using nb::arg;
  store
      .def("get", Get, arg("channel"), arg("id"),
           nb::sig("def get(self, channel: str | bytes, id: int) -> Message | None"),
           "The message, or None if there is none.")
      .def("get_many", GetMany, arg("keys"),
           nb::sig("def get_many(self, keys: collections.abc.Iterable[tuple[str | bytes, int]]) "
                   "-> list[Message | None]"),
           "One answer per (channel, id), in their order. Faster than as many calls of get.")
      .def("history", History, arg("channel"), nb::kw_only(), arg("before") = nb::none(), arg("after") = nb::none(),
           arg("around") = nb::none(), arg("limit") = 50, arg("order") = "newest",
           nb::sig("def history(self, channel: str | bytes, *, before: int | None = None, after: int | None = None, "
                   "around: int | None = None, limit: int = 50, "
                   "order: typing.Literal['newest', 'oldest'] = 'newest') -> Page"),
           "A page of a channel's messages with after < id < before, taken from the end that `order` names and in "
           "that order; or, with `around`, that message and those next to it.");
}

}  // namespace

void BindMessages(StoreClass& store) {
  BindWrites(store);
  BindReads(store);
}

}  // namespace rookery::python
