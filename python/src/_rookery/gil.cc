#include "gil.h"

#include <cxxabi.h>
#include <unistd.h>

namespace rookery::python {
namespace {

/// take(), but a thread that Python wants to end never comes back.
template <typename Take>
auto TakeOrStay(Take&& take) noexcept {
  try {
    return take();
  } catch (abi::__forced_unwind&) {
    while (true) ::pause();
  }
}

}  // namespace

ReleasedGil::~ReleasedGil() {
  TakeOrStay([this] { PyEval_RestoreThread(state_); });
}

HeldGil::HeldGil() noexcept : state_(TakeOrStay(PyGILState_Ensure)) {}

bool HoldsGil() noexcept { return Py_IsInitialized() != 0 && PyGILState_Check() == 1; }

}  // namespace rookery::python
