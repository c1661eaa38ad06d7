// A letter: a message that was accepted and is not answered yet, with a copy of its texts; and a bundle of them, as
// they are carried from the mailbox to the actor.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ingest/text_arena.h"
#include "rookery/ingestor.h"
#include "rookery/message.h"

namespace rookery::ingest {

using Time = std::chrono::steady_clock::time_point;

/// Texts longer than this get memory of their own.
inline constexpr std::size_t kLargeTextBytes = TextArena::kFirstChunk;

/// The bytes of all of a message's texts.
std::size_t TextBytes(const NewMessage& message);
/// Copies all texts to `memory`, which has TextBytes, and makes the message's views point there.
void MoveTexts(NewMessage* message, char* memory);

struct Letter {
  NewMessage message;           // its texts are in the bundle, or in `own`
  std::unique_ptr<char[]> own;  // null: they are in the bundle
  PostDone done;
  Time accepted;
  Time deadline;             // until then it is tried again while the store is busy
  std::uint64_t number = 0;  // counts the letters of a mailbox, from 0
  std::size_t bytes = 0;     // what it takes, as mailboxes count

  /// Makes it independent of its bundle.
  void TakeTexts();
};

/// What a letter takes in memory.
std::size_t LetterBytes(const NewMessage& message, std::size_t text_bytes);

/// Letters in the order of their numbers, and their texts. Owned by one thread at a time.
class Bundle {
 public:
  /// Its texts are copied, unless it has its own.
  void Add(Letter letter, std::size_t text_bytes);
  /// Empties it; keeps memory for the next time.
  void Clear();

  std::vector<Letter>& letters() { return letters_; }
  bool empty() const { return letters_.empty(); }

 private:
  std::vector<Letter> letters_;
  TextArena texts_;
};

}  // namespace rookery::ingest
