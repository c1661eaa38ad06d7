#include "admin/import/json_walker.h"

#include <algorithm>

#include "admin/import/line_reader.h"
#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

bool IsSpace(int c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool EndsScalar(char c) { return IsSpace(c) || c == ',' || c == ']' || c == '}'; }

}  // namespace

JsonWalker::JsonWalker(ByteStream* stream, std::string_view array_key, std::size_t max_item_bytes)
    : stream_(stream), array_key_(array_key), max_item_bytes_(max_item_bytes), buffer_(kBufferBytes) {}

Status JsonWalker::Broken(std::string_view what) const {
  return {StatusCode::kCorruption,
          "not the JSON that was expected at byte " + std::to_string(offset_ + at_) + ": " + std::string(what)};
}

Result<int> JsonWalker::Peek() {
  if (at_ == end_) {
    offset_ += end_;
    at_ = end_ = 0;
    ADMIN_ASSIGN_OR_RETURN(end_, stream_->Read(buffer_.data(), buffer_.size()));
    if (end_ == 0) return kNoByte;
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

Result<int> JsonWalker::PeekAfterSpace() {
  while (true) {
    ADMIN_ASSIGN_OR_RETURN(const int c, Peek());
    if (!IsSpace(c)) return c;
    Skip();
  }
}

Status JsonWalker::Expect(char wanted) {
  ADMIN_ASSIGN_OR_RETURN(const int c, PeekAfterSpace());
  if (c == kNoByte) return Broken("the file is cut off");
  if (c != wanted) return Broken(std::string("'") + wanted + "' is missing");
  Skip();
  return {};
}

void JsonWalker::Keep(const char* begin, const char* end) {
  if (too_large_) return;
  const auto bytes = static_cast<std::size_t>(end - begin);
  if (value_.size() + bytes > max_item_bytes_) {
    too_large_ = true;
    value_.clear();
    return;
  }
  value_.append(begin, bytes);
}

/// From the opening quote to the closing one, both kept.
Status JsonWalker::ReadString() {
  static constexpr char kQuote = '"';
  Keep(&kQuote, &kQuote + 1);
  Skip();
  bool escaped = false;
  while (true) {
    ADMIN_ASSIGN_OR_RETURN(const int next, Peek());
    if (next == kNoByte) return Broken("the file is cut off inside a string");
    const char* const begin = buffer_.data() + at_;
    const char* const limit = buffer_.data() + end_;
    const char* c = begin;
    bool closed = false;
    for (; c != limit && !closed; ++c) {
      closed = *c == '"' && !escaped;
      escaped = *c == '\\' && !escaped;
    }
    Keep(begin, c);
    at_ += static_cast<std::size_t>(c - begin);
    if (closed) return {};
  }
}

/// From the opening bracket to the one that closes it. Which kind closes which is left to the parser of the text.
Status JsonWalker::ReadNested() {
  std::uint64_t depth = 0;
  do {
    ADMIN_ASSIGN_OR_RETURN(const int next, Peek());
    if (next == kNoByte) return Broken("the file is cut off inside an object or array");
    if (next == '"') {
      ADMIN_TRY(ReadString());
      continue;
    }
    const char* const begin = buffer_.data() + at_;
    const char* const limit = buffer_.data() + end_;
    const char* c = begin;
    while (c != limit && *c != '"') {
      if (*c == '{' || *c == '[') ++depth;
      const bool closes = *c == '}' || *c == ']';
      ++c;
      if (closes && --depth == 0) break;
    }
    Keep(begin, c);
    at_ += static_cast<std::size_t>(c - begin);
  } while (depth > 0);
  return {};
}

Status JsonWalker::ReadScalar() {
  while (true) {
    ADMIN_ASSIGN_OR_RETURN(const int next, Peek());
    if (next == kNoByte) return {};
    const char* const begin = buffer_.data() + at_;
    const char* const limit = buffer_.data() + end_;
    const char* const c = std::find_if(begin, limit, EndsScalar);
    Keep(begin, c);
    at_ += static_cast<std::size_t>(c - begin);
    if (c != limit) return value_.empty() && !too_large_ ? Broken("a value is missing") : Status{};
  }
}

Status JsonWalker::ReadValue() {
  value_.clear();
  too_large_ = false;
  ADMIN_ASSIGN_OR_RETURN(const int c, PeekAfterSpace());
  if (c == '"') {
    ADMIN_TRY(ReadString());
  } else if (c == '{' || c == '[') {
    ADMIN_TRY(ReadNested());
  } else {
    ADMIN_TRY(ReadScalar());
  }
  value_.reserve(value_.size() + LineReader::kPadding);
  return {};
}

Status JsonWalker::ReadKey() {
  value_.clear();
  too_large_ = false;
  ADMIN_ASSIGN_OR_RETURN(const int c, PeekAfterSpace());
  if (c != '"') return Broken("a name in quotes is missing");
  ADMIN_TRY(ReadString());
  if (too_large_) return Broken("a name is too long");
  key_.assign(value_, 1, value_.size() - 2);
  return Expect(':');
}

Status JsonWalker::Begin() {
  for (const int byte : {0xEF, 0xBB, 0xBF}) {  // a byte order mark
    ADMIN_ASSIGN_OR_RETURN(const int c, Peek());
    if (c != byte) break;
    Skip();
  }
  ADMIN_ASSIGN_OR_RETURN(const int c, PeekAfterSpace());
  if (c != '[' && c != '{') return Broken("it begins with neither an array nor an object");
  Skip();
  place_ = c == '[' ? Place::kRootArray : Place::kRootObject;
  return {};
}

Result<bool> JsonWalker::NextValue(char close) {
  ADMIN_ASSIGN_OR_RETURN(const int c, PeekAfterSpace());
  if (c == close) {
    Skip();
    return false;
  }
  if (c == kNoByte) return Broken("the file is cut off");
  if (!first_) ADMIN_TRY(Expect(','));
  first_ = false;
  return true;
}

void JsonWalker::DeliverElement(JsonItem* item) { *item = {value_, {}, ++elements_, true, too_large_}; }

Result<bool> JsonWalker::Next(JsonItem* item) {
  if (place_ == Place::kStart) ADMIN_TRY(Begin());
  while (place_ != Place::kEnd) {
    const bool in_object = place_ == Place::kRootObject;
    ADMIN_ASSIGN_OR_RETURN(const bool more, NextValue(in_object ? '}' : ']'));
    if (!more) {
      // After the inner array the root object goes on.
      place_ = place_ == Place::kInnerArray ? Place::kRootObject : Place::kEnd;
      first_ = false;
      continue;
    }
    if (in_object) {
      ADMIN_TRY(ReadKey());
      ADMIN_ASSIGN_OR_RETURN(const int c, PeekAfterSpace());
      if (c == '[' && key_ == array_key_) {
        Skip();
        place_ = Place::kInnerArray;
        first_ = true;
        continue;
      }
    }
    ADMIN_TRY(ReadValue());
    if (in_object) {
      *item = {value_, key_, 0, false, too_large_};
    } else {
      DeliverElement(item);
    }
    return true;
  }
  ADMIN_ASSIGN_OR_RETURN(const int c, PeekAfterSpace());
  if (c != kNoByte) return Broken("something follows the end of the document");
  return false;
}

}  // namespace rookery::admin
