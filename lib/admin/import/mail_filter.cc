#include "admin/import/mail_filter.h"

#include <algorithm>
#include <array>
#include <span>

#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

constexpr std::size_t kMaxHeaderBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxAddressBytes = std::size_t{8} << 10;
constexpr std::size_t kMaxHeadersBytes = std::size_t{512} << 10;  // all that are kept
constexpr std::size_t kMaxDividers = 100'000;                     // lines that may begin a part
constexpr std::size_t kMaxPartHeaders = 500'000;                  // lines that may be a header of a part

constexpr auto kWanted = std::to_array<std::string_view>({"From", "Subject", "Message-ID", "In-Reply-To", "References",
                                                          "List-Id", "Date", "MIME-Version", "Content-Type",
                                                          "Content-Transfer-Encoding", "Content-Disposition"});
constexpr auto kAddresses = std::to_array<std::string_view>({"From", "To", "Cc", "Bcc", "Sender", "Reply-To"});

/// The name of the header that the line begins; empty if it begins none.
std::string_view HeaderName(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  const bool is_name =
      name.size() < line.size() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
  return is_name ? name : std::string_view{};
}

bool IsOneOf(std::string_view name, std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view other) { return EqualsIgnoringCase(name, other); });
}

bool Continues(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

/// Copies lines, of which those of a bounded header only as far as its bound.
class BoundedCopy {
 public:
  explicit BoundedCopy(std::size_t size_hint) { bytes_.reserve(size_hint); }

  /// The next line, and those that continue it, may have so many bytes together.
  void Bound(std::size_t bytes) { left_ = bytes; }
  void Add(std::string_view line) {
    const std::string_view kept = line.substr(0, left_);
    left_ -= kept.size();
    if (kept.empty() && !line.empty()) return;
    bytes_.append(kept).append("\n");
  }
  void AddWhole(std::string_view text) { bytes_.append(text); }
  std::size_t size() const { return bytes_.size(); }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  std::size_t left_ = std::string::npos;
};

/// Copies the wanted headers and the blank line after them; *rest is then the body. `*has_parts`: the body is not one
/// text.
Status CopyHeaders(std::string_view* rest, BoundedCopy* copy, bool* has_parts) {
  bool any = false;
  bool keep = false;
  while (!rest->empty()) {
    const std::string_view line = TakeUntil(rest, '\n');
    if (Trim(line).empty()) break;
    if (!Continues(line)) {
      const std::string_view name = HeaderName(line);
      any = any || !name.empty();
      keep = IsOneOf(name, kWanted) && copy->size() < kMaxHeadersBytes;
      copy->Bound(IsOneOf(name, kAddresses) ? kMaxAddressBytes : kMaxHeaderBytes);
    }
    // Also where it is folded: a parameter that looks like it does no harm.
    if (keep && (ContainsIgnoringCase(line, "multipart/") || ContainsIgnoringCase(line, "message/"))) {
      *has_parts = true;
    }
    if (keep) copy->Add(line);
  }
  if (!any) return {StatusCode::kCorruption, "the mail has no headers"};
  copy->Bound(std::string::npos);
  copy->Add("");
  return {};
}

Status TooMany(std::size_t limit, std::string_view what) {
  return {StatusCode::kCorruption,
          "the mail has more than " + std::to_string(limit) + " lines that may " + std::string(what)};
}

/// Copies a body of parts, which have headers of their own; so have mails that are forwarded whole.
Status CopyParts(std::string_view rest, BoundedCopy* copy) {
  std::size_t dividers = 0;
  std::size_t headers = 0;
  while (!rest.empty()) {
    const std::string_view line = TakeUntil(&rest, '\n');
    if (line.starts_with("--") && ++dividers > kMaxDividers) return TooMany(kMaxDividers, "begin a part");
    if (!Continues(line)) {
      const std::string_view name = HeaderName(line);
      if (!name.empty() && ++headers > kMaxPartHeaders) return TooMany(kMaxPartHeaders, "be headers of its parts");
      copy->Bound(IsOneOf(name, kAddresses) ? kMaxAddressBytes : std::string::npos);
    }
    copy->Add(line);
  }
  return {};
}

}  // namespace

Result<std::string> FilterMail(std::string_view raw) {
  BoundedCopy copy(raw.size() + 1);
  bool has_parts = false;
  ADMIN_TRY(CopyHeaders(&raw, &copy, &has_parts));
  if (has_parts) {
    ADMIN_TRY(CopyParts(raw, &copy));
  } else {
    copy.AddWhole(raw);
  }
  return copy.Take();
}

}  // namespace rookery::admin
