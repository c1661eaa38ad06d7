#include "assembly/witness_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <optional>
#include <sstream>
#include <utility>

#include "assembly/checked_lines.h"
#include "assembly/replace_file.h"
#include "assembly/system_error.h"
#include "base/boot_id.h"
#include "base/file_reader.h"
#include "base/macros.h"
#include "base/write_all.h"
#include "codec/checksum.h"
#include "codec/key_format.h"
#include "crypto/file_header.h"
#include "crypto/hex.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTitle = "rookery witness";
constexpr std::size_t kRecordBytes = 4096;
constexpr std::size_t kRecords = 2;
constexpr std::size_t kSharedAt = kRecords * kRecordBytes;
constexpr std::size_t kRing = 8192;  // a power of two
/// Between two records while writes are synced.
constexpr std::chrono::seconds kBetweenRecords{1};

/// One of the two that a witness has.
struct Record {
  std::uint64_t generation = 0;
  std::string store_id;
  std::string boot;
  bool closed = false;
  std::uint64_t synced = 0;
  std::string sealed = {};  // of an encrypted store the header of the ring, else empty
};

std::string TextOf(const Record& record) {
  std::ostringstream text;
  text << kTitle << "\nformat 1\ngeneration " << record.generation << "\nstore " << record.store_id << "\nboot "
       << record.boot << "\nstate " << (record.closed ? "closed" : "open") << "\nsynced " << record.synced << "\n";
  if (!record.sealed.empty()) text << "sealed " << crypto::ToHex(record.sealed) << "\n";
  return WithChecksum(text.str());
}

/// nullopt: it is not whole.
std::optional<Record> RecordOf(std::string_view bytes) {
  const auto lines = ParseCheckedLines(bytes, kTitle);
  if (!lines || !lines->whole || lines->Read("format") != "1") return std::nullopt;
  Record record{
      .store_id = lines->Read("store"), .boot = lines->Read("boot"), .closed = lines->Read("state") == "closed"};
  if (!lines->Read("generation", &record.generation) || !lines->Read("synced", &record.synced)) return std::nullopt;
  auto sealed = crypto::FromHex(lines->Read("sealed"));
  if (!sealed) return std::nullopt;
  record.sealed = *std::move(sealed);
  return record;
}

/// What one batch did to one channel. 128 bytes.
struct Entry {
  static constexpr std::size_t kNameBytes = 80;

  std::uint64_t checksum;  // of the rest
  std::uint64_t position;
  std::uint64_t first;
  std::uint64_t last;
  std::uint32_t count;
  std::uint32_t shard;
  std::uint16_t name_bytes;  // of `name`
  std::uint8_t kind;
  std::uint8_t lap_high;
  std::uint32_t lap_low;  // how often the ring had been filled before, in 40 bits
  std::array<char, kNameBytes> name;

  void SetLap(std::uint64_t lap) {
    lap_low = static_cast<std::uint32_t>(lap);
    lap_high = static_cast<std::uint8_t>(lap >> 32);
  }
  std::uint64_t lap() const { return std::uint64_t{lap_high} << 32 | lap_low; }

  std::string_view Summed() const {
    return {reinterpret_cast<const char*>(this) + sizeof(checksum), sizeof(Entry) - sizeof(checksum)};
  }
  std::uint64_t Sum() const { return codec::ChecksumOf(Summed()).low; }
  bool IsWhole() const { return position > 0 && checksum == Sum() && name_bytes <= kNameBytes; }
};
static_assert(sizeof(Entry) == 128);

/// Of the name of the entry with this number: a part of the key stream that no other name meets.
constexpr std::uint64_t StreamOffset(std::uint64_t number) { return number * sizeof(Entry); }

}  // namespace

