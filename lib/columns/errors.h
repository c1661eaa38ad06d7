// The errors that streams answer with.
#pragma once

#include "rookery/status.h"

namespace rookery::columns {

inline Status Stopped() { return {StatusCode::kInterrupted, "the query was stopped before it had read everything"}; }

inline Status NoThread() {
  return {StatusCode::kUnavailable,
          "no thread could be started to read the store; the process or the user has too many"};
}

inline Status NoMemory() {
  return {StatusCode::kUnavailable, "there is not enough memory for a batch; ask for fewer rows or columns at a time"};
}

}  // namespace rookery::columns
