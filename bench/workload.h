// What all contenders are given: the chat, and the same chat as ready keys and values.
#pragma once

#include "bench/data/chat.h"
#include "bench/raw/encoded_chat.h"

namespace rookery::bench {

struct Workload {
  Chat chat;
  EncodedChat encoded;
};

}  // namespace rookery::bench
