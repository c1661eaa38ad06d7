// The extension module rookery._rookery: what the package `rookery` is built on.
#include "attachments.h"
#include "backup.h"
#include "binding.h"
#include "bulk_load.h"
#include "doctor.h"
#include "ingest.h"
#include "message.h"
#include "page.h"
#include "process.h"
#include "query.h"
#include "rookery/version.h"
#include "store.h"
#include "times.h"

namespace rookery::python {
namespace {

/// At the end of the interpreter, while all of it still works: what is destroyed later could neither wait for threads
/// nor let go of the GIL.
void CloseStoresAtExit() {
  const auto close_all = [] {
    const ReleasedGil released;
    OpenStores::CloseAll();
  };
  nb::module_::import_("atexit").attr("register")(nb::cpp_function(close_all));
}

void Bind(nb::module_& module) {
  module.doc() = "The C++ side of the package rookery. Import rookery instead.";
  module.attr("__version__") = nb::str(LibraryVersion().data(), LibraryVersion().size());
  // What lives on at the end of the interpreter was kept by the application, which knows why.
  nb::set_leak_warnings(false);
  LoadDatetime();
  WatchForks();
  CloseStoresAtExit();
  BindMessage(module);
  BindPage(module);
  StoreClass store = BindStore(module);
  BindMessages(store);
  BindRecords(store);
  BindAdmin(store);
  BindAttachments(module, store);
  BindBackups(module, store);
  BindBulkLoads(module, store);
  BindIngestors(module, store);
  BindQueries(module, store);
  BindDoctor(module);
}

}  // namespace
}  // namespace rookery::python

NB_MODULE(_rookery, module) { rookery::python::Bind(module); }
