// Letting go of the GIL and taking it back, also while the interpreter is going down.
//
// Until Python 3.13 a thread that wants the GIL after the end of the interpreter is ended by pthread_exit(), which
// unwinds its C++ frames and aborts the process at the first destructor or noexcept function. Here such a thread
// waits for the end of the process instead, as Python 3.14 has it.
#pragma once

#include "binding.h"

namespace rookery::python {

/// Lets go of the GIL while it lives. REQUIRES: the thread holds it.
class ReleasedGil {
 public:
  ReleasedGil() noexcept : state_(PyEval_SaveThread()) {}
  ~ReleasedGil();
  ReleasedGil(const ReleasedGil&) = delete;
  ReleasedGil& operator=(const ReleasedGil&) = delete;

 private:
  PyThreadState* const state_;
};

/// Holds the GIL while it lives, whether or not the thread held it before.
class HeldGil {
 public:
  HeldGil() noexcept;
  ~HeldGil() { PyGILState_Release(state_); }
  HeldGil(const HeldGil&) = delete;
  HeldGil& operator=(const HeldGil&) = delete;

 private:
  PyGILState_STATE state_;
};

/// True if this thread may call Python now.
bool HoldsGil() noexcept;

}  // namespace rookery::python
