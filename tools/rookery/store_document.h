// What init and info print about a store.
#pragma once

#include <string_view>

#include "context.h"
#include "rookery/stats.h"

namespace rookery::cli {

void PrintStoreInfo(Context& context, std::string_view schema, const StoreInfo& info);

}  // namespace rookery::cli
