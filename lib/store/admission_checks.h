// Which admission limits make sense.
#pragma once

#include "rookery/admission.h"
#include "rookery/status.h"

namespace rookery::store {

/// kInvalidArgument naming the first bad field, or OK.
Status CheckAdmission(const AdmissionOptions& options);

}  // namespace rookery::store
