// Runs a fuzz target without libFuzzer: over its seeds, and over as many mutations of them as the first argument says.
// The mutations are the same in every run; ROOKERY_TEST_SEED gives others. With --write-seeds DIRECTORY it only writes
// the seeds there, for libFuzzer to begin from.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutator.h"

namespace {

/// The target gets the bytes in memory of exactly their size, so that a sanitizer sees a read beyond them.
void RunOne(const std::string& input) {
  const auto copy = std::make_unique<std::uint8_t[]>(input.size());
  std::copy(input.begin(), input.end(), copy.get());
  LLVMFuzzerTestOneInput(copy.get(), input.size());
}

int WriteSeeds(const std::filesystem::path& directory) {
  int number = 0;
  for (const std::string& seed : FuzzSeeds()) {
    std::ofstream file(directory / ("seed-" + std::to_string(number++)), std::ios::binary);
    file.write(seed.data(), static_cast<std::streamsize>(seed.size())).flush();
    if (!file) return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--write-seeds") return WriteSeeds(argv[2]);
  const unsigned long iterations = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20'000;
  const std::vector<std::string> seeds = FuzzSeeds();
  rookery::testing::Mutator mutator(seeds, 1);
  // Before the run, so that it is known when the run dies.
  std::printf("%zu seeds, %lu mutations, %s\n", seeds.size(), iterations, mutator.trace().c_str());
  std::fflush(stdout);
  RunOne("");
  for (const std::string& seed : seeds) RunOne(seed);
  for (unsigned long i = 0; i < iterations; ++i) RunOne(mutator.Next());
  std::puts("survived");
  return 0;
}
