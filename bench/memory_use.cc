#include "bench/memory_use.h"

#include <fstream>
#include <string>

#include "bench/failure.h"

namespace rookery::bench {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

}  // namespace

MemoryUse ReadMemoryUse() {
  std::ifstream status("/proc/self/status");
  MemoryUse use;
  std::string name;
  while (status >> name) {
    std::uint64_t kilobytes = 0;
    if (name == "VmHWM:" && status >> kilobytes) use.peak = kilobytes * 1024;
    if (name == "VmRSS:" && status >> kilobytes) use.now = kilobytes * 1024;
    std::getline(status, name);
  }
  Require(use.peak > 0, "cannot read VmHWM from /proc/self/status; the benchmarks need Linux");
  return use;
}

void MemoryMeter::AddTo(Measurement* measurement) const {
  const auto peak = static_cast<double>(ReadMemoryUse().peak);
  measurement->push_back({"peak_memory", "MiB", peak / kMiB});
  measurement->push_back({"peak_memory_added", "MiB", (peak - static_cast<double>(before_)) / kMiB});
}

}  // namespace rookery::bench
