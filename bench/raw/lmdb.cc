// LMDB: one tree of the ready keys and values. Without shards, as its single writer gains nothing by them.
//
// MDB_NOSYNC is what comes closest to "buffered": a crash of the process loses nothing. A crash of the machine may
// damage the file, which neither RocksDB nor SQLite risk here; with syncing, every commit would wait for the disk.
#include <lmdb.h>

#include <algorithm>

#include "bench/contender.h"
#include "bench/failure.h"
#include "bench/raw/arena_page.h"
#include "bench/raw/decode.h"

namespace rookery::bench {
namespace {

void Check(int code) { Require(code == MDB_SUCCESS, std::string("LMDB: ") + mdb_strerror(code)); }

MDB_val ToValue(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string_view ToView(const MDB_val& value) { return {static_cast<const char*>(value.mv_data), value.mv_size}; }

class LmdbContender final : public Contender {
 public:
  LmdbContender(const Workload& workload, const std::filesystem::path& directory)
      : chat_(workload.chat), encoded_(workload.encoded), directory_(directory) {
    std::filesystem::create_directory(directory);
    Check(mdb_env_create(&environment_));
    // The file is as large as what it holds; the map only has to have room for it.
    const std::size_t room = (std::size_t{1} << 30) + 16 * encoded_.bytes();
    Check(mdb_env_set_mapsize(environment_, room));
    Check(mdb_env_open(environment_, directory.c_str(), MDB_NOSYNC, 0600));
    MDB_txn* transaction = nullptr;
    Check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    Check(mdb_dbi_open(transaction, nullptr, 0, &tree_));
    Check(mdb_txn_commit(transaction));
    // Read transaction and cursor are made once and renewed, as LMDB's manual advises.
    Check(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &reader_));
    Check(mdb_cursor_open(reader_, tree_, &cursor_));
    mdb_txn_reset(reader_);
  }
  ~LmdbContender() override { Close(); }

  void Post(std::size_t first, std::size_t count) override {
    MDB_txn* transaction = nullptr;
    Check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    for (std::size_t i = first; i < first + count; ++i) {
      MDB_val key = ToValue(encoded_.key_of(i));
      MDB_val value = ToValue(encoded_.value_of(i));
      Check(mdb_put(transaction, tree_, &key, &value, 0));
    }
    Check(mdb_txn_commit(transaction));
  }

  std::uint64_t Scroll(std::size_t channel) override {
    return ReadPage(encoded_.first_key_of(channel), encoded_.end_key_of(channel), kScrollLimit).Checksum();
  }

  bool Get(std::size_t message) override {
    const ReadScope scope(*this);
    return Find(message).has_value();
  }

  std::vector<Row> Page(std::size_t channel, std::optional<MessageId> before, std::size_t limit) override {
    return DecodeRows(ReadPage(SeekKey(encoded_, channel, before), encoded_.end_key_of(channel), limit));
  }

  std::optional<Row> Message(std::size_t message) override {
    const ReadScope scope(*this);
    const auto value = Find(message);
    if (!value) return std::nullopt;
    return DecodeRow(chat_.id_of(message), *value);
  }

  /// LMDB packs a tree only by copying it.
  void Compact() override {
    const std::filesystem::path packed = directory_ / "packed";
    std::filesystem::create_directory(packed);
    Check(mdb_env_copy2(environment_, packed.c_str(), MDB_CP_COMPACT));
    Close();
    std::filesystem::rename(packed / "data.mdb", directory_ / "data.mdb");
    std::filesystem::remove_all(packed);
  }

  void Close() override {
    if (environment_ == nullptr) return;
    mdb_cursor_close(cursor_);
    mdb_txn_abort(reader_);
    mdb_env_close(environment_);
    environment_ = nullptr;
  }

 private:
  class ReadScope {
   public:
    explicit ReadScope(LmdbContender& contender) : contender_(contender) { Check(mdb_txn_renew(contender.reader_)); }
    ~ReadScope() { mdb_txn_reset(contender_.reader_); }
    ReadScope(const ReadScope&) = delete;
    ReadScope& operator=(const ReadScope&) = delete;

   private:
    LmdbContender& contender_;
  };

  ArenaPage ReadPage(std::string_view first, std::string_view end, std::size_t limit) {
    const ReadScope scope(*this);
    Check(mdb_cursor_renew(reader_, cursor_));
    ArenaPage page(limit);
    MDB_val key = ToValue(first);
    MDB_val value;
    int code = mdb_cursor_get(cursor_, &key, &value, MDB_SET_RANGE);
    while (code == MDB_SUCCESS && ToView(key) < end && page.size() < limit) {
      page.Add(IdOfKey(ToView(key)), ToView(value));
      code = mdb_cursor_get(cursor_, &key, &value, MDB_NEXT);
    }
    if (code != MDB_NOTFOUND) Check(code);
    return page;
  }

  /// Valid until the scope ends: LMDB reads in place.
  std::optional<std::string_view> Find(std::size_t message) {
    MDB_val key = ToValue(encoded_.key_of(message));
    MDB_val value;
    const int code = mdb_get(reader_, tree_, &key, &value);
    if (code == MDB_NOTFOUND) return std::nullopt;
    Check(code);
    return ToView(value);
  }

  const Chat& chat_;
  const EncodedChat& encoded_;
  const std::filesystem::path directory_;
  MDB_env* environment_ = nullptr;
  MDB_txn* reader_ = nullptr;
  MDB_cursor* cursor_ = nullptr;
  MDB_dbi tree_ = 0;
};

}  // namespace

std::unique_ptr<Contender> OpenLmdb(const Workload& workload, const std::filesystem::path& directory) {
  return std::make_unique<LmdbContender>(workload, directory);
}

}  // namespace rookery::bench
