#include "option_reader.h"

#include <algorithm>
#include <cmath>

#include "errors.h"

namespace rookery::python {
namespace {

nb::dict DictAt(nb::handle value, const std::string& path) {
  if (!nb::isinstance<nb::dict>(value)) {
    RaiseInvalid((path.empty() ? "options" : path) + " must be a dict, not " + Py_TYPE(value.ptr())->tp_name);
  }
  return nb::borrow<nb::dict>(value);
}

}  // namespace

OptionReader::OptionReader(nb::handle dict, std::string path) : dict_(DictAt(dict, path)), path_(std::move(path)) {}

nb::handle OptionReader::Take(const char* key) {
  taken_.push_back(key);
  const nb::handle value = PyDict_GetItemString(dict_.ptr(), key);
  return !value.is_valid() || value.is_none() ? nb::handle() : value;
}

void OptionReader::Read(const char* key, bool* value) {
  const nb::handle given = Take(key);
  if (!given.is_valid()) return;
  if (PyBool_Check(given.ptr()) == 0) RaiseWrong(key, given, "True or False");
  *value = given.is(Py_True);
}

void OptionReader::Read(const char* key, std::string* value) {
  if (const nb::handle given = Take(key); given.is_valid()) *value = Text(given, key);
}

void OptionReader::Read(const char* key, std::optional<std::string>* value) {
  if (const nb::handle given = Take(key); given.is_valid()) *value = Text(given, key);
}

void OptionReader::Read(const char* key, std::optional<Timestamp>* value) {
  const nb::handle given = Take(key);
  if (!given.is_valid()) return;
  if (PyLong_Check(given.ptr()) == 0) RaiseWrong(key, given, "milliseconds since 1970");
  *value = TimeArgument(given, NameOf(key).c_str());
}

void OptionReader::Read(const char* key, double* value) {
  const nb::handle given = Take(key);
  if (!given.is_valid()) return;
  const double number = PyFloat_AsDouble(given.ptr());
  if (PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    RaiseWrong(key, given, "a number");
  }
  *value = number;
}

void OptionReader::Read(const char* key, std::chrono::milliseconds* value) {
  const nb::handle given = Take(key);
  if (!given.is_valid()) return;
  const double seconds = PyFloat_AsDouble(given.ptr());
  if (PyErr_Occurred() != nullptr) PyErr_Clear();
  constexpr double kLongest = 1e9;
  if (PyNumber_Check(given.ptr()) == 0 || !std::isfinite(seconds) || seconds < 0 || seconds > kLongest) {
    RaiseWrong(key, given, "seconds, 0 or more");
  }
  *value = std::chrono::milliseconds{std::llround(seconds * 1000)};
}

std::string OptionReader::Text(nb::handle given, const char* key) const {
  if (PyUnicode_Check(given.ptr()) == 0 && PyBytes_Check(given.ptr()) == 0) RaiseWrong(key, given, "a str");
  return std::string(TextArgument(given, NameOf(key).c_str()).view());
}

std::int64_t OptionReader::Whole(nb::handle given, const char* key, std::uint64_t highest) const {
  if (PyIndex_Check(given.ptr()) == 0) RaiseWrong(key, given, "a whole number");
  return IntegerArgument(given, NameOf(key).c_str(), 0, static_cast<std::int64_t>(highest));
}

bool OptionReader::Is(nb::handle given, std::string_view word) {
  if (PyUnicode_Check(given.ptr()) == 0) return false;
  return PyUnicode_CompareWithASCIIString(given.ptr(), word.data()) == 0;
}

void OptionReader::RaiseWrong(const char* key, nb::handle got, const std::string& wanted) const {
  const nb::object shown = nb::steal(PyObject_ASCII(got.ptr()));
  if (!shown.is_valid()) throw nb::python_error();
  RaiseInvalid(NameOf(key) + " is " + nb::borrow<nb::str>(shown).c_str() + "; it must be " + wanted);
}

void OptionReader::Finish() const {
  for (const auto& [key, value] : dict_) {
    const bool known =
        std::any_of(taken_.begin(), taken_.end(), [key = key](const char* name) { return Is(key, name); });
    if (known) continue;
    std::string names;
    for (const char* const name : taken_) names.append(names.empty() ? "" : ", ").append(name);
    RaiseInvalid("there is no option " + NameOf(nb::str(key).c_str()) + "; the options" +
                 (path_.empty() ? "" : " of " + path_) + " are " + names);
  }
}

}  // namespace rookery::python