/// A position, with its checksum in the byte that RocksDB leaves free: so that a page of zeros is not taken for one.
class WitnessFile::Counter {
 public:
  void Raise(std::uint64_t to) {
    std::uint64_t before = word_.load(std::memory_order_relaxed);
    while (ValueOf(before) < to && !word_.compare_exchange_weak(before, Word(to), std::memory_order_relaxed)) {
    }
  }
  void Set(std::uint64_t value) { word_.store(Word(value), std::memory_order_relaxed); }
  std::uint64_t value() const { return ValueOf(word_.load(std::memory_order_relaxed)); }
  bool IsWhole() const { return Word(value()) == word_.load(std::memory_order_relaxed); }

 private:
  static constexpr unsigned kSumShift = 56;

  static std::uint64_t ValueOf(std::uint64_t word) { return word & ((std::uint64_t{1} << kSumShift) - 1); }
  static std::uint64_t Word(std::uint64_t value) {
    constexpr std::uint64_t kOfZero = 0xA5;
    constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;  // 2^64 / the golden ratio
    return value | ((value * kSpread >> kSumShift) ^ kOfZero) << kSumShift;
  }

  std::atomic<std::uint64_t> word_;
};

/// What lies in shared memory. Only ever written by the store that has the lock.
struct WitnessFile::Shared {
  Counter applied;
  Counter synced;
  std::atomic<std::uint64_t> next;  // how many entries the ring was given
  std::array<char, 4096 - 3 * sizeof(std::uint64_t)> unused;
  std::array<Entry, kRing> ring;
};

namespace {

/// From which position on the ring has all runs. Its pages reach the disk in any order, and the page that says how many
/// entries there are may be older than they are: so a machine that went down can leave holes in it.
std::uint64_t RunsSinceCrash(const std::array<Entry, kRing>& ring, std::uint64_t given, std::uint64_t applied) {
  std::uint64_t ahead = kRing;  // of what the counters say
  for (; ahead > 0; --ahead) {
    const Entry& entry = ring[(given + ahead - 1) % kRing];
    if (entry.IsWhole() && entry.position > applied) break;
  }
  given += ahead;
  std::uint64_t since = 0;
  std::uint64_t highest = 0;
  bool hole = given > kRing;  // what was overwritten
  for (std::uint64_t number = given > kRing ? given - kRing : 0; number < given; ++number) {
    const Entry& entry = ring[number % kRing];
    // Writers come out of order, but not by half a ring: that is one of the time before, not overwritten on disk.
    if (!entry.IsWhole() || entry.position + kRing / 2 < highest) {
      hole = true;
    } else {
      highest = std::max(highest, entry.position);
      if (hole) since = highest + 1;  // of its own batch some may be missing
      hole = false;
    }
  }
  // Behind the last one there may have been others if the counters do not say how many there were.
  return hole || ahead > 0 ? std::max(applied, highest) + 1 : since;
}

Status Lost(const fs::path& path, std::string_view how) {
  return {StatusCode::kCorruption,
          path.string() + std::string(how) +
              ", so nobody can tell whether the store has all that it had; put it back, or open the store with "
              "Recovery::kSalvage (--recovery salvage) to go on with what there is"};
}

/// Of the bytes before kSharedAt. nullopt: neither is whole.
std::optional<Record> NewestRecord(std::string_view bytes) {
  std::optional<Record> newest;
  for (std::size_t i = 0; i < kRecords; ++i) {
    const std::string_view one = bytes.substr(i * kRecordBytes, kRecordBytes);
    auto decoded = RecordOf(one.substr(0, one.find('\0')));
    if (decoded && (!newest || decoded->generation > newest->generation)) newest = std::move(decoded);
  }
  return newest;
}

/// Of the names in the ring; null: they are in clear.
Result<std::unique_ptr<crypto::FileCipher>> CipherOf(const fs::path& path, const Record& record,
                                                     const crypto::KeyRing* keys) {
  if (record.sealed.empty() != (keys == nullptr))
    return Lost(path, " is of a store that was made without or with keys");
  if (keys == nullptr) return std::unique_ptr<crypto::FileCipher>();
  auto cipher = crypto::OpenHeader(record.sealed, *keys);
  if (!cipher) return Lost(path, " cannot be decrypted");
  return cipher;
}

}  // namespace

