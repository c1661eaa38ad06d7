#include "base/boot_id.h"

#include <fstream>

namespace rookery::base {

std::string BootId() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

}  // namespace rookery::base
