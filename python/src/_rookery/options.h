// The options of a Store from a dict of plain values, as rookery.open makes it from its friendlier arguments.
#pragma once

#include <optional>

#include "binding.h"
#include "rookery/options.h"

namespace rookery::python {

/// InvalidArgumentError names an option that does not exist or does not fit. What is left out has its default.
///   mode: "open", "open_or_create", "create", "read_only" or "read_beside"; memory: bool (nothing on disk);
///   memory_bytes: int; durability: "buffered" or "sync"; recovery: "strict", "tail" or "salvage"; worker: int; keys:
///   [bytes or str, ...]; key_files: [path, ...]; stats_interval: seconds; serve_readers: {interval (seconds),
///   max_checkpoints}; beside: {max_age, timeout (seconds)}; retention_interval: seconds; resume_reshard: bool;
///   autopilot: see autopilot_option.h; routing: see routing_option.h; cache: {capacity, policy, write_mode, ttl
///   (seconds), window}; limits: {max_content_bytes, max_attributes, max_attribute_bytes}; tuning: {profile,
///   block_cache_bytes, write_buffer_bytes, max_wal_bytes, overrides}
StoreOptions StoreOptionsFrom(nb::handle dict);

/// The same of a dict that has `keys` or `key_files` and nothing else. Absent: it has neither.
std::optional<EncryptionOptions> KeysFrom(nb::handle dict);

}  // namespace rookery::python
