#include "new_messages.h"

#include <array>
#include <utility>

#include "errors.h"
#include "times.h"

namespace rookery::python {
namespace {

/// A key of a message's dict. Keys in a program's text are interned by Python, so most are found by address alone.
struct Field {
  const char* name;
  void (NewMessages::*set)(nb::handle, const ArgumentName&);
  PyObject* key = PyUnicode_InternFromString(name);  // lives as long as the module
};

const auto& Fields() {
  // In the order in which they are likely.
  static const std::array kFields{
      Field{"channel", &NewMessages::SetChannel}, Field{"author", &NewMessages::SetAuthor},
      Field{"content", &NewMessages::SetContent}, Field{"created_at", &NewMessages::SetCreatedAt},
      Field{"id", &NewMessages::SetId},           Field{"reply_to", &NewMessages::SetReplyTo},
      Field{"nonce", &NewMessages::SetNonce},     Field{"attributes", &NewMessages::SetAttributes},
      Field{"flags", &NewMessages::SetFlags},     Field{"edited_at", &NewMessages::SetEditedAt},
      Field{"version", &NewMessages::SetVersion}};
  return kFields;
}

const Field* FieldOf(nb::handle key) {
  for (const Field& field : Fields()) {
    if (key.ptr() == field.key) return &field;
  }
  if (PyUnicode_Check(key.ptr()) == 0) return nullptr;
  for (const Field& field : Fields()) {
    if (PyUnicode_Compare(key.ptr(), field.key) == 0) return &field;
  }
  return nullptr;
}

[[noreturn]] void RaiseNoField(nb::handle key, std::size_t index) {
  std::string names;
  for (const Field& field : Fields()) names.append(names.empty() ? "" : ", ").append(field.name);
  RaiseInvalid("message " + std::to_string(index) + " has the key " + nb::repr(key).c_str() +
               ", which is no field of a message; the fields are " + names);
}

nb::dict DictOf(nb::handle mapping, const ArgumentName& name) {
  if (nb::isinstance<nb::dict>(mapping)) return nb::borrow<nb::dict>(mapping);
  if (!nb::hasattr(mapping, "keys")) RaiseWrongType(name.Text(), "a dict", mapping);
  nb::dict copy;
  copy.update(mapping);
  return copy;
}

}  // namespace

std::vector<Attribute> AttributesArgument::Parse(nb::handle mapping, const ArgumentName& name) {
  const nb::dict dict = DictOf(mapping, name);
  texts_.reserve(2 * dict.size());
  std::vector<Attribute> attributes;
  for (const auto& [key, value] : dict) {
    texts_.emplace_back(key, name);
    const std::string_view key_text = texts_.back();
    texts_.emplace_back(value, name);
    attributes.push_back({key_text, texts_.back()});
  }
  return attributes;
}

NewMessages::NewMessages(std::size_t expected_count) {
  constexpr std::size_t kTexts = 3;  // of most messages: channel, author and content
  messages_.reserve(expected_count);
  texts_.reserve(expected_count * kTexts);
}

NewMessages NewMessages::FromDicts(nb::handle dicts) {
  if (nb::isinstance<nb::dict>(dicts)) RaiseWrongType("messages", "an iterable of dicts", dicts);
  const nb::object sequence = nb::steal(PySequence_Fast(dicts.ptr(), "messages must be an iterable of dicts"));
  if (!sequence.is_valid()) throw nb::python_error();
  NewMessages messages(static_cast<std::size_t>(PySequence_Fast_GET_SIZE(sequence.ptr())));
  // What is converted may be of a class whose methods change the list.
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence.ptr()); ++i) {
    const nb::object dict = nb::borrow(PySequence_Fast_GET_ITEM(sequence.ptr(), i));
    messages.AddDict(dict, static_cast<std::size_t>(i));
  }
  return messages;
}

void NewMessages::AddDict(nb::handle dict, std::size_t index) {
  if (PyDict_Check(dict.ptr()) == 0) RaiseWrongType("message " + std::to_string(index), "a dict", dict);
  BeginMessage();
  Py_ssize_t position = 0;
  PyObject* key = nullptr;
  PyObject* borrowed = nullptr;
  while (PyDict_Next(dict.ptr(), &position, &key, &borrowed) != 0) {
    const Field* const field = FieldOf(key);
    if (field == nullptr) RaiseNoField(key, index);
    const nb::object value = nb::borrow(borrowed);
    (this->*field->set)(value, {field->name, "message", index});
  }
  if (last().channel.data() == nullptr) RaiseInvalid("message " + std::to_string(index) + " has no channel");
}

void NewMessages::SetText(nb::handle value, const ArgumentName& name, std::string_view* field) {
  if (value.is_none()) return;
  texts_.emplace_back(value, name);
  *field = texts_.back();
}

void NewMessages::SetReplyTo(nb::handle value, const ArgumentName& name) {
  if (!value.is_none()) last().reply_to = IdArgument(value, name);
}

void NewMessages::SetAttributes(nb::handle value, const ArgumentName& name) {
  if (value.is_none()) return;
  attributes_.emplace_back();
  last().attributes = attributes_.back().Parse(value, name);
}

void NewMessages::SetFlags(nb::handle value, const ArgumentName& name) {
  if (!value.is_none()) last().flags = NumberArgument<std::uint32_t>(value, name);
}

void NewMessages::SetId(nb::handle value, const ArgumentName& name) {
  if (!value.is_none()) last().id = IdArgument(value, name);
}

void NewMessages::SetCreatedAt(nb::handle value, const ArgumentName& name) {
  if (!value.is_none()) last().created_at = TimeArgument(value, name);
}

void NewMessages::SetEditedAt(nb::handle value, const ArgumentName& name) {
  if (!value.is_none()) last().edited_at = TimeArgument(value, name);
}

void NewMessages::SetVersion(nb::handle value, const ArgumentName& name) {
  if (!value.is_none()) last().version = Version{NumberArgument<std::uint64_t>(value, name, 1)};
}

}  // namespace rookery::python
