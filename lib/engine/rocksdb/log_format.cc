#include "engine/rocksdb/log_format.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/macros.h"
#include "engine/rocksdb/crc32c.h"
#include "engine/rocksdb/data_reader.h"

namespace rookery::engine {
namespace {

constexpr std::size_t kBlock = std::size_t{32} << 10;
constexpr std::size_t kHeader = 7;
constexpr std::size_t kLogNumber = 4;

enum Type : std::uint8_t { kZero = 0, kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4, kRecycled = 4, kOther = 9 };

std::uint32_t Number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number |= std::uint32_t{static_cast<std::uint8_t>(bytes[at + i])} << (8U * i);
  return number;
}

bool AllZero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

/// One fragment, as its header says.
struct Fragment {
  std::uint8_t type = 0;  // kFull to kLast, or another one that is no part of a record
  std::size_t size = 0;   // with its header
  std::string_view bytes = {};
  bool whole = false;  // its checksum fits
  bool cut = false;    // it would go on behind the end of what is there
};

/// nullopt: too few bytes for a header.
std::optional<Fragment> FragmentAt(std::string_view block, std::size_t at) {
  if (block.size() < at + kHeader) return std::nullopt;
  Fragment fragment;
  const auto stored = static_cast<std::uint8_t>(block[at + 6]);
  const bool recycled = stored > kRecycled && stored < kOther;
  const std::size_t header = kHeader + (recycled ? kLogNumber : 0);
  fragment.type = recycled ? stored - kRecycled : stored;
  fragment.size = header + Number(block, at + 4, 2);
  fragment.cut = block.size() - at < fragment.size;
  if (fragment.cut || stored == kZero) return fragment;
  const std::string_view summed = block.substr(at + 6, fragment.size - 6);
  fragment.whole = Number(block, at, 4) == MaskedCrc32c(ExtendCrc32c(0, summed));
  fragment.bytes = block.substr(at + header, fragment.size - header);
  return fragment;
}

/// Whether something in it can be a fragment: then it is not what a crash leaves of one. What it says counts for
/// nothing.
bool HoldsFragment(std::string_view bytes) {
  for (std::size_t at = 0; at + kHeader <= bytes.size(); ++at) {
    const auto fragment = FragmentAt(bytes, at);
    if (fragment && fragment->whole && !fragment->bytes.empty()) return true;
  }
  return false;
}

/// The state of reading one file.
class Reader {
 public:
  explicit Reader(const LogVisitor& visitor) : visitor_(visitor) {}

  void TakeBlock(std::string_view block, std::uint64_t offset, bool is_last) {
    std::size_t at = 0;
    while (at < block.size()) {
      const auto fragment = FragmentAt(block, at);
      if (!fragment) {
        // The end of a full block is filled up; that of a file is a header that was cut.
        if (block.size() < kBlock || !AllZero(block.substr(at))) Damaged(offset + at, offset + block.size(), is_last);
        return;
      }
      if (fragment->whole) {
        TakeFragment(*fragment, offset + at);
        at += fragment->size;
        continue;
      }
      std::size_t next = block.size();
      if (!fragment->cut && fragment->type != kZero) {
        const auto behind = FragmentAt(block, at + fragment->size);
        if (behind && behind->whole) next = at + fragment->size;
      }
      const bool may_be_torn =
          AllZero(block.substr(at)) || (is_last && fragment->cut && !HoldsFragment(block.substr(at + 1)));
      Damaged(offset + at, offset + next, may_be_torn);
      at = next;
    }
  }

  LogSummary Finish(std::uint64_t bytes) {
    if (in_record_) DropRecord(bytes);
    summary_.bytes = bytes;
    summary_.end = pending_ ? pending_->offset : bytes;
    summary_.torn = pending_torn_;
    return std::move(summary_);
  }

 private:
  void TakeFragment(const Fragment& fragment, std::uint64_t offset) {
    switch (fragment.type) {
      case kFull:
        if (in_record_) DropRecord(offset);
        Emit(fragment.bytes);
        return;
      case kFirst:
        if (in_record_) DropRecord(offset);
        begin_ = offset;
        in_record_ = true;
        record_.assign(fragment.bytes);
        return;
      case kMiddle:
      case kLast:
        if (!in_record_) {
          Damaged(offset, offset + fragment.size, false);
          return;
        }
        record_.append(fragment.bytes);
        if (fragment.type == kMiddle) return;
        in_record_ = false;
        Emit(record_);
        record_.clear();
        return;
      default:
        return;  // what says how records are packed
    }
  }

