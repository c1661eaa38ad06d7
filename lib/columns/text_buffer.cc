#include "columns/text_buffer.h"

#include <simdjson.h>

#include <cstring>
#include <utility>

namespace rookery::columns {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The length of the character at the front of `text`; 0 if there is none.
std::size_t CharacterLength(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (simdjson::validate_utf8(text.data(), length)) return length;
  }
  return 0;
}

void AppendRepaired(std::string_view text, Buffer* out) {
  if (simdjson::validate_utf8(text.data(), text.size())) return out->Append(text);
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    out->Append(length == 0 ? kReplacement : text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

/// Room for as much again, and an eighth: batches of one stream are alike.
Buffer TakeBuffer(Buffer* buffer) {
  Buffer next;
  next.Reserve(buffer->size() + buffer->size() / 8);
  return std::exchange(*buffer, std::move(next));
}

}  // namespace

template <typename Offset>
void TextBuffer<Offset>::MakeUtf8() {
  if (!begins_within_character_ && simdjson::validate_utf8(bytes_.data(), bytes_.size())) return;
  TextBuffer repaired;
  Offset begin = 0;
  for (std::size_t i = 1; i < offsets_.size() / sizeof(Offset); ++i) {
    Offset end = 0;
    std::memcpy(&end, offsets_.data() + i * sizeof(Offset), sizeof(end));
    if (repaired.offsets_.size() == 0) repaired.offsets_.Push(Offset{0});
    AppendRepaired(bytes_.view().substr(begin, end - begin), &repaired.bytes_);
    repaired.offsets_.Push(static_cast<Offset>(repaired.bytes_.size()));
    begin = end;
  }
  *this = std::move(repaired);
}

template <typename Offset>
typename TextBuffer<Offset>::Buffers TextBuffer<Offset>::Take() {
  if (offsets_.size() == 0) offsets_.Push(Offset{0});
  begins_within_character_ = false;
  return {TakeBuffer(&offsets_), TakeBuffer(&bytes_)};
}

template class TextBuffer<std::int32_t>;
template class TextBuffer<std::int64_t>;

}  // namespace rookery::columns
