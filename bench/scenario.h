// A scenario: what is done, what is measured, and what the answers must be. It owns its data, reference and diff.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bench/contender.h"
#include "bench/data/chat.h"
#include "bench/entrant.h"
#include "bench/measurement.h"

namespace rookery::bench {

/// Immutable once made, so that it may be made before workers are forked. `chat` outlives it.
class Scenario {
 public:
  enum class Start { kEmptyStore, kFilledStore };

  virtual ~Scenario() = default;
  /// What every round starts from: a store of its own, or one that holds the whole chat and is shared by the rounds.
  virtual Start start() const = 0;
  /// The timed work. Throws Failure if an answer is wrong.
  virtual Measurement Run(Contender* contender) const = 0;
  /// Compares what the contender holds, whole, with the reference. Not timed. Throws Failure naming the first
  /// difference.
  virtual void Check(Contender* contender) const = 0;
};

/// Either it is for all contenders, or it brings entrants of its own.
struct ScenarioKind {
  using ForContenders = std::unique_ptr<Scenario> (*)(const Chat& chat);
  using ForItsOwn = Entrants (*)();

  std::string_view name;
  std::string summary;
  std::variant<ForContenders, ForItsOwn> make;
};

const std::vector<ScenarioKind>& AllScenarios();
/// The one of that name, or else those whose name begins with `name` and an underscore; all of them for "all".
std::vector<ScenarioKind> ScenariosNamed(std::string_view name);

// Each in the file of its kind.
std::unique_ptr<Scenario> NewIngestOne(const Chat& chat);
std::unique_ptr<Scenario> NewIngestBatch(const Chat& chat);
std::unique_ptr<Scenario> NewChannelScroll(const Chat& chat);
std::unique_ptr<Scenario> NewPointGet(const Chat& chat);
std::unique_ptr<Scenario> NewHotGet(const Chat& chat);
std::unique_ptr<Scenario> NewHotScroll(const Chat& chat);

/// Posts the whole chat in batches, untimed.
void Fill(const Chat& chat, Contender* contender);

}  // namespace rookery::bench
