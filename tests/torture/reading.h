// Reads a store that may be damaged, row by row, and compares it with what it must hold.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "rookery/store.h"
#include "tests/torture/rows.h"

namespace rookery::torture {

struct Reading {
  std::uint64_t right = 0;
  std::uint64_t refused = 0;  // reading them says that they are damaged
  std::uint64_t missing = 0;  // and reading them did not say so; or they are as they were before
  std::string first_missing;
  std::string wrong;  // empty: no row is there with a text that it never had
};

/// `past`: all texts that rows ever had. Who lost an edit or a deletion has one of them.
Reading ReadDamaged(const Store& store, const Rows& expected, const std::multimap<std::string, std::string>& past);

}  // namespace rookery::torture
