// Makes a mail safe and small for gmime: only the headers that an import uses, each bounded, and no more parts than a
// mail may have.
//
// gmime reads addresses by recursion and keeps every header and part in memory; a mail made for harm would overflow its
// stack or take a hundred times its size. What is cut here is never more than such a mail loses.
#pragma once

#include <string>
#include <string_view>

#include "rookery/status.h"

namespace rookery::admin {

/// The mail without the headers that nobody reads. kCorruption: it has no headers, or too many parts.
Result<std::string> FilterMail(std::string_view raw);

}  // namespace rookery::admin
