#include "store/bulk/bucket_tally.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/big_endian.h"
#include "base/macros.h"

namespace rookery::store::bulk {
namespace {

constexpr std::size_t kMostInMemory = std::size_t{64} << 10;
constexpr std::size_t kReadBytes = std::size_t{64} << 10;

// A bucket's record: 2 bytes length of the prefix (0: as before), the prefix, five numbers.
struct Numbers {
  std::uint64_t bucket;
  std::uint64_t count;
  std::uint64_t bytes;
  std::uint64_t lowest;
  std::uint64_t highest;
};
constexpr std::size_t kLengthBytes = sizeof(std::uint16_t);

}  // namespace

Status BucketTally::BeginChannel(std::string_view prefix) {
  RK_TRY(Close());
  prefix_ = prefix;
  prefix_stored_ = false;
  return {};
}

Status BucketTally::Add(MessageId id, std::size_t bytes) {
  const std::uint64_t bucket = rule_.BucketOf(id);
  if (open_.count > 0 && open_.bucket != bucket) RK_TRY(Close());
  if (open_.count == 0) open_ = {.prefix = {}, .bucket = bucket, .count = 0, .bytes = 0, .lowest = id, .highest = id};
  ++open_.count;
  open_.bytes += bytes;
  open_.lowest = id;
  return {};
}

Status BucketTally::Close() {
  if (open_.count == 0) return {};
  const std::size_t length = prefix_stored_ ? 0 : prefix_.size();
  base::AppendBigEndian(&bytes_, static_cast<std::uint16_t>(length));
  bytes_.append(prefix_, 0, length);
  const Numbers numbers{open_.bucket, open_.count, open_.bytes, open_.lowest.value, open_.highest.value};
  bytes_.append(reinterpret_cast<const char*>(&numbers), sizeof(numbers));
  prefix_stored_ = true;
  open_.count = 0;
  if (bytes_.size() < kMostInMemory) return {};
  if (file_ == nullptr) {
    RK_ASSIGN_OR_RETURN(file_, intake_.NewScratchFile());
  }
  RK_TRY(file_->Append(bytes_));
  file_bytes_ += bytes_.size();
  bytes_.clear();
  return {};
}

Status BucketTally::Finish() {
  RK_TRY(Close());
  return file_ == nullptr ? Status{} : file_->Seal();
}

void BucketTally::Discard() {
  open_.count = 0;
  bytes_.clear();
  file_ = nullptr;
  file_bytes_ = 0;
  prefix_stored_ = false;
}

Status BucketTally::VisitAll(const Visit& visit) const {
  std::string prefix;
  std::string pending;
  const auto visit_whole = [&]() -> Status {
    std::string_view rest = pending;
    while (rest.size() >= kLengthBytes) {
      const std::size_t length = base::ReadBigEndian<std::uint16_t>(rest);
      if (rest.size() < kLengthBytes + length + sizeof(Numbers)) break;
      if (length > 0) prefix = rest.substr(kLengthBytes, length);
      Numbers numbers;
      std::memcpy(&numbers, rest.data() + kLengthBytes + length, sizeof(numbers));
      rest.remove_prefix(kLengthBytes + length + sizeof(numbers));
      RK_TRY(visit({.prefix = prefix,
                    .bucket = numbers.bucket,
                    .count = numbers.count,
                    .bytes = numbers.bytes,
                    .lowest = MessageId{numbers.lowest},
                    .highest = MessageId{numbers.highest}}));
    }
    pending.erase(0, pending.size() - rest.size());
    return {};
  };
  std::vector<char> buffer(file_ == nullptr ? 0 : kReadBytes);
  for (std::uint64_t at = 0; at < file_bytes_;) {
    RK_ASSIGN_OR_RETURN(const std::string_view read, file_->Read(at, buffer));
    if (read.empty()) return {StatusCode::kIoError, "a file of a bulk load has become shorter"};
    at += read.size();
    pending.append(read);
    RK_TRY(visit_whole());
  }
  pending.append(bytes_);
  return visit_whole();
}

}  // namespace rookery::store::bulk
