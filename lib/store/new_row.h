// What is stored of a new message.
#pragma once

#include <vector>

#include "codec/message_codec.h"
#include "rookery/message.h"
#include "rookery/types.h"

namespace rookery::store {

/// The fields of the message's row; `now`: when it is posted. `sorted` keeps its attributes if they have to be sorted.
codec::MessageFields FieldsOfNew(const NewMessage& message, MessageId id, Timestamp now, Timestamp epoch,
                                 std::vector<Attribute>* sorted);

}  // namespace rookery::store
