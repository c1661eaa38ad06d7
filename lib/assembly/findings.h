// Collects what the doctor finds, and says to whom it belongs: the store itself or one of its cells.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "rookery/doctor.h"

namespace rookery::assembly {

/// Owned by one thread. Both must outlive it.
class Findings {
 public:
  Findings(Diagnosis* diagnosis, const DoctorOptions* options) : diagnosis_(*diagnosis), options_(*options) {}

  const DoctorOptions& options() const { return options_; }

  void Damage(std::string code, std::string where, std::string text, std::string remedy) {
    diagnosis_.findings.push_back(
        {Severity::kDamage, std::move(code), std::move(where), std::move(text), std::move(remedy), false});
  }
  /// One that Mend does something about.
  void Mendable(Severity severity, std::string code, std::string where, std::string text) {
    diagnosis_.findings.push_back({severity, std::move(code), std::move(where), std::move(text),
                                   "let the doctor mend it: rookery doctor STORE --fix", true});
  }
  void Note(std::string code, std::string where, std::string text, std::string remedy = "nothing has to be done") {
    diagnosis_.findings.push_back(
        {Severity::kNote, std::move(code), std::move(where), std::move(text), std::move(remedy), false});
  }
  /// The system does not let it be read: nothing is known of what is in there, and nothing is to be replaced.
  void Unreadable(std::string where, std::string text) {
    Damage("file_unreadable", std::move(where), std::move(text),
           "see to it that it can be read, and examine the store again; until then nothing of it is mended");
    Incomplete();
  }
  /// Something could not be looked at.
  void Incomplete() { diagnosis_.complete = false; }

  /// kInterrupted: the caller wants to stop.
  Status Step(std::string_view what, std::uint64_t done, std::uint64_t total) const {
    if (!options_.progress || options_.progress(what, done, total)) return {};
    return {StatusCode::kInterrupted, "the doctor was stopped before everything was examined; nothing was changed"};
  }

 private:
  Diagnosis& diagnosis_;
  const DoctorOptions& options_;
};

}  // namespace rookery::assembly
