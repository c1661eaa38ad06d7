#include "rookery/version.h"

namespace rookery {

std::string_view LibraryVersion() { return ROOKERY_VERSION_STRING; }

}  // namespace rookery
