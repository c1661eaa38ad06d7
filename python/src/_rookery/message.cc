#include "message.h"

#include <new>
#include <string>
#include <utility>
#include <vector>

#include "admin/message_json.h"
#include "convert.h"
#include "errors.h"
#include "times.h"

namespace rookery::python {
namespace {

using Fields = MessageFields;

nb::dict AttributesDict(const MessageObject& message) {
  nb::dict attributes;
  for (const Attribute& attribute : message.Attributes()) attributes[ToStr(attribute.name)] = ToStr(attribute.value);
  return attributes;
}

nb::object NonceOrNone(const Fields& fields) { return fields.nonce.empty() ? nb::none() : ToStr(fields.nonce); }

nb::dict ToDict(const MessageObject& message) {
  const Fields fields = message.Fields();
  nb::dict dict;
  dict["channel"] = message.channel;
  dict["id"] = fields.id.value;
  dict["author"] = ToStr(fields.author);
  dict["content"] = ToStr(fields.content);
  dict["created_at"] = ToDatetime(fields.created_at);
  dict["edited_at"] = ToDatetime(fields.edited_at);
  dict["reply_to"] = ToInt(fields.reply_to);
  dict["nonce"] = NonceOrNone(fields);
  dict["version"] = fields.version.value;
  dict["flags"] = fields.flags;
  dict["attributes"] = AttributesDict(message);
  return dict;
}

// --- One line for a person ----------------------------------------------------------------------------------------

/// The beginning of a text, without half a character at its end.
nb::object Beginning(std::string_view text, std::size_t characters) {
  constexpr std::size_t kLongestCharacter = 4;
  const bool longer = text.size() > characters * kLongestCharacter;
  nb::object all = ToStr(text.substr(0, characters * kLongestCharacter));
  const auto length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(all.ptr()));
  if (length <= characters && !longer) return all;
  const auto kept = static_cast<Py_ssize_t>(std::min(characters, length) - 1);
  const nb::object cut = nb::steal(PyUnicode_Substring(all.ptr(), 0, kept));
  return nb::steal(PyUnicode_FromFormat("%U%s", cut.ptr(), "\xE2\x80\xA6"));
}

/// The text itself, or its repr where it would break the line or cannot be printed.
nb::object OnOneLine(const nb::object& text) {
  const bool printable = nb::cast<bool>(text.attr("isprintable")());
  return printable && PyUnicode_GET_LENGTH(text.ptr()) > 0 ? text : nb::object(nb::repr(text));
}

nb::object Repr(const MessageObject& message) {
  constexpr std::size_t kContentCharacters = 60;
  const Fields fields = message.Fields();
  const std::string time = admin::FormatTimestamp(fields.created_at);
  return nb::steal(PyUnicode_FromFormat(
      "Message(%U/%llu %U %s %R)", OnOneLine(message.channel).ptr(), static_cast<unsigned long long>(fields.id.value),
      OnOneLine(ToStr(fields.author)).ptr(), time.c_str(), Beginning(fields.content, kContentCharacters).ptr()));
}

// --- Equality and pickling ----------------------------------------------------------------------------------------

bool Equal(const MessageObject& a, const MessageObject& b) { return a.channel.equal(b.channel) && a.HasFieldsOf(b); }

nb::object EqualOrNotImplemented(const MessageObject& message, nb::handle other) {
  if (!nb::isinstance<MessageObject>(other)) return nb::not_implemented();
  return nb::bool_(Equal(message, *nb::inst_ptr<MessageObject>(other)));
}

Py_hash_t Hash(const MessageObject& message) { return nb::hash(nb::make_tuple(message.channel, message.id().value)); }

nb::object TimeOrNone(std::optional<Timestamp> time) {
  return time ? nb::object(nb::int_(Milliseconds(*time))) : nb::none();
}

nb::tuple GetState(const MessageObject& message) {
  const Fields fields = message.Fields();
  nb::list attributes;
  for (const Attribute& attribute : message.Attributes()) {
    attributes.append(nb::make_tuple(ToBytes(attribute.name), ToBytes(attribute.value)));
  }
  return nb::make_tuple(message.channel, fields.id.value, ToBytes(fields.author), ToBytes(fields.content),
                        ToInt(fields.reply_to), ToBytes(fields.nonce), Milliseconds(fields.created_at),
                        TimeOrNone(fields.edited_at), fields.version.value, fields.flags, attributes);
}

std::string BytesOf(nb::handle value, const char* name) { return std::string(TextArgument(value, name).view()); }

std::vector<std::pair<std::string, std::string>> AttributesFrom(nb::handle pairs) {
  std::vector<std::pair<std::string, std::string>> attributes;
  for (const nb::handle pair : nb::iter(pairs)) {
    if (!nb::isinstance<nb::tuple>(pair) || nb::len(pair) != 2) RaiseWrongType("attributes", "pairs", pair);
    attributes.emplace_back(BytesOf(pair[0], "attributes"), BytesOf(pair[1], "attributes"));
  }
  return attributes;
}

void SetState(MessageObject* self, const nb::tuple& state) {
  constexpr std::size_t kFields = 11;
  if (state.size() != kFields) RaiseInvalid("this is not the pickle of a message, or of another version of rookery");
  auto message = std::make_shared<UnpickledMessage>();
  message->id = IdArgument(state[1], "id");
  message->author = BytesOf(state[2], "author");
  message->content = BytesOf(state[3], "content");
  message->reply_to = OptionalId(state[4], "reply_to");
  message->nonce = BytesOf(state[5], "nonce");
  message->created_at = TimeArgument(state[6], "created_at");
  message->edited_at = OptionalTime(state[7], "edited_at");
  message->version = Version{NumberArgument<std::uint64_t>(state[8], "version")};
  message->flags = NumberArgument<std::uint32_t>(state[9], "flags");
  message->attributes = AttributesFrom(state[10]);
  nb::object channel = TextArgument(state[0], "channel").Str();
  new (self) MessageObject{std::move(channel), rookery::Message({}, nullptr), std::move(message)};
}

nb::object Self(nb::handle self) { return nb::borrow(self); }

}  // namespace

