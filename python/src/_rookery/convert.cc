#include "convert.h"

#include <limits>

#include "errors.h"

namespace rookery::python {
namespace {

/// "'abc'", for an error.
std::string Shown(nb::handle value) {
  const nb::object repr = nb::steal(PyObject_ASCII(value.ptr()));
  return repr.is_valid() ? nb::borrow<nb::str>(repr).c_str() : "?";
}

}  // namespace

std::string ArgumentName::Text() const {
  if (item_ == nullptr) return name_;
  return std::string(item_) + " " + std::to_string(index_) + ": " + name_;
}

TextArgument::TextArgument(nb::handle value, const ArgumentName& name) {
  if (PyUnicode_Check(value.ptr())) {
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
    if (text == nullptr) {
      TakeSurrogates(value, name);
      return;
    }
    keeper_ = nb::borrow(value);
    view_ = {text, static_cast<std::size_t>(size)};
    return;
  }
  if (PyBytes_Check(value.ptr())) {
    keeper_ = nb::borrow(value);
  } else if (PyObject_CheckBuffer(value.ptr())) {
    // It may change while the GIL is away: a copy.
    keeper_ = nb::steal(PyBytes_FromObject(value.ptr()));
    if (!keeper_.is_valid()) throw nb::python_error();
  } else {
    RaiseWrongType(name.Text(), "str or bytes", value);
  }
  view_ = {PyBytes_AS_STRING(keeper_.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(keeper_.ptr()))};
}

void TextArgument::TakeSurrogates(nb::handle value, const ArgumentName& name) {
  PyErr_Clear();
  keeper_ = nb::steal(PyUnicode_AsEncodedString(value.ptr(), "utf-8", "surrogateescape"));
  if (!keeper_.is_valid()) {
    PyErr_Clear();
    RaiseInvalid(name.Text() + " is no text: it has half of a surrogate pair in it: " + Shown(value));
  }
  view_ = {PyBytes_AS_STRING(keeper_.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(keeper_.ptr()))};
}

nb::object TextArgument::Str() const {
  // A subclass of str may have a mind of its own, and would keep what hangs on it alive.
  return keeper_.is_valid() && PyUnicode_CheckExact(keeper_.ptr()) ? keeper_ : ToStr(view_);
}

nb::object ToStr(std::string_view text) {
  nb::object str =
      nb::steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape"));
  if (!str.is_valid()) throw nb::python_error();
  return str;
}

std::filesystem::path PathArgument(nb::handle value, const ArgumentName& name) {
  PyObject* encoded = nullptr;
  if (PyUnicode_FSConverter(value.ptr(), &encoded) == 0) {
    if (PyErr_ExceptionMatches(PyExc_TypeError) == 0) {
      PyErr_Clear();
      RaiseInvalid(name.Text() + " is no path: " + Shown(value));
    }
    PyErr_Clear();
    RaiseWrongType(name.Text(), "str, bytes or os.PathLike", value);
  }
  const nb::object keeper = nb::steal(encoded);
  return std::string_view{PyBytes_AS_STRING(encoded), static_cast<std::size_t>(PyBytes_GET_SIZE(encoded))};
}

std::int64_t IntegerArgument(nb::handle value, const ArgumentName& name, std::int64_t lowest, std::int64_t highest) {
  nb::object index;
  if (PyLong_CheckExact(value.ptr()) == 0) {
    if (PyIndex_Check(value.ptr()) == 0) RaiseWrongType(name.Text(), "int", value);
    index = nb::steal(PyNumber_Index(value.ptr()));
    if (!index.is_valid()) throw nb::python_error();
    value = index;
  }
  int overflow = 0;
  const std::int64_t number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow != 0 || number < lowest || number > highest) {
    RaiseInvalid(name.Text() + " is " + Shown(value) + "; it must be from " + std::to_string(lowest) + " to " +
                 std::to_string(highest));
  }
  return number;
}

std::optional<Version> OptionalVersion(nb::handle value, const ArgumentName& name) {
  return Optional(value, [&](nb::handle version) { return Version{NumberArgument<std::uint64_t>(version, name)}; });
}

std::optional<Durability> OptionalDurability(nb::handle value) {
  if (value.is_none()) return std::nullopt;
  const TextArgument name(value, "durability");
  if (name.view() == "buffered") return Durability::kBuffered;
  if (name.view() == "sync") return Durability::kSync;
  RaiseInvalid("durability is " + Shown(value) + "; it must be \"buffered\", \"sync\" or None");
}

IdCollision CollisionArgument(nb::handle value) {
  const TextArgument name(value, "id_collision");
  if (name.view() == "fail") return IdCollision::kFail;
  if (name.view() == "next_free") return IdCollision::kNextFreeId;
  RaiseInvalid("id_collision is \"" + std::string(name.view()) + "\"; it must be \"fail\" or \"next_free\"");
}

BulkPacking PackingArgument(nb::handle value) {
  const TextArgument name(value, "packing");
  if (name.view() == "fast") return BulkPacking::kFast;
  if (name.view() == "small") return BulkPacking::kSmall;
  RaiseInvalid("packing is \"" + std::string(name.view()) + "\"; it must be \"fast\" or \"small\"");
}

MissingCells MissingCellsArgument(nb::handle value) {
  const TextArgument name(value, "missing_cells");
  if (name.view() == "refuse") return MissingCells::kRefuse;
  if (name.view() == "leave_out") return MissingCells::kLeaveOut;
  RaiseInvalid("missing_cells is \"" + std::string(name.view()) + "\"; it must be \"refuse\" or \"leave_out\"");
}

nb::object ToInt(std::optional<MessageId> id) { return id ? nb::object(nb::int_(id->value)) : nb::none(); }

}  // namespace rookery::python
