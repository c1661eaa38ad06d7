#include "errors.h"

#include <chrono>
#include <string_view>

namespace rookery::python {
namespace {

nb::object MessageText(std::string_view message) {
  // A message may quote bytes that are no text, and has to be printable everywhere.
  return nb::steal(PyUnicode_DecodeUTF8(message.data(), static_cast<Py_ssize_t>(message.size()), "backslashreplace"));
}

/// Status code to class. Never let go of: an interpreter that goes down empties modules before it ends objects.
PyObject* classes = nullptr;

nb::object ClassOf(StatusCode code) {
  LoadErrors();
  const nb::dict by_code = nb::borrow<nb::dict>(classes);
  return by_code.get(nb::int_(static_cast<int>(code)), nb::object(by_code[nb::int_(0)]));
}

}  // namespace

void LoadErrors() {
  if (classes == nullptr) classes = nb::object(nb::module_::import_("rookery.errors").attr("_CLASSES")).release().ptr();
}

void Raise(const Status& status) {
  const nb::object error = ClassOf(status.code())(MessageText(status.message()));
  if (const auto version = status.current_version()) error.attr("current_version") = *version;
  if (const auto delay = status.retry_after()) {
    error.attr("retry_after") = std::chrono::duration<double>(*delay).count();
  }
  PyErr_SetObject(error.type().ptr(), error.ptr());
  throw nb::python_error();
}

void RaiseInvalid(std::string message) { Raise(Status(StatusCode::kInvalidArgument, std::move(message))); }

void RaiseWrongType(const std::string& name, const char* wanted, nb::handle got) {
  PyErr_Format(PyExc_TypeError, "%s must be %s, not %s", name.c_str(), wanted, Py_TYPE(got.ptr())->tp_name);
  throw nb::python_error();
}

}  // namespace rookery::python