nb::object MakeMessage(nb::object channel, rookery::Message message) {
  return nb::cast(MessageObject{std::move(channel), std::move(message)});
}

nb::object MakeMessage(const nb::object& channel, std::optional<rookery::Message> message) {
  return message ? MakeMessage(channel, *std::move(message)) : nb::none();
}

void BindMessage(nb::module_& module) {
  using Object = const MessageObject&;
  nb::class_<MessageObject>(module, "Message", nb::is_final(), nb::pooled(), nb::sig("@typing.final\nclass Message()"),
                            "A stored message. Frozen; its memory lives as long as it does, also after the store is "
                            "closed. Equal to a message of the same channel and id with the same fields.")
      .def_prop_ro(
          "channel", [](Object m) { return m.channel; }, nb::sig("def channel(self) -> str"), "The channel.")
      .def_prop_ro(
          "id", [](Object m) { return m.id().value; }, nb::sig("def id(self) -> int"),
          "The message's id, unique in its channel; later messages have greater ones.")
      .def_prop_ro(
          "author", [](Object m) { return ToStr(m.Fields().author); }, nb::sig("def author(self) -> str"),
          "Who wrote it.")
      .def_prop_ro(
          "content", [](Object m) { return ToStr(m.Fields().content); }, nb::sig("def content(self) -> str"),
          "What it says.")
      .def_prop_ro(
          "content_bytes", [](Object m) { return ToBytes(m.Fields().content); },
          nb::sig("def content_bytes(self) -> bytes"), "The content as it is stored, which may be no text.")
      .def_prop_ro(
          "created_at", [](Object m) { return ToDatetime(m.Fields().created_at); },
          nb::sig("def created_at(self) -> datetime.datetime"),
          "When it was written, in UTC. OverflowError for a year that datetime does not have.")
      .def_prop_ro(
          "created_at_ms", [](Object m) { return Milliseconds(m.Fields().created_at); },
          nb::sig("def created_at_ms(self) -> int"), "When it was written, in milliseconds since 1970.")
      .def_prop_ro(
          "edited_at", [](Object m) { return ToDatetime(m.Fields().edited_at); },
          nb::sig("def edited_at(self) -> datetime.datetime | None"), "When it was last edited, in UTC; None if never.")
      .def_prop_ro(
          "edited_at_ms", [](Object m) { return TimeOrNone(m.Fields().edited_at); },
          nb::sig("def edited_at_ms(self) -> int | None"),
          "When it was last edited, in milliseconds since 1970; None if never.")
      .def_prop_ro(
          "reply_to", [](Object m) { return ToInt(m.Fields().reply_to); }, nb::sig("def reply_to(self) -> int | None"),
          "The id of the message that it answers, which may be deleted since; None if it is no reply.")
      .def_prop_ro(
          "nonce", [](Object m) { return NonceOrNone(m.Fields()); }, nb::sig("def nonce(self) -> str | None"),
          "What makes posting it idempotent; None if nothing does.")
      .def_prop_ro(
          "version", [](Object m) { return m.Fields().version.value; }, nb::sig("def version(self) -> int"),
          "1 when posted, one more with each edit.")
      .def_prop_ro(
          "flags", [](Object m) { return m.Fields().flags; }, nb::sig("def flags(self) -> int"),
          "Bits: 1 action, 2 system, 4 bot, 8 pinned; the high 16 are the application's.")
      .def_prop_ro("attributes", AttributesDict, nb::sig("def attributes(self) -> dict[str, str]"),
                   "Named values, in the order of the names; a new dict each time.")
      .def("to_dict", ToDict, nb::sig("def to_dict(self) -> dict[str, object]"),
           "All fields by name, None for what the message does not have.")
      .def("__eq__", EqualOrNotImplemented, nb::sig("def __eq__(self, other: object) -> bool"), nb::arg("other").none())
      .def("__hash__", Hash, nb::sig("def __hash__(self) -> int"))
      .def("__repr__", Repr, nb::sig("def __repr__(self) -> str"))
      .def("__getstate__", GetState, nb::sig("def __getstate__(self) -> tuple[object, ...]"))
      .def("__setstate__", SetState, nb::sig("def __setstate__(self, state: tuple[object, ...]) -> None"),
           nb::arg("state"))
      .def("__copy__", Self, nb::sig("def __copy__(self) -> Message"))
      .def(
          "__deepcopy__", [](nb::handle self, nb::handle) { return Self(self); },
          nb::sig("def __deepcopy__(self, memo: object) -> Message"), nb::arg("memo"));
}

}  // namespace rookery::python
