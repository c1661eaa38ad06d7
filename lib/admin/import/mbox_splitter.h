// Cuts an mbox into mails while it streams: one mail is held at a time, and none over the limit.
//
// A mail begins with "From address date". In bodies such lines are quoted as ">From " (mboxrd; pipermail), but not by
// every program, so a line begins a mail only if it ends in a date and stands after a blank line or before a header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "admin/import/line_reader.h"
#include "rookery/types.h"

namespace rookery::admin {

/// The date at the end of "From address  Mon Feb  2 13:56:43 2004", read as UTC; nullopt: it begins no mail.
std::optional<Timestamp> ParseFromLine(std::string_view line);

struct RawMail {
  std::string bytes;         // headers and body, lines ended by "\n", quoting of "From " undone
  std::uint64_t offset = 0;  // of its From line
  Timestamp from_date;       // of its From line
  bool too_large = false;    // then `bytes` is not all of it
};

/// Used by one thread.
class MboxSplitter {
 public:
  static constexpr std::size_t kMaxMailBytes = std::size_t{64} << 20;

  /// `stream` must outlive the splitter.
  explicit MboxSplitter(ByteStream* stream, std::size_t max_mail_bytes = kMaxMailBytes)
      : lines_(stream), max_mail_bytes_(max_mail_bytes) {}

  /// False at the end.
  Result<bool> Next(RawMail* mail);
  /// True if there was something before the first mail.
  bool began_with_garbage() const { return began_with_garbage_; }

 private:
  /// The next line to line_. False at the end.
  Result<bool> ReadLine();
  /// True if line_ begins a mail, which is then the next one.
  Result<bool> BeginsMail(bool after_blank);
  Status FindFirst();
  void Append(RawMail* mail) const;

  LineReader lines_;
  const std::size_t max_mail_bytes_;
  Line line_;
  std::string held_;                    // the text of line_ while a line ahead was read
  std::optional<std::string> ahead_;    // a line that was read ahead
  Line ahead_line_;                     // its place; the text is in ahead_
  std::optional<Timestamp> next_date_;  // of the From line that was read last, if its mail is still to come
  std::uint64_t next_offset_ = 0;
  bool started_ = false;
  bool began_with_garbage_ = false;
};

}  // namespace rookery::admin
