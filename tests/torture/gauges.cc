#include "tests/torture/gauges.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>

namespace rookery::torture {

namespace fs = std::filesystem;

std::uint64_t ResidentBytes() {
  std::ifstream status("/proc/self/status");
  std::string name;
  while (status >> name) {
    std::uint64_t kilobytes = 0;
    if (name == "VmRSS:" && status >> kilobytes) return kilobytes * 1024;
    std::getline(status, name);
  }
  throw std::runtime_error("cannot read VmRSS from /proc/self/status; the torture rigs need Linux");
}

std::uint64_t OpenFiles() {
  return static_cast<std::uint64_t>(std::distance(fs::directory_iterator("/proc/self/fd"), {}));
}

DirectoryUse UseOf(const fs::path& directory) {
  DirectoryUse use;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone) || gone) continue;
    const std::uint64_t bytes = entry->file_size(gone);
    if (gone) continue;
    use.bytes += bytes;
    ++use.files;
  }
  return use;
}

double MedianOf(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double LatencyTally::NanosecondsOf(std::size_t step) {
  if (step < 8) return static_cast<double>(step);
  return static_cast<double>((std::uint64_t{8} + step % 8) << (step / 8 - 1));
}

double LatencyTally::TakePercentile(double share) {
  std::array<std::uint64_t, kSteps> counts{};
  std::uint64_t all = 0;
  for (std::size_t step = 0; step < kSteps; ++step) all += counts[step] = counts_[step].exchange(0);
  std::uint64_t below = 0;
  for (std::size_t step = 0; step < kSteps; ++step) {
    below += counts[step];
    if (all > 0 && static_cast<double>(below) >= share * static_cast<double>(all)) return NanosecondsOf(step) / 1000;
  }
  return 0;
}

}  // namespace rookery::torture
