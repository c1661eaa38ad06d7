// The file `witness` of a store: how far the store has come, told to whoever opens it next.
//
//   two records, 4 KiB each    lines of "name value", the last one a checksum: what was true when the file was last
//                              synced. Written by turns, so that one of them is whole whatever happens.
//   a page of counters         how far writes were applied and synced, at every moment; each has a checksum of 8 bits
//   a ring of 8,192 entries    what the last batches did, channel by channel; of an encrypted store the channels' names
//                              are encrypted, each with a part of the key stream that its number alone has
//
// Idea: the counters and the ring lie in shared memory on the file. So a process that is killed leaves in them what it
// has acknowledged, to the last write, at the price of a few stores for each; only a crash of the machine loses them,
// and then the record counts. Which of the two it was tells the machine's boot id.
//
// Numbers are in the machine's byte order: a file of another order fails its checksums, and the store is not opened.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/mutex.h"
#include "crypto/file_cipher.h"
#include "crypto/key_ring.h"
#include "rookery/recovery.h"
#include "rookery/status.h"
#include "store/witness.h"

namespace rookery::assembly {

/// What a witness says of the time before.
struct Testimony {
  struct Run {
    std::uint64_t position = 0;
    LostRun run;  // its channel is as keys have it
  };
  bool closed = false;           // as Store::Close leaves it
  bool same_boot = false;        // the machine has not been down since
  std::uint64_t synced = 0;      // writes up to here were on disk
  std::uint64_t applied = 0;     // up to here they may have been acknowledged; to the last one if same_boot
  std::vector<Run> runs = {};    // in the order of the log
  std::uint64_t runs_since = 0;  // before this position some are not known any more
};

class WitnessFile final : public store::Witness {
 public:
  /// kCorruption if there is none, if neither record is whole, or if it is of another store; kPermission, kIoError: it
  /// cannot be read. Changes nothing.
  /// `keys`: of a store that is encrypted; else null.
  static Result<Testimony> Read(const std::filesystem::path& path, const std::string& store_id,
                                const crypto::KeyRing* keys);
  /// The id, 16 bytes, of the key with which its channels can be read; nullopt: they are in clear, or it is damaged.
  static std::optional<std::string> ReadKeyId(const std::filesystem::path& path);
  /// Makes it anew, durably, for a store that is at `position` and about to be written to. `keys` as Read.
  static Result<std::unique_ptr<WitnessFile>> Begin(const std::filesystem::path& path, const std::string& store_id,
                                                    std::uint64_t position, const crypto::KeyRing* keys);
  ~WitnessFile() override;

  void Wrote(const store::WrittenRun& run) noexcept override;
  void Applied(std::uint64_t position) noexcept override;
  void Synced(std::uint64_t position) noexcept override;
  Status End(std::uint64_t position) override;

 private:
  class Counter;
  struct Shared;

  WitnessFile(base::Descriptor descriptor, Shared* shared, std::string store_id);
  Status Seal(const crypto::KeyRing& keys);  // once, before it is used
  Status WriteRecord(bool closed, std::uint64_t synced) RK_REQUIRES(mutex_);

  const base::Descriptor descriptor_;
  Shared* const shared_;
  const std::string store_id_;
  const std::string boot_;                      // of the machine, now
  std::string sealed_;                          // crypto::NewHeader::bytes; empty: the store is not encrypted
  std::unique_ptr<crypto::FileCipher> cipher_;  // of the ring's channels; null: as above
  std::atomic<std::int64_t> record_at_{0};      // steady time of the next record
  base::Mutex mutex_;
  std::uint64_t generation_ RK_GUARDED_BY(mutex_) = 0;
};

}  // namespace rookery::assembly