  void Emit(std::string_view bytes) {
    if (pending_) {
      summary_.damages.push_back(*pending_);
      if (visitor_.damage) visitor_.damage(*pending_);
      pending_.reset();
    }
    pending_torn_ = true;
    ++summary_.records;
    if (visitor_.record) visitor_.record(bytes);
  }

  /// What was begun has no end.
  void DropRecord(std::uint64_t until) {
    in_record_ = false;
    record_.clear();
    Damaged(begin_, until, /*may_be_torn=*/true);
  }

  /// Only what comes later tells whether it is in the midst or at the end.
  void Damaged(std::uint64_t from, std::uint64_t until, bool may_be_torn) {
    if (in_record_) {
      in_record_ = false;
      record_.clear();
      from = begin_;
    }
    if (!pending_) pending_ = LogDamage{.offset = from};
    pending_->offset = std::min(pending_->offset, from);
    pending_->bytes = until - pending_->offset;
    pending_torn_ = pending_torn_ && may_be_torn;
  }

  const LogVisitor& visitor_;
  LogSummary summary_;
  std::string record_;  // its fragments so far
  bool in_record_ = false;
  std::uint64_t begin_ = 0;           // of it
  std::optional<LogDamage> pending_;  // since the last record
  bool pending_torn_ = true;
};

}  // namespace

Result<LogSummary> ReadLog(const std::filesystem::path& path, const crypto::KeyRing* keys, const LogVisitor& visitor) {
  RK_ASSIGN_OR_RETURN(DataReader file, DataReader::Open(path, keys));
  Reader reader(visitor);
  std::string block;
  for (std::uint64_t offset = 0; offset < file.bytes(); offset += kBlock) {
    block.resize(std::min<std::uint64_t>(kBlock, file.bytes() - offset));
    RK_TRY(file.Read(&block));
    reader.TakeBlock(block, offset, offset + block.size() == file.bytes());
  }
  return reader.Finish(file.bytes());
}

LogSummary ReadLogData(std::string_view data, const LogVisitor& visitor) {
  Reader reader(visitor);
  for (std::size_t offset = 0; offset < data.size(); offset += kBlock) {
    const std::string_view block = data.substr(offset, kBlock);
    reader.TakeBlock(block, offset, offset + block.size() == data.size());
  }
  return reader.Finish(data.size());
}

void LogLength::Add(std::uint64_t record_bytes) {
  do {
    if (kBlock - bytes_ % kBlock < kHeader) bytes_ += kBlock - bytes_ % kBlock;
    const std::uint64_t part = std::min<std::uint64_t>(record_bytes, kBlock - bytes_ % kBlock - kHeader);
    bytes_ += kHeader + part;
    record_bytes -= part;
  } while (record_bytes > 0);
}

Result<LogWriter> LogWriter::Create(const std::filesystem::path& path, const crypto::KeyRing* keys) {
  RK_ASSIGN_OR_RETURN(DataWriter file, DataWriter::Create(path, keys));
  return LogWriter(std::move(file));
}

void LogWriter::Add(std::string_view record) {
  bool first = true;
  do {
    if (kBlock - in_block_ < kHeader) {
      file_.Append(std::string(kBlock - in_block_, '\0'));
      in_block_ = 0;
    }
    const std::string_view part = record.substr(0, kBlock - in_block_ - kHeader);
    record.remove_prefix(part.size());
    const bool last = record.empty();
    AddFragment(static_cast<char>(first ? (last ? kFull : kFirst) : (last ? kLast : kMiddle)), part);
    first = false;
  } while (!record.empty());
}

void LogWriter::AddFragment(char type, std::string_view bytes) {
  const std::uint32_t crc = MaskedCrc32c(ExtendCrc32c(ExtendCrc32c(0, {&type, 1}), bytes));
  std::string header;
  for (unsigned i = 0; i < 4; ++i) header += static_cast<char>((crc >> (8U * i)) & 0xFFU);
  for (unsigned i = 0; i < 2; ++i) header += static_cast<char>((bytes.size() >> (8U * i)) & 0xFFU);
  header += type;
  file_.Append(header.append(bytes));
  in_block_ += kHeader + bytes.size();
}

}  // namespace rookery::engine
