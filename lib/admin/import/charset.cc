#include "admin/import/charset.h"

#include <iconv.h>

#include <array>
#include <cerrno>

namespace rookery::admin {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

std::optional<std::string> ToUtf8(std::string_view bytes, const std::string& charset) {
  iconv_t converter = iconv_open("UTF-8", charset.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string text;
  std::array<char, 4096> out{};
  char* in =
      const_cast<char*>(bytes.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast): iconv does not write to it
  std::size_t in_left = bytes.size();
  while (in_left > 0) {
    char* to = out.data();
    std::size_t out_left = out.size();
    const std::size_t result = iconv(converter, &in, &in_left, &to, &out_left);
    const int error = result == static_cast<std::size_t>(-1) ? errno : 0;
    text.append(out.data(), out.size() - out_left);
    if (error != EILSEQ && error != EINVAL) continue;  // E2BIG: there is more room in the next round
    text.append(kReplacement);
    ++in;
    --in_left;
  }
  iconv_close(converter);
  return text;
}

}  // namespace rookery::admin
