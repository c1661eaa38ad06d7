// Runs a fuzz target without libFuzzer: over its seeds, and over as many mutations of them as the first argument says.
// The mutations are the same in every run; ROOKERY_TEST_SEED gives others.
#include <cstdlib>
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

}  // namespace

int main(int argc, char** argv) {
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
