// A torture rig: one kind of fault, done to a store again and again from a seed, and what must hold each time.
//
// To add one: a file, and a row in rigs.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace rookery::torture {

struct RigOptions {
  std::uint64_t seed = 0;  // all that the rig chooses comes from it
  std::uint64_t rounds = 0;
  std::chrono::seconds time_box{0};  // no round begins after it; 0: none
  bool brief = false;                // the form that the tests run: quick, and nothing timed decides
  bool canary = false;               // the rig's planted bug is switched on, and must be found
  std::filesystem::path directory;   // exists, is empty, and is removed afterwards
  std::function<void(std::uint64_t)> progress = [](std::uint64_t /*rounds*/) {};
};

struct RigReport {
  std::uint64_t rounds = 0;  // done
  std::uint64_t violations = 0;
  std::string first_violation;  // what was wrong, and the round's own seed
  std::string figures;          // for the table, as "412,003 acknowledged, 0 lost"

  void Violate(std::string what) {
    if (violations++ == 0) first_violation = std::move(what);
  }
};

struct Rig {
  std::string_view name;
  std::string_view fault;
  std::string_view property;
  std::uint64_t goal = 0;          // rounds; 0: as many as the script has
  std::uint64_t short_rounds = 0;  // of the form that ctest runs
  std::string_view canary;         // the bug that --canary plants
  RigReport (*run)(const RigOptions& options) = nullptr;
};

/// Of a round: what repeats it whatever came before it.
constexpr std::uint64_t RoundSeed(std::uint64_t seed, std::uint64_t round) {
  std::uint64_t mixed = seed + (round + 1) * 0x9E3779B97F4A7C15;  // splitmix64, Steele et al. 2014
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31U);
}

/// The seed of a run whose first round is this one.
constexpr std::uint64_t SeedToRepeat(std::uint64_t seed, std::uint64_t round) {
  return seed + round * 0x9E3779B97F4A7C15;
}

}  // namespace rookery::torture
