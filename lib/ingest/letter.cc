#include "ingest/letter.h"

#include <cstring>
#include <string_view>
#include <utility>

namespace rookery::ingest {
namespace {

// What a burst took beyond this is given back.
constexpr std::size_t kLettersKept = 1024;

void MoveText(std::string_view* text, char** memory) {
  if (!text->empty()) std::memcpy(*memory, text->data(), text->size());
  *text = {*memory, text->size()};
  *memory += text->size();
}

}  // namespace

std::size_t TextBytes(const NewMessage& message) {
  std::size_t bytes = message.channel.size() + message.author.size() + message.content.size() + message.nonce.size();
  for (const Attribute& attribute : message.attributes) bytes += attribute.name.size() + attribute.value.size();
  return bytes;
}

void MoveTexts(NewMessage* message, char* memory) {
  MoveText(&message->channel, &memory);
  MoveText(&message->author, &memory);
  MoveText(&message->content, &memory);
  MoveText(&message->nonce, &memory);
  for (Attribute& attribute : message->attributes) {
    MoveText(&attribute.name, &memory);
    MoveText(&attribute.value, &memory);
  }
}

std::size_t LetterBytes(const NewMessage& message, std::size_t text_bytes) {
  return sizeof(Letter) + message.attributes.size() * sizeof(Attribute) + text_bytes;
}

void Letter::TakeTexts() {
  if (own != nullptr) return;
  auto memory = std::make_unique_for_overwrite<char[]>(TextBytes(message));
  MoveTexts(&message, memory.get());
  own = std::move(memory);
}

void Bundle::Add(Letter letter, std::size_t text_bytes) {
  Letter& added = letters_.emplace_back(std::move(letter));
  if (added.own == nullptr) MoveTexts(&added.message, texts_.Allocate(text_bytes));
}

void Bundle::Clear() {
  letters_.clear();
  if (letters_.capacity() > kLettersKept) letters_.shrink_to_fit();
  texts_.Clear();
}

}  // namespace rookery::ingest
