#include "bench/turns.h"

#include <utility>

namespace rookery::bench {

std::vector<ContenderRounds> TakeTurns(
    std::span<const Turn> turns, int rounds,
    const std::function<void(int round, std::string_view name, const Measurement& measurement)>& done) {
  std::vector<ContenderRounds> all;
  for (const Turn& turn : turns) all.push_back({std::string(turn.name), {}});
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < turns.size(); ++i) {
      const std::size_t next = (i + static_cast<std::size_t>(round)) % turns.size();
      Measurement measurement = turns[next].run(round);
      done(round, turns[next].name, measurement);
      all[next].rounds.push_back(std::move(measurement));
    }
  }
  return all;
}

}  // namespace rookery::bench
