// Who a message is: deterministic ids and nonces from what its source knows, so that a second import finds it again.
//
//   id    = ms since the store's epoch << 22 | low 22 bits of a number or hash of the identity at the source
//   nonce = the identity itself, as text
//
// The hash is part of this contract: stores hold ids that were made with it. It must never change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rookery/message.h"
#include "rookery/types.h"

namespace rookery::admin {

/// FNV-1a, 64 bits, with its bits mixed once more at the end; `seed` makes independent hashes.
std::uint64_t Hash64(std::string_view bytes, std::uint64_t seed = 0);

/// Stands for what the message says: author, content, time, flags, reply-to and attributes. Not for its channel, id and
/// nonce.
std::uint64_t HashMessage(const NewMessage& message);

/// "name:line:hash" for a message whose source names it by nothing but its place. With the hash, two files of one name
/// are not taken for each other.
std::string PlaceOf(std::string_view file_name, std::uint64_t line, const NewMessage& message);

/// 32 hex digits that stand for `bytes`.
std::string HashText(std::string_view bytes);

/// `identity` if it may be a nonce, else a hash of it, which is kept in *storage.
std::string_view NonceOf(std::string_view identity, std::string* storage);

/// The id of a message of that time. Times that ids cannot hold become the first or the last that they can. Never 0.
MessageId MakeId(Timestamp epoch, Timestamp time, std::uint64_t low);

}  // namespace rookery::admin
