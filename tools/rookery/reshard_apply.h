// Carrying out a change of the shards from the command line: the options of it, and what --yes keeps apart: a plan that
// is shown, and a change that is made.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "context.h"
#include "exit_code.h"
#include "rookery/reshard.h"
#include "rookery/status.h"

namespace rookery::cli {

/// Owned by a command; bound to its options by Define.
class ReshardApply {
 public:
  /// `added` is called with each option. `prefix`: what their texts begin with.
  void Define(CLI::App& app, const std::string& prefix, const std::function<void(CLI::Option*)>& added);

  /// What the request would move. `cell`: whose shards, here and below; empty: the main cell's.
  static Result<ExitCode> Plan(Context& context, const std::string& store, const ReshardRequest& request,
                               const std::string& cell);
  /// Makes the change and follows the job; without --yes shows the plan and refuses.
  Result<ExitCode> Apply(Context& context, const std::string& store, const ReshardRequest& request,
                         const std::string& cell) const;

 private:
  bool yes_ = false;
  ReshardOptions options_;
};

}  // namespace rookery::cli
