// Which part of its channel a row is of (routing::Part), and where the rows of that part end in the order of keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/key_format.h"
#include "store/buckets/bucket_rule.h"

namespace rookery::store {

/// nullopt: the row belongs to no bucket. `prefix_length`: ChannelPrefixLength of the key.
std::optional<std::uint64_t> BucketOfRow(const BucketRule& rule, std::string_view key, std::size_t prefix_length);
std::optional<std::uint64_t> BucketOfRow(const BucketRule& rule, const codec::DecodedKey& key);

/// The first key behind all of a bucket's that begin with `prefix`, a kind and a channel.
std::string EndOfBucket(const BucketRule& rule, std::string_view prefix, std::uint64_t bucket);

}  // namespace rookery::store