std::optional<std::string> WitnessFile::ReadKeyId(const fs::path& path) {
  auto bytes = base::ReadSmallFile(path, kSharedAt);
  if (!bytes) return std::nullopt;
  bytes->resize(kSharedAt);
  const std::optional<Record> record = NewestRecord(*bytes);
  return record ? crypto::KeyIdOf(record->sealed) : std::nullopt;
}

Result<Testimony> WitnessFile::Read(const fs::path& path, const std::string& store_id, const crypto::KeyRing* keys) {
  constexpr std::size_t kBytes = kSharedAt + sizeof(Shared);
  const auto read = base::ReadSmallFile(path, kBytes);
  if (!read) return read.error().code() == StatusCode::kNotFound ? Lost(path, " is not there") : read.error();
  const std::string& bytes = *read;
  if (bytes.size() != kBytes) return Lost(path, " is too short");
  const std::optional<Record> record = NewestRecord(bytes);
  if (!record) return Lost(path, " is damaged");
  if (record->store_id != store_id)
    return Lost(path, " is of store " + record->store_id + ", ROOKERY of store " + store_id +
                          ": pieces of two stores were mixed");

  Testimony testimony{.closed = record->closed, .synced = record->synced, .applied = record->synced};
  if (record->closed) return testimony;
  const std::string boot = base::BootId();
  testimony.same_boot = !boot.empty() && boot == record->boot;
  const auto shared = std::make_unique<Shared>();
  std::memcpy(static_cast<void*>(shared.get()), bytes.data() + kSharedAt, sizeof(Shared));
  RK_ASSIGN_OR_RETURN(const auto cipher, CipherOf(path, *record, keys));
  if (!shared->applied.IsWhole() || !shared->synced.IsWhole()) return Lost(path, " is damaged");
  // After a crash of the machine these may be older than the record, and the ring may have holes.
  testimony.synced = std::max(testimony.synced, shared->synced.value());
  testimony.applied = std::max(testimony.synced, shared->applied.value());
  std::uint64_t given = shared->next.load();
  // Before names are decrypted, as sums are of what is in the file.
  if (!testimony.same_boot) testimony.runs_since = RunsSinceCrash(shared->ring, given, testimony.applied);
  for (std::size_t i = 0; i < kRing; ++i) {
    Entry& entry = shared->ring[i];
    if (!entry.IsWhole()) continue;
    if (cipher && !cipher->Apply(StreamOffset(entry.lap() * kRing + i), entry.name.data(), entry.name_bytes)) continue;
    given = std::max(given, entry.lap() * kRing + i + 1);
    // Who is in the ring was applied, also if the counters are older.
    testimony.applied = std::max(testimony.applied, entry.position);
    testimony.runs.push_back({.position = entry.position,
                              .run = {.kind = static_cast<LostRun::Kind>(entry.kind),
                                      .shard = ShardId{entry.shard},
                                      .channel = std::string(entry.name.data(), entry.name_bytes),
                                      .first = MessageId{entry.first},
                                      .last = MessageId{entry.last},
                                      .count = entry.count}});
  }
  const auto earlier = [](const Testimony::Run& a, const Testimony::Run& b) { return a.position < b.position; };
  std::stable_sort(testimony.runs.begin(), testimony.runs.end(), earlier);
  // What was overwritten is older than all that is left.
  if (testimony.same_boot && given > kRing && !testimony.runs.empty()) {
    testimony.runs_since = testimony.runs.front().position;
  }
  return testimony;
}

