// rookery: the command line of a store. See docs/cli.md and docs/cli-contract.md.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "application.h"
#include "signals.h"
#include "text.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  rookery::cli::UseUtf8();
  rookery::cli::InstallSignalDefaults();
  try {
    return rookery::cli::Application(std::cout, std::cerr).Run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& exception) {
    std::cerr << "rookery: internal error: " << exception.what() << '\n';
    return 1;
  }
}
