#include "assembly/memory_limit.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

namespace rookery::assembly {
namespace {

// Version 1 writes "no limit" as a number near 2^63.
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 62;

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

/// The number that `text` begins with, after blanks.
std::optional<std::uint64_t> NumberIn(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

class Limits {
 public:
  explicit Limits(const ReadSystemFile& read) : read_(read) {}

  void Machine() {
    constexpr std::string_view kTotal = "MemTotal:";
    const auto text = read_("/proc/meminfo");
    if (!text) return;
    const std::size_t at = text->find(kTotal);
    if (at == text->npos) return;
    if (const auto kibibytes = NumberIn(std::string_view(*text).substr(at + kTotal.size()))) Lower(*kibibytes * 1024);
  }

  /// Lines of "id:controllers:path"; version 2 has one without controllers.
  void Groups() {
    const auto text = read_("/proc/self/cgroup");
    if (!text) return;
    for (std::string_view rest = *text; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      const std::size_t first = line.find(':');
      const std::size_t second = line.find(':', first + 1);
      if (first == line.npos || second == line.npos) continue;
      const std::string_view controllers = line.substr(first + 1, second - first - 1);
      const std::string_view path = line.substr(second + 1);
      if (controllers.empty()) Upward("/sys/fs/cgroup", path, "memory.max");
      if (HasMemory(controllers)) Upward("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes");
    }
  }

  std::optional<std::uint64_t> least() const { return least_; }

 private:
  static bool HasMemory(std::string_view controllers) {
    const std::string list = "," + std::string(controllers) + ",";
    return list.find(",memory,") != list.npos;
  }

  /// A group is bound by the limits of all that it is in.
  void Upward(const std::string& root, std::string_view path, const std::string& file) {
    // Seen from within a namespace of its own a group may be told as "/.." and beyond: what is visible is the root.
    if (path.find("..") != path.npos) path = {};
    while (true) {
      while (path.ends_with('/')) path.remove_suffix(1);
      std::string name = root;
      name.append(path).append("/").append(file);
      if (const auto text = read_(name)) {
        if (const auto bytes = NumberIn(*text); bytes && *bytes < kNoLimit) Lower(*bytes);
      }
      if (path.empty()) return;
      path = path.substr(0, path.rfind('/'));
    }
  }

  void Lower(std::uint64_t bytes) { least_ = std::min(bytes, least_.value_or(bytes)); }

  const ReadSystemFile& read_;
  std::optional<std::uint64_t> least_;
};

}  // namespace

std::optional<std::uint64_t> MemoryLimit(const ReadSystemFile& read) {
  Limits limits(read);
  limits.Machine();
  limits.Groups();
  return limits.least();
}

std::optional<std::uint64_t> MemoryLimit() { return MemoryLimit(ReadFile); }

}  // namespace rookery::assembly
