// A process for tests. `own PATH`: opens a store, serves its readers and writes batches until it is killed; tells each
// hundredth on stdout. `read PATH N`: opens what can be read of a store so many times, one after the other, and tells
// "batches print age_ms source" of each on stdout.
#include <cstdlib>
#include <iostream>
#include <string>

#include "rookery/store.h"
#include "tests/beside/batches.h"

namespace rookery::testing {
namespace {

int Fail(const std::string& what) {
  std::cout << "failed: " << what << std::endl;
  return EXIT_FAILURE;
}

int Own(const std::string& path) {
  auto store = Store::Open(path, {.serve_readers = ServeReadersOptions{.interval = std::chrono::milliseconds{0}}});
  if (!store) return Fail(store.status().ToString());
  for (std::size_t number = 1;; ++number) {
    if (const Status posted = PostNumbered(&*store, number); !posted.ok()) return Fail(posted.ToString());
    if (number % 100 == 0) std::cout << number << std::endl;
  }
}

int Read(const std::string& path, int times) {
  for (int i = 0; i < times; ++i) {
    const auto store = Store::Open(path, {.mode = OpenMode::kReadBeside});
    if (!store) return Fail(store.status().ToString());
    const Seen seen = SeenBy(*store);
    if (!seen.problem.empty()) return Fail(seen.problem);
    const auto view = store->View();
    if (!view) return Fail(view.status().ToString());
    std::cout << seen.batches << " " << seen.print << " " << view->age.count() << " "
              << (view->source == ViewSource::kLive ? "live" : "checkpoint") << std::endl;
  }
  return EXIT_SUCCESS;
}

int Main(const std::vector<std::string>& arguments) {
  if (arguments.size() == 2 && arguments[0] == "own") return Own(arguments[1]);
  if (arguments.size() == 3 && arguments[0] == "read") return Read(arguments[1], std::stoi(arguments[2]));
  return Fail("own PATH, or read PATH N");
}

}  // namespace
}  // namespace rookery::testing

int main(int count, char** arguments) { return rookery::testing::Main({arguments + 1, arguments + count}); }
