#include "page.h"

#include <memory>
#include <string>
#include <utility>

#include "convert.h"
#include "message.h"

namespace rookery::python {
namespace {

struct PageObject {
  nb::object channel;
  std::shared_ptr<const rookery::Page> page;  // also the owner of the memory of the messages taken from it

  nb::object At(std::size_t index) const { return MakeMessage(channel, rookery::Message((*page)[index], page)); }
};

nb::object Item(const PageObject& self, nb::handle index) {
  if (PyIndex_Check(index.ptr()) == 0) throw nb::next_overload();
  const auto size = static_cast<Py_ssize_t>(self.page->size());
  Py_ssize_t at = PyNumber_AsSsize_t(index.ptr(), PyExc_IndexError);
  if (at == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
  if (at < 0) at += size;
  if (at < 0 || at >= size) throw nb::index_error("the page has no message at this index");
  return self.At(static_cast<std::size_t>(at));
}

nb::list Items(const PageObject& self, const nb::slice& range) {
  const auto [start, stop, step, length] = range.compute(self.page->size());
  nb::list_builder items(length);
  Py_ssize_t at = start;
  for (std::size_t i = 0; i < length; ++i, at += step) items.put(self.At(static_cast<std::size_t>(at)));
  return items.commit();
}

nb::list AsList(nb::handle self) { return nb::list(self); }

nb::object Equal(nb::handle self, nb::handle other) {
  const bool sequence =
      nb::isinstance<PageObject>(other) || nb::isinstance<nb::list>(other) || nb::isinstance<nb::tuple>(other);
  if (!sequence) return nb::not_implemented();
  return nb::bool_(nb::len(self) == nb::len(other) && AsList(self).equal(AsList(other)));
}

nb::object Repr(const PageObject& self) {
  const std::string counted = std::to_string(self.page->size()) + (self.page->size() == 1 ? " message" : " messages");
  return nb::steal(PyUnicode_FromFormat("Page(%R: %s%s)", self.channel.ptr(), counted.c_str(),
                                        self.page->has_more() ? ", has more" : ""));
}

}  // namespace

nb::object MakePage(nb::object channel, rookery::Page page) {
  return nb::cast(PageObject{std::move(channel), std::make_shared<const rookery::Page>(std::move(page))});
}

void BindPage(nb::module_& module) {
  nb::class_<PageObject> page(module, "Page", nb::is_final(),
                              nb::sig("@typing.final\nclass Page(collections.abc.Sequence[Message])"),
                              "Messages of one channel, as a sequence. Frozen; its memory lives as long as it or one "
                              "of its messages does. Equal to a list of equal messages; pickled, it is that list.");
  page.def_prop_ro(
          "channel", [](const PageObject& self) { return self.channel; }, nb::sig("def channel(self) -> str"),
          "The channel of all its messages.")
      .def_prop_ro(
          "has_more", [](const PageObject& self) { return self.page->has_more(); },
          nb::sig("def has_more(self) -> bool"), "True if more messages follow in the direction of the page's order.")
      .def("__len__", [](const PageObject& self) { return self.page->size(); })
      .def("__getitem__", Item, nb::arg("index"), nb::sig("def __getitem__(self, index: int) -> Message"))
      .def("__getitem__", Items, nb::arg("index"), nb::sig("def __getitem__(self, index: slice) -> list[Message]"))
      .def(
          "__iter__", [](nb::handle self) { return nb::steal(PySeqIter_New(self.ptr())); },
          nb::sig("def __iter__(self) -> collections.abc.Iterator[Message]"))
      .def("__eq__", Equal, nb::arg("other").none(), nb::sig("def __eq__(self, other: object) -> bool"))
      .def("__repr__", Repr, nb::sig("def __repr__(self) -> str"))
      .def(
          "__reduce__",
          [](nb::handle self) {
            return nb::make_tuple(nb::handle(reinterpret_cast<PyObject*>(&PyList_Type)), nb::make_tuple(AsList(self)));
          },
          nb::sig("def __reduce__(self) -> tuple[object, tuple[object, ...]]"));
  page.attr("__hash__") = nb::none();
  // The rest of a sequence: index, count, in, reversed.
  const nb::object sequence = nb::module_::import_("collections.abc").attr("Sequence");
  for (const char* const name : {"index", "count", "__contains__", "__reversed__"}) {
    page.attr(name) = sequence.attr(name);
  }
  sequence.attr("register")(page);
}

}  // namespace rookery::python
