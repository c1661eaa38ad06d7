// Store::VerifyReshard with progress and a clean stop, and what it found.
#pragma once

#include <string_view>

#include "context.h"
#include "exit_code.h"
#include "rookery/reshard.h"
#include "rookery/store.h"

namespace rookery::cli {

/// kInterrupted after SIGINT or SIGTERM.
Result<ReshardProof> ProveReshard(Context& context, const Store& store, std::string_view cell);

/// True unless a job has two places that differ.
bool AllEqual(const ReshardProof& proof);
/// What a rookery.reshard_verify.v1 holds; in a pipe also a line of each shard and of each move.
void PrintProof(Context& context, const ReshardProof& proof);

}  // namespace rookery::cli