Result<std::unique_ptr<WitnessFile>> WitnessFile::Begin(const fs::path& path, const std::string& store_id,
                                                        std::uint64_t position, const crypto::KeyRing* keys) {
  constexpr std::size_t kBytes = kSharedAt + sizeof(Shared);
  // Under another name until it is whole: until then the one that is there counts.
  const fs::path draft = DraftOf(path);
  base::Descriptor descriptor(::open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!descriptor.valid()) return SystemError(errno, "cannot create", draft);
  // With all its blocks: writing to shared memory whose block cannot be had ends the process.
  if (const int error = ::posix_fallocate(descriptor.get(), 0, kBytes); error != 0) {
    return SystemError(error, "cannot allocate", draft);
  }
  void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.get(), kSharedAt);
  if (memory == MAP_FAILED) return SystemError(errno, "cannot map", draft);
  auto* const shared = static_cast<Shared*>(memory);
  shared->applied.Set(position);
  shared->synced.Set(position);
  std::unique_ptr<WitnessFile> witness(new WitnessFile(std::move(descriptor), shared, store_id));
  if (keys != nullptr) RK_TRY(witness->Seal(*keys));
  {
    const base::MutexLock lock(witness->mutex_);
    RK_TRY(witness->WriteRecord(/*closed=*/false, position));
    RK_TRY(witness->WriteRecord(/*closed=*/false, position));
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return SystemError(errno, "cannot rename", draft);
  RK_TRY(SyncPath(path.parent_path(), O_RDONLY | O_DIRECTORY));
  return witness;
}

WitnessFile::WitnessFile(base::Descriptor descriptor, Shared* shared, std::string store_id)
    : descriptor_(std::move(descriptor)), shared_(shared), store_id_(std::move(store_id)), boot_(base::BootId()) {}

Status WitnessFile::Seal(const crypto::KeyRing& keys) {
  RK_ASSIGN_OR_RETURN(crypto::NewHeader header, crypto::MakeHeader(keys));
  sealed_ = std::move(header.bytes);
  cipher_ = std::move(header.cipher);
  return {};
}

WitnessFile::~WitnessFile() { ::munmap(shared_, sizeof(Shared)); }

Status WitnessFile::WriteRecord(bool closed, std::uint64_t synced) {
  const Record record{.generation = ++generation_,
                      .store_id = store_id_,
                      .boot = boot_,
                      .closed = closed,
                      .synced = synced,
                      .sealed = sealed_};
  std::string text = TextOf(record);
  text.resize(kRecordBytes, '\0');
  if (!base::WriteAllAt(descriptor_.get(), text, generation_ % kRecords * kRecordBytes) ||
      ::fdatasync(descriptor_.get()) != 0) {
    return SystemError(errno, "cannot write the witness of store", store_id_);
  }
  return {};
}

void WitnessFile::Wrote(const store::WrittenRun& run) noexcept {
  const std::uint64_t number = shared_->next.fetch_add(1, std::memory_order_relaxed);
  Entry entry{};
  entry.position = run.position;
  entry.first = run.first.value;
  entry.last = run.last.value;
  entry.count = run.count;
  entry.shard = run.shard.value;
  entry.kind = static_cast<std::uint8_t>(run.kind);
  entry.name_bytes = static_cast<std::uint16_t>(run.channel.copy(entry.name.data(), Entry::kNameBytes));
  entry.SetLap(number / kRing);
  if (cipher_ && !cipher_->Apply(StreamOffset(number), entry.name.data(), entry.name_bytes)) return;
  entry.checksum = entry.Sum();
  shared_->ring[number % kRing] = entry;
}

void WitnessFile::Applied(std::uint64_t position) noexcept { shared_->applied.Raise(position); }

void WitnessFile::Synced(std::uint64_t position) noexcept {
  shared_->synced.Raise(position);
  const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch().count();
  std::int64_t at = record_at_.load(std::memory_order_relaxed);
  constexpr std::int64_t kBetween = std::chrono::steady_clock::duration(kBetweenRecords).count();
  if (now < at || !record_at_.compare_exchange_strong(at, now + kBetween)) return;
  const base::MutexLock lock(mutex_);
  // One that cannot be written leaves the one before it, which asks for less.
  static_cast<void>(WriteRecord(/*closed=*/false, shared_->synced.value()));
}

Status WitnessFile::End(std::uint64_t position) {
  const base::MutexLock lock(mutex_);
  RK_TRY(WriteRecord(/*closed=*/true, position));
  return WriteRecord(/*closed=*/true, position);
}

}  // namespace rookery::assembly
