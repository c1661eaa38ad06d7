#include "store.h"

#include <filesystem>
#include <new>

#include "convert.h"
#include "errors.h"
#include "options.h"

namespace rookery::python {
namespace {

void Construct(StoreObject* self, nb::handle path, const nb::dict& options) {
  LoadErrors();
  const std::filesystem::path directory = PathArgument(path, "path");
  const StoreOptions parsed = StoreOptionsFrom(options);
  Result<std::shared_ptr<StoreCore>> core = [&] {
    const ReleasedGil released;
    return StoreCore::Open(directory, parsed);
  }();
  new (self) StoreObject{Unwrap(std::move(core))};
}

void Close(const StoreObject& self) {
  Status closed;
  {
    const ReleasedGil released;
    closed = self.core->Close();
  }
  Check(closed);
}

}  // namespace

StoreClass BindStore(nb::module_& module) {
  StoreClass store(module, "Store", nb::is_weak_referenceable(),
                   "An open message store. Thread-safe. After close(), or in a forked child, every call raises "
                   "ClosedError or UnavailableError; what was read before lives on.");
  store
      .def("__init__", Construct, nb::arg("path"), nb::arg("options"),
           nb::sig("def __init__(self, path: str | bytes | os.PathLike[str], options: dict[str, object]) -> None"),
           "Opens the store in the directory `path` with plain options; rookery.open is the friendly way.")
      .def("close", Close, nb::sig("def close(self) -> None"),
           "Ends long calls under way, waits for all, and closes. Idempotent. Called by a progress function it "
           "returns at once, and the store is closed when the call that reports its progress ends.")
      .def_prop_ro(
          "closed", [](const StoreObject& self) { return self.core->closing(); }, nb::sig("def closed(self) -> bool"),
          "True if the store cannot be used any more.")
      .def_prop_ro(
          "path", [](const StoreObject& self) { return ToStr(self.core->path()); }, nb::sig("def path(self) -> str"),
          "The path that it was opened with.")
      .def_prop_ro(
          "read_only", [](const StoreObject& self) { return self.core->read_only(); },
          nb::sig("def read_only(self) -> bool"), "True if it was opened for reading only.");
  return store;
}

}  // namespace rookery::python
