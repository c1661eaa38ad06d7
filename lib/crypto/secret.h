// Bytes that are wiped from memory when they go.
#pragma once

#include <openssl/crypto.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace rookery::crypto {

template <std::size_t Size>
class Secret {
 public:
  Secret() = default;
  ~Secret() { OPENSSL_cleanse(bytes_.data(), Size); }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;

  static constexpr std::size_t size() { return Size; }
  unsigned char* data() { return bytes_.data(); }
  const unsigned char* data() const { return bytes_.data(); }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), Size}; }

 private:
  std::array<unsigned char, Size> bytes_{};
};

/// Wipes a text when the scope is left, whatever it holds by then. What the text gave back to the heap before, as when
/// it grew, is not wiped: reserve.
class WipedAtEnd {
 public:
  explicit WipedAtEnd(std::string* text) : text_(*text) {}
  ~WipedAtEnd() { OPENSSL_cleanse(text_.data(), text_.size()); }
  WipedAtEnd(const WipedAtEnd&) = delete;
  WipedAtEnd& operator=(const WipedAtEnd&) = delete;

 private:
  std::string& text_;
};

}  // namespace rookery::crypto
